"""Choices of the ledger."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PostingKind(TextChoices):
    """Why money moved."""

    PAYMENT = "payment", _("Payment")
    REFUND = "refund", _("Refund")
    IMPORT = "import", _("Import")
    STAFF_RECEIPT = "staff_receipt", _("Receipt taken by staff")
    JOURNAL = "journal", _("Journal")
    TRANSFER = "transfer", _("Transfer")
    SUSPENSE_ALLOCATION = "suspense_allocation", _("Suspense allocation")
    ERETURN = "ereturn", _("eReturn")
    CHARGEBACK = "chargeback", _("Chargeback")
    REVERSAL = "reversal", _("Reversal")


#: Postings that move money inside the book, so their lines sum to nothing.
ZERO_SUM_KINDS = (PostingKind.JOURNAL, PostingKind.TRANSFER, PostingKind.SUSPENSE_ALLOCATION)

#: Postings by which money reaches or leaves the council: what "takings" means.
TAKINGS_KINDS = (
    PostingKind.PAYMENT,
    PostingKind.REFUND,
    PostingKind.IMPORT,
    PostingKind.STAFF_RECEIPT,
    PostingKind.ERETURN,
    PostingKind.CHARGEBACK,
    PostingKind.REVERSAL,
)

#: The kinds that most postings have; one is found by going through the newest.
COMMON_KINDS = (
    PostingKind.PAYMENT,
    PostingKind.IMPORT,
    PostingKind.STAFF_RECEIPT,
    PostingKind.ERETURN,
)
