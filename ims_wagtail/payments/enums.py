"""Choices of the payments room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrderState(TextChoices):
    """Where an order stands, for the resident and for finance."""

    UNPAID = "unpaid", _("Not paid")
    PAID = "paid", _("Paid")
    REVERSED = "reversed", _("Paid, then taken back")
    #: Entered by mistake at the counter: no such payment was made.
    VOIDED = "voided", _("Void: entered by mistake")


class Channel(TextChoices):
    """How a payment is taken; behaviour hangs on this, never on a method's code."""

    ONLINE = "online", _("Online")
    TELEPHONE = "telephone", _("By telephone, through staff")
    COUNTER = "counter", _("At the counter")
    POST = "post", _("By post")


#: Taken by a card through a provider. What staff receive themselves has no merchant account.
CARD_CHANNELS = (Channel.ONLINE, Channel.TELEPHONE)


class AttemptState(TextChoices):
    """Where one payment at a provider stands; ``transitions`` says what may follow what."""

    CREATING = "creating", _("Being created")
    UNKNOWN = "unknown", _("Nobody knows yet whether it was created")
    OPEN = "open", _("Waiting for the payer")
    SUBMITTED = "submitted", _("Being confirmed by the provider")
    PAID = "paid", _("Paid")
    CAPTURE_FAILED = "capture_failed", _("Paid, then not captured")
    MISMATCH = "mismatch", _("Paid, but not what was asked for")
    DECLINED = "declined", _("Declined")
    CANCELLED_BY_PAYER = "cancelled_by_payer", _("Cancelled by the payer")
    CANCELLED_BY_US = "cancelled_by_us", _("Cancelled by the council")
    EXPIRED = "expired", _("Expired")
    ERROR = "error", _("Failed at the provider")
    ABANDONED = "abandoned", _("Never created at the provider")


#: States in which money may still be taken: an order has at most one attempt among them.
UNFINISHED_STATES = (
    AttemptState.CREATING,
    AttemptState.UNKNOWN,
    AttemptState.OPEN,
    AttemptState.SUBMITTED,
)


class EventSource(TextChoices):
    """Who looked."""

    CREATE = "create", _("Creation")
    RETURN = "return", _("Return page")
    WEBHOOK = "webhook", _("Webhook")
    SCHEDULE = "schedule", _("Schedule")
    OFFICER = "officer", _("Officer")
    CANCEL = "cancel", _("Cancellation")


class RefundRoute(TextChoices):
    """How money goes back."""

    CARD = "card", _("To the card")
    BANK = "bank", _("To a bank account")
    PROVIDER = "provider", _("Made in the provider's own console")


class RefundState(TextChoices):
    """Where a refund stands; ``refund_transitions`` says what may follow what."""

    REQUESTED = "requested", _("Waiting for approval")
    REJECTED = "rejected", _("Not approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    APPROVED = "approved", _("Approved")
    SENDING = "sending", _("Being sent")
    UNKNOWN = "unknown", _("Nobody knows yet whether it was made")
    SUBMITTED = "submitted", _("On its way")
    SUCCEEDED = "succeeded", _("Refunded")
    FAILED = "failed", _("Not made")
    RETURNED = "returned", _("Made, then returned")


class BatchState(TextChoices):
    """Where a refund of many payments stands; each refund has a state of its own."""

    PREPARING = "preparing", _("Being prepared")
    WAITING = "waiting", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    CLOSED = "closed", _("Given up")


#: States in which money is kept back for a refund that may still be made.
REFUND_IN_FLIGHT = (
    RefundState.REQUESTED,
    RefundState.APPROVED,
    RefundState.SENDING,
    RefundState.UNKNOWN,
    RefundState.SUBMITTED,
)


class DisputeStatus(TextChoices):
    """Where a dispute stands at the provider."""

    NEEDS_RESPONSE = "needs_response", _("Needs evidence")
    UNDER_REVIEW = "under_review", _("Under review")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class DifferenceKind(TextChoices):
    """What a daily comparison with a provider may find."""

    NOT_OURS = "not_ours", _("Theirs, not ours")
    NOT_THEIRS = "not_theirs", _("Ours, not theirs")
    DIFFERENT = "different", _("Different")
