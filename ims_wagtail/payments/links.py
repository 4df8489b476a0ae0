"""Payment links: an order's own address, sent to its payer by e-mail while it may be paid.

The address holds the order's token, which nobody can guess. Whether a payment may be begun is
decided under the order's lock when it is, so that no payment slips past a link being cancelled.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from ims_wagtail.conf import ims_settings
from ims_wagtail.notifications.services import queue_email

from .cancelling import cancel_payment
from .enums import OrderState
from .exceptions import AlreadyPaid, LinkClosed
from .models import Order, PaymentLink
from .selectors import unfinished_attempt


#: The kind of message that carries a link; the back office writes its words.
LINK_MESSAGE = "payment_link"


class NoAddress(Exception):
    """The order has no e-mail address to send a link to."""


def link_of(order: Order) -> PaymentLink | None:
    """Return the link that was sent to an order, if one was."""
    try:
        link: PaymentLink = order.link
    except PaymentLink.DoesNotExist:
        return None
    return link


def message_source(link: PaymentLink) -> str:
    """Return the key of the newest message that carried a link."""
    return f"payment-link:{link.order_id}:{link.sendings}"


def send_link(*, order: Order) -> PaymentLink:
    """Send an order's link to its payer, for the first time or again; it is open anew from now.

    Raises ``AlreadyPaid``, ``LinkClosed`` for one that was cancelled, and ``NoAddress``.
    """
    with transaction.atomic():
        order = _locked(order)
        if order.state != OrderState.UNPAID:
            raise AlreadyPaid(order.reference)
        if not order.contact.email:
            raise NoAddress(order.reference)
        now = timezone.now()
        link = link_of(order)
        if link is None:
            link = PaymentLink(order=order, sendings=0)
        elif link.is_cancelled:
            raise LinkClosed(order.reference)
        link.sent_at = now
        link.expires_at = now + timedelta(days=ims_settings().payment_link_days)
        link.sendings += 1
        link.save()
        queue_email(
            kind=LINK_MESSAGE,
            source=message_source(link),
            recipient=order.contact.email,
            language=order.language,
            parameters={"order_id": order.pk},
        )
    return link


def invite(*, order: Order) -> PaymentLink:
    """Open a payer's own order to whoever they give its address to; open anew when asked again.

    Nothing is sent, and nothing told of the payer. Raises ``AlreadyPaid``.
    """
    settings = ims_settings()
    # The payer can pay it themselves as long as the basket is kept: it must not be closed to them.
    days = max(settings.payment_link_days, settings.basket_days + 1)
    with transaction.atomic():
        order = _locked(order)
        if order.state != OrderState.UNPAID:
            raise AlreadyPaid(order.reference)
        link = link_of(order) or PaymentLink(order=order, sendings=0)
        link.sent_at = timezone.now()
        link.expires_at = link.sent_at + timedelta(days=days)
        link.save()
    return link


def is_invitation(order: Order) -> bool:
    """Return whether a payer made an order's link, to have somebody else pay."""
    return order.taken_by_id is None and link_of(order) is not None


def cancel_link(*, order: Order) -> Order:
    """Take an order's link back for good, and cancel a payment that was begun by it.

    One that is being created at this moment is cancelled by who creates it. Returns the order as
    it then stands: its payer may have paid at the same moment. Raises ``AlreadyPaid`` when that is
    so already. Must not be called inside a transaction.
    """
    with transaction.atomic():
        order = _locked(order)
        if order.state != OrderState.UNPAID:
            raise AlreadyPaid(order.reference)
        PaymentLink.objects.filter(order=order, cancelled_at=None).update(
            cancelled_at=timezone.now()
        )
    attempt = unfinished_attempt(order)
    return cancel_payment(attempt=attempt).order if attempt else order


def is_taken_back(order: Order) -> bool:
    """Return whether an order's link has been cancelled by now, whatever was read of it before."""
    return PaymentLink.objects.filter(order=order, cancelled_at__isnull=False).exists()


def _locked(order: Order) -> Order:
    return (
        Order.objects.select_for_update(of=("self",))
        .select_related("contact", "link")
        .get(pk=order.pk)
    )
