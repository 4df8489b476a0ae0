"""Changing a line of the basket by the form that added it, step by step where that has steps."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ims_wagtail.accounts.checks import PaymentRefused
from ims_wagtail.checkout.amounts.basis import layout_kept
from ims_wagtail.checkout.amounts.fields import initial_of
from ims_wagtail.checkout.cookie import basket_token
from ims_wagtail.checkout.entry import take_at_once
from ims_wagtail.checkout.fixed import OPEN
from ims_wagtail.checkout.forms.entry import EntryForm
from ims_wagtail.checkout.models import Basket, BasketLine
from ims_wagtail.checkout.questions import initial_answers, questions_of
from ims_wagtail.checkout.requests.selectors import fixed_for
from ims_wagtail.checkout.responses import see_basket, see_step, step
from ims_wagtail.checkout.selectors import OpenBasket, open_basket
from ims_wagtail.checkout.services import LineGone, change_line
from ims_wagtail.checkout.stepping import Walk, walk
from ims_wagtail.checkout.steps import is_stepped


@step("GET", "POST")
def change(request: HttpRequest, line_id: uuid.UUID) -> HttpResponse:
    """Change a line's reference, amount or answers.

    Who came from checking everything (``?then=check``) goes back there; ``?step=`` leads to one
    step, and to others only where the change makes them necessary.
    """
    then = "check" if request.GET.get("then") == "check" else "basket"
    shopping = open_basket(basket_token(request), with_rules=True)
    line = _line(shopping, line_id)
    if line is None or shopping.basket is None:
        return see_basket("gone")
    if line.is_applied_for:
        return see_basket()
    basket, questions = shopping.basket, questions_of(line.answers)
    fixed = fixed_for(line.pk) if line.is_asked else OPEN
    amount = layout_kept(line.amount_basis)
    initial = {
        "reference": line.account_reference,
        **initial_of(line.amount_basis, line.amount),
        **initial_answers(line.answers),
    }

    def make(**typed: Any) -> EntryForm:
        return EntryForm(
            payment_type=line.payment_type,
            questions=questions,
            fixed=fixed,
            amount=amount,
            **{"initial": initial, **typed},
        )

    def finish(form: EntryForm) -> HttpResponse | None:
        return _change(basket, line, form, then)

    if is_stepped(questions):
        walked = Walk(request=request, make=make, finish=finish, line=line, initial=initial)
        form, response = walk(walked)
    else:
        form, response = take_at_once(request, make=make, finish=finish)
    if response is not None:
        return response
    context = {
        "form": form,
        "service": line.description,
        "back_url": form.back_url or reverse(f"ims_checkout:{then}"),
    }
    return render(request, "ims_wagtail/checkout/change.html", context)


def _change(basket: Basket, line: BasketLine, form: EntryForm, then: str) -> HttpResponse | None:
    if form.checked is None:
        return None
    try:
        change_line(
            basket=basket,
            line_id=line.pk,
            reference=form.checked.reference,
            amount=form.checked.amount,
            answers=form.answers,
            amount_basis=form.amount_basis,
        )
    except LineGone:
        return see_basket("gone")
    except PaymentRefused as refused:
        form.add_error(None, " ".join(problem.message for problem in refused.problems))
        return None
    return see_step(then, notice="changed")


def _line(shopping: OpenBasket, line_id: uuid.UUID) -> BasketLine | None:
    return next((line for line in shopping.lines if line.pk == line_id), None)
