"""Taking what was gathered: by telephone on the provider's page, or by a link sent to the payer.

Staff type card details on the provider's own page and nowhere else.
"""

from typing import Any

from django.db import transaction
from django.utils import translation

from ims_wagtail.access import audit
from ims_wagtail.checkout.paying import order_request
from ims_wagtail.payments.enums import Channel, OrderState
from ims_wagtail.payments.models import Order
from ims_wagtail.payments.ordering import OrderRequest
from ims_wagtail.payments.selectors import unfinished_attempt
from ims_wagtail.payments.services import (
    PaymentStart,
    cancel_link,
    cancel_payment,
    create_orders,
    send_link,
    start_payment,
)

from .drafts import Draft, put_aside
from .gathering import Judged


def take_by_telephone(*, user: Any, draft: Draft, judged: Judged) -> PaymentStart:
    """Order what was gathered, and begin the first payment of it on the provider's page.

    Raises what ``create_orders`` and ``start_payment`` raise; never inside a transaction.
    """
    orders = create_orders(
        request_of(user=user, draft=draft, judged=judged, channel=Channel.TELEPHONE)
    )
    for order in orders:
        record(user=user, action="take payment", order=order)
    return start_payment(order=orders[0])


def send_links(*, user: Any, draft: Draft, judged: Judged) -> tuple[Order, ...]:
    """Order what was gathered, and send the payer a link to each payment it comes to.

    A payment begun by telephone for the same is cancelled first. Raises what ``create_orders`` and
    ``send_link`` raise; never inside a transaction.
    """
    orders = create_orders(
        request_of(user=user, draft=draft, judged=judged, channel=Channel.ONLINE)
    )
    with transaction.atomic():
        for order in orders:
            send_link(order=order)
            record(user=user, action="send payment link", order=order)
        put_aside(user)
    return orders


def send_again(*, user: Any, order: Order) -> None:
    """Send an order's link once more; it is open anew from now. Raises what ``send_link`` does."""
    with transaction.atomic():
        send_link(order=order)
        record(user=user, action="send payment link again", order=order)


def take_link_back(*, user: Any, order: Order) -> Order:
    """Cancel an order's link and a payment begun by it; return the order as it then stands.

    Raises ``AlreadyPaid``. Must not be called inside a transaction.
    """
    after = cancel_link(order=order)
    record(user=user, action="cancel payment link", order=after)
    return after


def give_up(*, user: Any, order: Order) -> Order:
    """Cancel a payment begun by telephone; return the order as it then stands."""
    attempt = unfinished_attempt(order)
    if attempt is None:
        return order
    after = cancel_payment(attempt=attempt).order
    record(user=user, action="cancel payment", order=after)
    return after


def record(*, user: Any, action: str, order: Order) -> None:
    """Write down what was done with an order, for readers of its fund."""
    funds = set(order.lines.values_list("fund_id", flat=True))
    audit.record(
        user=user,
        action=action,
        obj=order,
        # Of several funds, none: only people of all see it.
        fund=funds.pop() if len(funds) == 1 else None,
        after={
            "reference": order.reference,
            "total": order.total,
            "taken": Channel(order.channel).value,
            "state": OrderState(order.state).value,
        },
    )


def request_of(*, user: Any, draft: Draft, judged: Judged, channel: Channel) -> OrderRequest:
    """Return what is ordered of a draft, in the payer's language."""
    basket = draft.basket
    if basket is None:
        raise ValueError("nothing was gathered")
    # The receipt names what was paid for in the payer's language, whatever the staff read.
    with translation.override(draft.language):
        return order_request(
            basket=basket,
            lines=draft.shopping.lines,
            checked=judged.good,
            language=draft.language,
            channel=channel,
            taken_by=user,
            office=draft.office,
            site_id=draft.site_id,
        )
