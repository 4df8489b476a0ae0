"""What somebody sees who follows a link that staff sent: what to pay, or why it can't be paid."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format

from ims_wagtail.checkout.notices import notice
from ims_wagtail.clock import LONDON
from ims_wagtail.money import format_pounds
from ims_wagtail.payments.enums import UNFINISHED_STATES, AttemptState, OrderState
from ims_wagtail.payments.links import is_invitation, link_of
from ims_wagtail.payments.models import Attempt, Order

from .result import read_in_order_language


#: States of an attempt in which money has been taken or may be.
_MONEY = (*UNFINISHED_STATES, AttemptState.PAID, AttemptState.MISMATCH)


def link_page(request: HttpRequest, order: Order) -> HttpResponse:
    """Show what a link asks for and a button to pay it; or that it is open no more.

    It holds what a result page holds: whoever has the address may see it.
    """
    read_in_order_language(request, order)
    link = link_of(order)
    if link is None or link.is_closed:
        return not_by_link(request, order)
    context = {
        "notice": notice(request),
        "order": order,
        "lines": [(line.description, format_pounds(line.amount)) for line in order.lines.all()],
        "total": format_pounds(order.total),
        "order_url": reverse("ims_checkout:order", kwargs={"token": order.token}),
        "is_invitation": is_invitation(order),
        "until": date_format(link.expires_at.astimezone(LONDON), "j F Y, H:i"),
    }
    return render(request, "ims_wagtail/checkout/link.html", context)


def not_by_link(request: HttpRequest, order: Order) -> HttpResponse:
    """Say that a link can't be used, because it is closed or today's rules refuse the payment."""
    read_in_order_language(request, order)
    link = link_of(order)
    context = {
        "order": order,
        "is_expired": link is not None and link.is_expired and not link.is_cancelled,
    }
    return render(request, "ims_wagtail/checkout/link_closed.html", context)


def is_over(*, order: Order, attempt: Attempt) -> bool:
    """Return whether a link is closed and nothing is left of what was begun by it."""
    if order.state != OrderState.UNPAID or attempt.state in _MONEY:
        return False
    link = link_of(order)
    return link is not None and link.is_closed
