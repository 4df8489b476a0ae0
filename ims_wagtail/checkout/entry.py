"""Handling the first step, for the plain page ``/pay/<slug>/`` and for payable CMS pages alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ims_wagtail.accounts.checks import CheckedPayment, PaymentRefused
from ims_wagtail.conf import ims_settings
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.wording import service_name
from ims_wagtail.ui.council import council_for

from .amounts.layouts import Layout as AmountLayout
from .cookie import basket_token, remember_basket
from .enums import AddOutcome, Duplicate
from .fixed import OPEN, Fixed
from .forms.duplicate import DuplicateForm
from .forms.entry import EntryForm
from .page_facts import PageFacts
from .parts import is_payable_now
from .questions import Question
from .responses import keep_private, see_basket
from .selectors import basket_by_token
from .services import Added, BasketFull, add_line
from .stepping import Finish, Walk, walk
from .steps import is_stepped
from .throttle import count_refusal, slow_down, too_many_refusals


__all__ = ["EntryResult", "PageFacts", "Question", "entry_form", "handle_entry", "take_at_once"]


#: Told what became of a line.
Noted = Callable[[Added], None]


@dataclass(frozen=True, slots=True)
class EntryResult:
    """The form to show, unless there is a ``response`` to return as it is."""

    form: EntryForm
    response: HttpResponse | None = None

    def remember(self, response: HttpResponse) -> HttpResponse:
        """Give the browser that is shown the form the key to what is kept already, if anything."""
        if self.form.basket_token is not None:
            remember_basket(response, self.form.basket_token)
        return response


def entry_form(
    *,
    payment_type: PaymentType,
    questions: Sequence[Question] = (),
    amount: AmountLayout | None = None,
) -> EntryForm:
    """Return the empty form, for previews: it writes nothing."""
    return EntryForm(payment_type=payment_type, questions=questions, amount=amount)


def handle_entry(
    request: HttpRequest,
    *,
    payment_type: PaymentType,
    page: PageFacts | None = None,
    questions: Sequence[Question] = (),
    fixed: Fixed = OPEN,
    added: Noted | None = None,
    amount: AmountLayout | None = None,
) -> EntryResult:
    """Take what a resident typed into the basket.

    ``payment_type`` comes from ``payable_types()``, and ``amount`` is how the page lays it out, if
    it does. What is ``fixed`` is not asked; ``added`` is
    called in the transaction in which the basket changes. The caller shows ``result.form``, errors
    and typed values in it, with ``Cache-Control: private, no-store``, and passes its own response
    through ``result.remember``.
    """

    def make(**typed: Any) -> EntryForm:
        return EntryForm(
            payment_type=payment_type, questions=questions, fixed=fixed, amount=amount, **typed
        )

    def finish(form: EntryForm) -> HttpResponse | None:
        return _add(request, form, form.checked, page, added) if form.checked else None

    response: HttpResponse | None
    if is_stepped(questions):
        form, response = walk(Walk(request=request, make=make, finish=finish))
    else:
        form, response = take_at_once(request, make=make, finish=finish)
    payable = form.is_bound or (
        form.amount_part.is_payable
        and is_payable_now(payment_type, site_id=council_for(request).site_id)
    )
    return EntryResult(form, response if payable else _closed(request, payment_type))


def take_at_once(
    request: HttpRequest, *, make: Callable[..., EntryForm], finish: Finish
) -> tuple[EntryForm, HttpResponse | None]:
    """Show a form of one step, or take what was typed in it. Returns a form unless it answers."""
    if request.method != "POST":
        return make(), None
    form = make(data=request.POST)
    if too_many_refusals(request):
        return form, slow_down(request)
    if not form.is_valid() or form.checked is None:
        if form.reference_refused:
            count_refusal(request)
        return form, None
    return form, finish(form)


def _closed(request: HttpRequest, payment_type: PaymentType) -> HttpResponse:
    """Say that no account takes it at the moment, before anything is typed."""
    context = {"service": service_name(payment_type)}
    return keep_private(render(request, "ims_wagtail/checkout/closed_for_now.html", context))


def _add(
    request: HttpRequest,
    form: EntryForm,
    checked: CheckedPayment,
    page: PageFacts | None,
    noted: Noted | None,
) -> HttpResponse | None:
    duplicate = request.POST.get("duplicate", "")
    if duplicate == Duplicate.KEEP:
        return see_basket("kept")
    basket = basket_by_token(form.basket_token or basket_token(request))

    @transaction.atomic
    def put(duplicate: str) -> Added:
        put_in = add_line(
            basket=basket,
            payment_type=form.payment_type,
            reference=checked.reference,
            amount=checked.amount,
            answers=form.answers,
            amount_basis=form.amount_basis,
            page=page,
            duplicate=duplicate,
        )
        if noted is not None:
            noted(put_in)
        return put_in

    refused: PaymentRefused | None = None
    try:
        added = put(duplicate)
    except BasketFull:
        form.add_error(
            None,
            _(
                "A basket can hold %(most)d payments. Pay for those in your basket first, "
                "then come back for this one"
            )
            % {"most": ims_settings().basket_lines},
        )
        return None
    except PaymentRefused as problem:
        refused = problem
        added = put("")
    if added.outcome == AddOutcome.DIFFERS:
        return _ask(request, form, added, refused)
    response = see_basket(added.outcome.value)
    remember_basket(response, added.basket.token)
    return response


def _ask(
    request: HttpRequest, form: EntryForm, added: Added, refused: PaymentRefused | None
) -> HttpResponse:
    """Ask what to do about a reference in the basket already; the answer comes back here."""
    question = DuplicateForm(entry=form, line=added.line, data=request.POST)
    if refused is not None:
        question.add_error("duplicate", " ".join(part.message for part in refused.problems))
    context = {
        "form": question,
        "line": added.line,
        "service": service_name(form.payment_type),
    }
    return keep_private(render(request, "ims_wagtail/checkout/duplicate.html", context))
