"""An order by its own address: what became of it, going on with it, giving it up."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse

from ims_wagtail.checkout.recheck import recheck
from ims_wagtail.checkout.responses import see_basket, see_other, see_step, step
from ims_wagtail.checkout.selectors import lines_to_recheck
from ims_wagtail.checkout.together import latest_attempt
from ims_wagtail.payments.enums import UNFINISHED_STATES, EventSource, OrderState
from ims_wagtail.payments.exceptions import (
    AlreadyPaid,
    OrderReplaced,
    PaymentUnknown,
    ProviderUnavailable,
)
from ims_wagtail.payments.models import Order
from ims_wagtail.payments.selectors import order_by_token, unfinished_attempt
from ims_wagtail.payments.services import cancel_payment, settle, start_payment

from .result import result_page


@step("GET", "POST")
def order(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Show what became of an order; a POST continues (``action=continue``) or cancels it."""
    found = _order(token)
    if request.method == "POST":
        if request.POST.get("action") == "cancel":
            return _cancel(found)
        return _continue(found)
    attempt = latest_attempt(found)
    if attempt is None:
        return see_basket()
    if attempt.state in UNFINISHED_STATES:
        attempt = settle(attempt_id=attempt.pk, source=EventSource.RETURN)
        found = attempt.order
    address = request.path
    return result_page(
        request, order=found, attempt=attempt, again_url=address, receipt_url=f"{address}receipt/"
    )


def _order(token: uuid.UUID) -> Order:
    found = order_by_token(token)
    if found is None:
        raise Http404
    return found


def _cancel(found: Order) -> HttpResponse:
    attempt = unfinished_attempt(found)
    if attempt is not None:
        cancel_payment(attempt=attempt)
    return see_step("order", token=found.token)


def _continue(found: Order) -> HttpResponse:
    """Send the resident back to the payment begun, or to a new one for the same order.

    A new one is checked by today's rules first; money for one that is begun may be on its way
    already, so its payer is never stopped.
    """
    here = see_step("order", token=found.token)
    if found.state != OrderState.UNPAID:
        return here
    if unfinished_attempt(found) is None and recheck(lines_to_recheck(found)).refused:
        return see_basket("not_payable")
    try:
        payment = start_payment(order=found)
    except OrderReplaced:
        return see_basket("not_payable")
    except ProviderUnavailable:
        return see_step("basket", notice="unavailable")
    except (AlreadyPaid, PaymentUnknown):
        return here
    return see_other(payment.next_url)
