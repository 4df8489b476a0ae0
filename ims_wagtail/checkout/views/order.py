"""An order by its own address: what became of it, going on with it, giving it up."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse

from ims_wagtail.checkout.recheck import recheck
from ims_wagtail.checkout.requests.claiming import claim
from ims_wagtail.checkout.responses import see_basket, see_other, see_step, step
from ims_wagtail.checkout.selectors import lines_to_recheck
from ims_wagtail.checkout.together import latest_attempt
from ims_wagtail.payments.enums import UNFINISHED_STATES, Channel, EventSource, OrderState
from ims_wagtail.payments.exceptions import (
    AlreadyPaid,
    LinkClosed,
    OrderReplaced,
    PaymentUnknown,
    ProviderUnavailable,
)
from ims_wagtail.payments.links import link_of
from ims_wagtail.payments.models import Order
from ims_wagtail.payments.selectors import order_by_token, unfinished_attempt
from ims_wagtail.payments.services import cancel_payment, settle, start_payment

from .link import is_over, link_page, not_by_link
from .result import result_page


@step("GET", "POST")
def order(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Show what became of an order; a POST continues (``action=continue``) or cancels it."""
    found = _order(token)
    if request.method == "POST":
        if request.POST.get("action") == "cancel":
            return _cancel(found)
        return _continue(request, found)
    attempt = latest_attempt(found)
    if attempt is None:
        return link_page(request, found) if link_of(found) else see_basket()
    if attempt.state in UNFINISHED_STATES:
        attempt = settle(attempt_id=attempt.pk, source=EventSource.RETURN)
        found = attempt.order
    if is_over(order=found, attempt=attempt):
        return link_page(request, found)
    address = request.path
    return result_page(
        request, order=found, attempt=attempt, again_url=address, receipt_url=f"{address}receipt/"
    )


def _order(token: uuid.UUID) -> Order:
    found = order_by_token(token)
    # Nobody but staff types a card for a payment by telephone; its payer gets a receipt.
    if found is None or (found.channel != Channel.ONLINE and found.state == OrderState.UNPAID):
        raise Http404
    return found


def _cancel(found: Order) -> HttpResponse:
    attempt = unfinished_attempt(found)
    if attempt is not None:
        cancel_payment(attempt=attempt)
    return see_step("order", token=found.token)


def _continue(request: HttpRequest, found: Order) -> HttpResponse:
    """Send the resident back to the payment begun, or to a new one for the same order.

    A new one is checked by today's rules first; money for one that is begun may be on its way
    already, so its payer is never stopped.
    """
    here = see_step("order", token=found.token)
    if found.state != OrderState.UNPAID:
        return here
    by_link = link_of(found) is not None
    if unfinished_attempt(found) is None:
        lines = lines_to_recheck(found)
        if recheck(lines).refused or claim(
            {line.basket_line: (line.account_reference, line.amount) for line in lines}
        ):
            return not_by_link(request, found) if by_link else see_basket("not_payable")
    try:
        payment = start_payment(order=found)
    except LinkClosed:
        return here
    except OrderReplaced:
        return not_by_link(request, found) if by_link else see_basket("not_payable")
    except ProviderUnavailable:
        if by_link:
            return see_step("order", token=found.token, notice="link_unavailable")
        return see_step("basket", notice="unavailable")
    except (AlreadyPaid, PaymentUnknown):
        return here
    return see_other(payment.next_url)
