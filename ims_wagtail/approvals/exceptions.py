"""What can go wrong when something is asked for or decided. The words are fit to show to staff."""


class ApprovalError(Exception):
    """Nothing was asked for or decided."""


class NotAllowed(ApprovalError):
    """This person may not ask for it, decide about it or withdraw it."""


class AlreadyDecided(ApprovalError):
    """Somebody was quicker, or it was withdrawn or expired."""


class AlreadyAsked(ApprovalError):
    """The subject waits for a decision, or was approved before."""


class NoteMissing(ApprovalError):
    """A request isn't rejected without saying why."""


class OutsideTransaction(ApprovalError):
    """Asking must be part of the transaction that writes what is asked for."""
