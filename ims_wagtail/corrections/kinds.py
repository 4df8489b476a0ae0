"""What each kind of correction posts as, and the permissions it takes."""

from ims_wagtail.ledger.enums import PostingKind

from .enums import CorrectionKind


#: A write-off is a journal to the account the council keeps for it; what differs is who may.
POSTS_AS = {
    CorrectionKind.JOURNAL: PostingKind.JOURNAL,
    CorrectionKind.WRITE_OFF: PostingKind.JOURNAL,
    CorrectionKind.TRANSFER: PostingKind.TRANSFER,
}
VIEW = "ims_corrections.view_correction"


def permission_to_ask(kind: CorrectionKind) -> str:
    """Return the permission to ask for a kind: ``ims_corrections.request_journal``."""
    return f"ims_corrections.request_{CorrectionKind(kind).value}"


def permission_to_approve(kind: CorrectionKind) -> str:
    """Return the permission to approve a kind: ``ims_corrections.approve_journal``."""
    return f"ims_corrections.approve_{CorrectionKind(kind).value}"
