"""How a payment taken by staff stands, in the words for the person who waits for it."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ims_wagtail.notifications.models import Message, MessageState
from ims_wagtail.payments.enums import UNFINISHED_STATES, AttemptState, Channel, OrderState
from ims_wagtail.payments.links import link_of, message_source
from ims_wagtail.payments.models import Order, PaymentLink


_OF_ATTEMPT: dict[str, Promise] = {
    AttemptState.CREATING: _("Payment begun"),
    AttemptState.UNKNOWN: _("Payment begun; the provider has not confirmed it yet"),
    AttemptState.OPEN: _("Payment begun"),
    AttemptState.SUBMITTED: _("Being confirmed by the provider: don’t take it again"),
    AttemptState.PAID: _("Being confirmed by the provider: don’t take it again"),
    AttemptState.MISMATCH: _("Received, and being looked into: don’t take it again"),
    AttemptState.CAPTURE_FAILED: _("Taken back by the provider"),
    AttemptState.DECLINED: _("Declined"),
    AttemptState.CANCELLED_BY_PAYER: _("Cancelled"),
    AttemptState.CANCELLED_BY_US: _("Cancelled"),
    AttemptState.EXPIRED: _("Not finished in time"),
    AttemptState.ERROR: _("Failed at the provider"),
    AttemptState.ABANDONED: _("Failed at the provider"),
}
_MONEY = (*UNFINISHED_STATES, AttemptState.PAID, AttemptState.MISMATCH)
_OF_MESSAGE: dict[str, Promise] = {
    MessageState.QUEUED: _("Link waiting to be sent"),
    MessageState.SENT: _("Link sent"),
    MessageState.FAILED: _("Link could not be sent"),
}
_OF_CHANNEL: dict[str, Promise] = {
    Channel.ONLINE: _("By link"),
    Channel.TELEPHONE: _("By telephone"),
    Channel.COUNTER: _("At the counter"),
    Channel.POST: _("By post"),
}


@dataclass(frozen=True, slots=True)
class Status:
    """What to tell; ``is_live`` while it may change by itself."""

    words: Any
    is_live: bool
    #: Whether another payment may be begun, or the link sent again or taken back.
    is_payable: bool


def status_of(*, order: Order, attempt_state: str | None, message_state: str = "sent") -> Status:
    """Return how an order stands, from its newest attempt and the message that carried its link.

    Whether a payer has opened the message nobody can know, so it is not told.
    """
    link = link_of(order)
    if order.state != OrderState.UNPAID:
        return Status(order.get_state_display(), is_live=False, is_payable=False)
    if attempt_state in _MONEY:
        return Status(_OF_ATTEMPT[str(attempt_state)], is_live=True, is_payable=False)
    if link is not None and link.is_closed:
        words = _("Link cancelled") if link.is_cancelled else _("Link expired")
        return Status(words, is_live=False, is_payable=not link.is_cancelled)
    if attempt_state is not None:
        return Status(_OF_ATTEMPT[attempt_state], is_live=link is not None, is_payable=True)
    if link is not None:
        return Status(_OF_MESSAGE[message_state], is_live=True, is_payable=True)
    return Status(_("Not begun"), is_live=False, is_payable=True)


def how_taken(order: Order) -> Any:
    """Return in what way staff took an order, in words."""
    return _OF_CHANNEL[order.channel]


def message_state_of(link: PaymentLink) -> str:
    """Return how far the newest message with a link has come."""
    source = message_source(link)
    state = Message.objects.filter(source=source).values_list("state", flat=True).first()
    return str(state or MessageState.FAILED)
