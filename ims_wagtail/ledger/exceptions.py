"""What can go wrong when writing the book."""


class LedgerError(Exception):
    """The book refused an entry; nothing was written."""


class OutsideTransaction(LedgerError):
    """Posting must be part of the transaction that changes what caused it."""


class EmptyPosting(LedgerError):
    """A posting needs at least one line."""
