"""What can go wrong when writing the book."""


class LedgerError(Exception):
    """The book refused an entry; nothing was written."""


class OutsideTransaction(LedgerError):
    """Posting must be part of the transaction that changes what caused it."""


class EmptyPosting(LedgerError):
    """A posting needs at least one line."""


class NotAvailable(LedgerError):
    """A line holds less than was to be kept back of it: look again at what is left."""


class Unbalanced(LedgerError):
    """A move inside the book has to put down as much as it takes."""


class PeriodRefused(LedgerError):
    """A month can't be closed or opened again; the message is fit to show to staff."""


class NoteRefused(LedgerError):
    """A note was not written; the message says why, fit to show to staff."""
