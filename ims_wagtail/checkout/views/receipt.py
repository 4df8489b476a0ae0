"""The receipt on screen, which is also what is printed."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ims_wagtail.checkout.cookie import basket_token
from ims_wagtail.checkout.receipts import NoReceipt, build_receipt
from ims_wagtail.checkout.responses import step
from ims_wagtail.payments.links import is_invitation
from ims_wagtail.payments.models import Order
from ims_wagtail.payments.selectors import attempt_by_return_token, order_by_token
from ims_wagtail.ui.council import council_for

from .result import read_in_order_language


@step("GET")
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Show the receipt of what a return token paid."""
    attempt = attempt_by_return_token(token)
    if attempt is None:
        raise Http404
    back = reverse("ims_checkout:result", kwargs={"token": token})
    return _page(request, attempt.order, back)


@step("GET")
def order_receipt(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Show the receipt of an order by its own address."""
    order = order_by_token(token)
    if order is None:
        raise Http404
    return _page(request, order, reverse("ims_checkout:order", kwargs={"token": token}))


def _page(request: HttpRequest, order: Order, back: str) -> HttpResponse:
    read_in_order_language(request, order)
    try:
        made = build_receipt(order, council=council_for(request))
    except NoReceipt as error:
        raise Http404 from error
    is_own = basket_token(request) == order.basket_token
    context = {
        "receipt": made,
        "back_url": back,
        # Answers may be personal. They are for the browser that gave them, and for the e-mail.
        "shows_answers": is_own,
        # Who was invited to pay need not know the account of who invited them.
        "hides_references": is_invitation(order) and not is_own,
    }
    return render(request, "ims_wagtail/checkout/receipt.html", context)
