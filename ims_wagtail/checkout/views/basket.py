"""The basket: what will be paid, and changing it."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from ims_wagtail.accounts.checks import PaymentRefused
from ims_wagtail.checkout.amounts.basis import layout_kept
from ims_wagtail.checkout.amounts.fields import initial_of
from ims_wagtail.checkout.cookie import basket_token
from ims_wagtail.checkout.forms.entry import EntryForm
from ims_wagtail.checkout.models import Basket, BasketLine
from ims_wagtail.checkout.notices import notice
from ims_wagtail.checkout.parts import Parts, parts_of
from ims_wagtail.checkout.questions import initial_answers, questions_of
from ims_wagtail.checkout.requests.selectors import fixed_for
from ims_wagtail.checkout.responses import see_basket, see_step, step
from ims_wagtail.checkout.selectors import OpenBasket, open_basket
from ims_wagtail.checkout.services import LineGone, change_line, remove_line
from ims_wagtail.checkout.summaries import change_address, line_rows
from ims_wagtail.checkout.throttle import count_refusal, slow_down, too_many_refusals
from ims_wagtail.conf import ims_settings
from ims_wagtail.money import format_pounds


@step("GET")
def basket(request: HttpRequest) -> HttpResponse:
    """Show every line with its amount and the total."""
    shopping = open_basket(basket_token(request), with_rules=True)
    parts = parts_of(shopping.lines)
    context = basket_context(shopping=shopping, parts=parts)
    context["notice"] = notice(request)
    return render(request, "ims_wagtail/checkout/basket.html", context)


def basket_context(*, shopping: OpenBasket, parts: Parts) -> dict[str, Any]:
    """Return what the page shows, for previews as well."""
    return {
        "removed": shopping.basket.removed if shopping.basket else [],
        "lines": [
            {
                "line": line,
                "rows": line_rows(line),
                "change_url": change_address(line),
                "is_closed": line in parts.closed,
            }
            for line in shopping.lines
        ],
        "total": format_pounds(parts.total),
        "is_payable": bool(parts.payable),
        "is_full": len(shopping.lines) >= ims_settings().basket_lines,
        "services_url": _services_url(shopping.basket),
    }


@step("GET", "POST")
def change(request: HttpRequest, line_id: uuid.UUID) -> HttpResponse:
    """Change a line's reference, amount or answers, by the same form that added it.

    Who came from checking everything (``?then=check``) goes back there.
    """
    then = "check" if request.GET.get("then") == "check" else "basket"
    shopping = open_basket(basket_token(request), with_rules=True)
    line = _line(shopping, line_id)
    if line is None or shopping.basket is None:
        return see_basket("gone")
    if request.method == "POST" and too_many_refusals(request):
        return slow_down(request)
    form = EntryForm(
        payment_type=line.payment_type,
        questions=questions_of(line.answers),
        data=request.POST if request.method == "POST" else None,
        initial={
            "reference": line.account_reference,
            **initial_of(line.amount_basis, line.amount),
            **initial_answers(line.answers),
        },
        fixed=fixed_for(line.pk),
        amount=layout_kept(line.amount_basis),
    )
    if request.method == "POST" and form.is_valid() and form.checked is not None:
        try:
            change_line(
                basket=shopping.basket,
                line_id=line_id,
                reference=form.checked.reference,
                amount=form.checked.amount,
                answers=form.answers,
                amount_basis=form.amount_basis,
            )
        except LineGone:
            return see_basket("gone")
        except PaymentRefused as refused:
            form.add_error(None, " ".join(problem.message for problem in refused.problems))
        else:
            return see_step(then, notice="changed")
    if form.reference_refused:
        count_refusal(request)
    context = {
        "form": form,
        "service": line.description,
        "back_url": reverse(f"ims_checkout:{then}"),
    }
    return render(request, "ims_wagtail/checkout/change.html", context)


@step("POST")
def remove(request: HttpRequest, line_id: uuid.UUID) -> HttpResponse:
    """Take a line out."""
    shopping = open_basket(basket_token(request))
    if shopping.basket is None:
        return see_basket("gone")
    try:
        remove_line(basket=shopping.basket, line_id=line_id)
    except LineGone:
        return see_basket("gone")
    return see_basket("removed")


def _line(shopping: OpenBasket, line_id: uuid.UUID) -> BasketLine | None:
    return next((line for line in shopping.lines if line.pk == line_id), None)


def _services_url(basket: Basket | None) -> str:
    address = basket.services_url if basket else ""
    # It was written by a page of this site; a mistake there must not lead residents elsewhere.
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else "/"
