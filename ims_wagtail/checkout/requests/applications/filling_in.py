"""Applying on a page: the same steps as for paying, then a last look at it all, then it is sent."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ims_wagtail.checkout.amounts.layouts import Layout
from ims_wagtail.checkout.cookie import remember_basket
from ims_wagtail.checkout.entry import EntryResult
from ims_wagtail.checkout.forms.entry import EntryForm
from ims_wagtail.checkout.forms.shown import steps_shown
from ims_wagtail.checkout.models import BasketLine, UnfinishedEntry
from ims_wagtail.checkout.page_facts import PageFacts
from ims_wagtail.checkout.questions import Question
from ims_wagtail.checkout.responses import keep_private, see_other, see_step
from ims_wagtail.checkout.stepping import Walk, walk, wrong_step
from ims_wagtail.checkout.steps import Step, steps_of
from ims_wagtail.checkout.summaries import StepAddress, line_rows
from ims_wagtail.checkout.throttle import count_refusal, slow_down, too_many_refusals
from ims_wagtail.checkout.unfinished import together
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.wording import service_name
from ims_wagtail.ui.components.content import Action
from ims_wagtail.ui.council import council_for

from .applying import apply
from .models import Application
from .selectors import application_of, asks_email, is_looked_up


#: What stands for the last look in ``?step=``, and for coming back to it in ``?then=``.
CHECK = "check"


def handle_application(
    request: HttpRequest,
    *,
    payment_type: PaymentType,
    page: PageFacts,
    questions: Sequence[Question] = (),
    amount: Layout | None = None,
) -> EntryResult:
    """Take what a resident typed as an application, as ``handle_entry`` takes it to the basket."""

    def make(**typed: Any) -> EntryForm:
        return EntryForm(payment_type=payment_type, questions=questions, amount=amount, **typed)

    def finish(form: EntryForm) -> HttpResponse:
        return _see_check(request, form)

    if is_looked_up(payment_type) or not asks_email(questions):
        return EntryResult(make(), _closed(request, payment_type))
    walked = Walk(request=request, make=make, finish=finish, stays=True)
    if request.GET.get("step") == CHECK:
        return EntryResult(make(), _check(walked, page))
    form, response = walk(walked)
    payable = form.is_bound or form.amount_part.is_payable
    return EntryResult(form, response if payable else _closed(request, payment_type))


def check_context(form: EntryForm, line: BasketLine, *, asked_at: StepAddress) -> dict[str, Any]:
    """Return what the page of the last look shows, for previews as well.

    ``asked_at`` returns where a step is asked.
    """
    steps = steps_shown(form, steps_of(form.questions)) or steps_of(form.questions)
    return {
        "service": line.description,
        "rows": line_rows(line, asked_at=asked_at),
        "actions": [Action(_("Change"), asked_at(steps[0]), line.description)],
        "back_url": asked_at(steps[-1]),
    }


def see_applied(application: Application) -> HttpResponse:
    """Lead to the page that says what happens next."""
    return see_step("applied", key=application.key)


def _see_check(request: HttpRequest, form: EntryForm) -> HttpResponse:
    asked = request.GET.copy()
    asked.pop("then", None)
    asked["step"], asked["entry"] = CHECK, str(form.entry_id)
    response = see_other(f"{request.path}?{asked.urlencode()}")
    if form.basket_token is not None:
        remember_basket(response, form.basket_token)
    return response


def _check(walked: Walk, page: PageFacts) -> HttpResponse:
    """Show all that was typed, and send it with a POST."""
    request, entry = walked.request, walked.entry
    if entry is None:
        sent = application_of(request.GET.get("entry", ""))
        return see_applied(sent) if sent else see_other(request.path)
    form = walked.make(data=together(entry.typed))
    if not form.is_valid() or form.checked is None:
        # A price or an account has changed since.
        shown = steps_shown(form, steps_of(form.questions))
        return see_other(walked.address(wrong_step(form, shown) or shown[-1], entry))
    if request.method == "POST":
        return _send(request, form, entry, page)
    line = BasketLine(
        payment_type=form.payment_type,
        account_reference=form.checked.reference,
        amount=form.checked.amount,
        answers=form.answers,
        amount_basis=dict(form.amount_basis),
    )

    def asked_at(step: Step) -> str:
        return f"{walked.address(step, entry)}&then={CHECK}"

    context = check_context(form, line, asked_at=asked_at)
    return keep_private(render(request, "ims_wagtail/requests/application_check.html", context))


def _send(
    request: HttpRequest, form: EntryForm, entry: UnfinishedEntry, page: PageFacts
) -> HttpResponse:
    if too_many_refusals(request):
        return slow_down(request)
    # An e-mail goes to whatever address was typed: a script must not have thousands sent.
    count_refusal(request)
    application = apply(
        entry=entry,
        form=form,
        page=page,
        language=get_language() or "",
        site_id=council_for(request).site_id,
        by=request.user,
    )
    return see_applied(application)


def _closed(request: HttpRequest, payment_type: PaymentType) -> HttpResponse:
    context = {"service": service_name(payment_type)}
    return keep_private(render(request, "ims_wagtail/checkout/closed_for_now.html", context))
