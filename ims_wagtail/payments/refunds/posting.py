"""What a refund writes into the book. Every function runs inside the caller's transaction."""

from django.db.models import QuerySet
from django.utils import timezone

from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.holds import release
from ims_wagtail.ledger.models import PayerDetails, Posting
from ims_wagtail.ledger.services import post, reverse
from ims_wagtail.money import ZERO, format_pounds
from ims_wagtail.notifications.services import queue_email
from ims_wagtail.payments.models import OrderContact, Refund
from ims_wagtail.payments.taking_back import from_suspense, minus


def source_of(refund: Refund) -> str:
    """Return the key under which a refund holds money and posts, once."""
    return f"refund:{refund.pk}"


def refund_posted_by(posting: Posting) -> QuerySet[Refund]:
    """Return the refund that a posting was made for; none when it was made for something else."""
    kind, _colon, number = posting.source.partition(":")
    if kind != "refund" or not number.isdecimal():
        return Refund.objects.none()
    return Refund.objects.filter(pk=int(number))


def post_refund(refund: Refund) -> None:
    """Post a refund that was made, give up what is held for it, and tell the resident.

    What the lines no longer had when a refund turned up that was made elsewhere stands against
    suspense until a person has sorted it out.
    """
    source = source_of(refund)
    release(source=source)
    narrative = refund.reason or "Refunded in the provider's console"
    parts = list(refund.lines.select_related("transaction").order_by("transaction_id"))
    lines = [minus(part.transaction, part.amount, narrative) for part in parts]
    rest = refund.amount - sum((part.amount for part in parts), ZERO)
    if rest:
        first = refund.posting.lines.order_by("line_number")[0]
        lines.append(from_suspense(first, rest, narrative, timezone.now()))
        refund.problem = (
            f"{format_pounds(rest)} of it stands against suspense: the lines had no more"
        )
    post(kind=PostingKind.REFUND, source=source, lines=lines, by=refund.requested_by)
    _tell(refund)


def take_back_refund(refund: Refund) -> None:
    """Reverse the posting of a refund whose money came back."""
    posting = Posting.objects.get(source=source_of(refund))
    reverse(
        posting=posting,
        source=f"{source_of(refund)}:returned",
        narrative=f"Refund {refund.reference} was returned",
    )


def _tell(refund: Refund) -> None:
    recipient, language = _resident(refund)
    if recipient:
        queue_email(
            kind="refund_notice",
            source=f"{source_of(refund)}:notice",
            recipient=recipient,
            language=language,
            parameters={"refund_id": refund.pk},
        )


def _resident(refund: Refund) -> tuple[str, str]:
    """Return the payer's e-mail and language, as far as they are known."""
    if refund.attempt:
        order = refund.attempt.order
        contact = OrderContact.objects.filter(order=order).first()
        return (contact.email if contact else ""), order.language
    payer = PayerDetails.objects.filter(posting=refund.posting).first()
    return (payer.email if payer else ""), "en-gb"
