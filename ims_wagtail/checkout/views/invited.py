"""The links by which a payer has somebody else pay what is in their basket."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format

from ims_wagtail.checkout.cookie import basket_token
from ims_wagtail.checkout.responses import step
from ims_wagtail.clock import LONDON
from ims_wagtail.money import format_pounds
from ims_wagtail.payments.links import is_invitation, link_of
from ims_wagtail.payments.selectors import order_by_token, orders_of_basket
from ims_wagtail.ui.council import address_of


@step("GET")
def invited(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Show the payer their links, one for each payment, and how each stands."""
    order = order_by_token(token)
    # The page is for the browser that made them; whoever is to pay has the links themselves.
    if order is None or basket_token(request) != order.basket_token:
        raise Http404
    orders = [one for one in orders_of_basket(order.basket_token) if is_invitation(one)]
    if not orders:
        raise Http404
    link, site = link_of(orders[0]), address_of(order.site)
    context = {
        "links": [
            {
                "url": site + reverse("ims_checkout:order", kwargs={"token": one.token}),
                "descriptions": [line.description for line in one.lines.all()],
                "total": format_pounds(one.total),
                "state": one.get_state_display(),
            }
            for one in orders
        ],
        "until": date_format(link.expires_at.astimezone(LONDON), "j F Y") if link else "",
    }
    return render(request, "ims_wagtail/checkout/invited.html", context)
