"""Which parts of a basket that is paid in several payments are paid."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ims_wagtail.checkout.responses import step
from ims_wagtail.checkout.together import all_payments, unfinished
from ims_wagtail.money import format_pounds
from ims_wagtail.payments.enums import EventSource
from ims_wagtail.payments.selectors import order_by_token
from ims_wagtail.payments.services import settle

from .result import read_in_order_language


@step("GET")
def summary(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Show all payments of the basket an order is of, and what became of each.

    Like a result page it holds nothing personal: whoever has the address may see it.
    """
    order = order_by_token(token)
    if order is None:
        raise Http404
    read_in_order_language(request, order)
    together = all_payments(order)
    if begun := unfinished(together.pieces):
        for attempt in begun:
            settle(attempt_id=attempt.pk, source=EventSource.RETURN)
        together = all_payments(order)
    context = {
        "together": together,
        "total": format_pounds(together.total),
        "paid": format_pounds(together.paid),
    }
    return render(request, "ims_wagtail/checkout/summary.html", context)
