"""Choices of the payments room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrderState(TextChoices):
    """Where an order stands, for the resident and for finance."""

    UNPAID = "unpaid", _("Not paid")
    PAID = "paid", _("Paid")
    REVERSED = "reversed", _("Paid, then taken back by the provider")


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
