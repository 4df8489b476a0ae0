"""The steps of trying a page out, one address for all: ``?page=`` and ``&step=``."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from ims_wagtail.checkout.enums import Outcome
from ims_wagtail.checkout.forms.details import DetailsForm
from ims_wagtail.checkout.models import Basket
from ims_wagtail.checkout.responses import keep_private
from ims_wagtail.checkout.selectors import OpenBasket
from ims_wagtail.checkout.throttle import count_refusal, slow_down, too_many_refusals
from ims_wagtail.pages import steps
from ims_wagtail.pages.feedback.screens import pages_of
from ims_wagtail.pages.mixins import PayablePageMixin
from ims_wagtail.pages.steps import Shown
from ims_wagtail.ui.languages import answer_in, chosen_language

from .cards import CardForm
from .marks import kept_to_the_test
from .trial import Trial, keep_trial, read_trial


@require_http_methods(["GET", "POST"])
def try_a_page(request: HttpRequest) -> HttpResponse:
    """Show a step of a draft that this person may change, and take what they type."""
    page = _draft(request)
    if page is None:
        return redirect("wagtailadmin_explore_root")
    if page.payment_type is None:
        messages.warning(request, _("Choose a payment type and save the draft first."))
        return redirect("wagtailadmin_pages:edit", page.pk)
    trial = read_trial(request, page=page, payment_type=page.payment_type)
    with override(chosen_language(request)):
        answer_in(request, chosen_language(request))
        return keep_private(_answer(request, trial, request.GET.get("step", "start")))


def step_address(page: PayablePageMixin, step: str) -> str:
    """Return where a step of trying a page stands; what all of them begin with for no step."""
    query = urlencode({"page": page.pk, **({"step": step} if step else {})})
    return f"{reverse('ims_try_a_page')}?{query}"


def _draft(request: HttpRequest) -> PayablePageMixin | None:
    pages = pages_of(request.user)
    if not pages.exists():
        raise PermissionDenied
    asked = request.GET.get("page", "")
    page = pages.filter(pk=asked).first() if asked.isdigit() else None
    draft = page.specific.get_latest_revision_as_object() if page else None
    return draft if isinstance(draft, PayablePageMixin) else None


def _answer(request: HttpRequest, trial: Trial, step: str) -> HttpResponse:
    if step == "start" or step not in _STEPS:
        return _start(request, trial)
    shopping = trial.shopping()
    if shopping is None:
        return _go(trial, "start")
    return _STEPS[step](request, trial, shopping)


def _start(request: HttpRequest, trial: Trial) -> HttpResponse:
    if request.method == "POST":
        if too_many_refusals(request):
            return slow_down(request)
        form = trial.form(request.POST)
        if form.is_valid() and form.checked is not None:
            typed = request.POST.copy()
            typed.pop("csrfmiddlewaretoken", None)
            keep_trial(request, trial.anew(typed=typed.urlencode()))
            return _go(trial, "basket")
        if form.reference_refused:
            count_refusal(request)
    else:
        form = trial.form()
    request.is_preview = True  # type: ignore[attr-defined]
    context = trial.page.get_preview_context(request, "")
    context.update(form=form, payment_type=trial.payment_type)
    return _draw(request, trial, Shown(trial.page.get_preview_template(request, ""), context))


def _basket(request: HttpRequest, trial: Trial, shopping: OpenBasket) -> HttpResponse:
    if request.method == "POST":
        # “Remove”: there is nothing left to try.
        keep_trial(request, trial.anew())
        return _go(trial, "start")
    return _draw(request, trial, steps.basket(shopping))


def _details(request: HttpRequest, trial: Trial, shopping: OpenBasket) -> HttpResponse:
    form = DetailsForm(
        basket=shopping.basket or Basket(),
        asks_address=shopping.asks_address,
        data=request.POST if request.method == "POST" else None,
    )
    if request.method == "POST" and form.is_valid():
        trial.details = form.cleaned_data
        keep_trial(request, trial)
        return _go(trial, "check")
    return _draw(request, trial, steps.details(shopping, form))


def _check(request: HttpRequest, trial: Trial, shopping: OpenBasket) -> HttpResponse:
    if request.method == "POST":
        return _go(trial, "card")
    return _draw(request, trial, steps.check(shopping))


def _card(request: HttpRequest, trial: Trial, shopping: OpenBasket) -> HttpResponse:
    form = CardForm(data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        trial.outcome = form.cleaned_data["card"]
        keep_trial(request, trial)
        return _go(trial, "result")
    return _draw(request, trial, Shown("ims_wagtail/pages/admin/trial_card.html", {"form": form}))


def _result(request: HttpRequest, trial: Trial, shopping: OpenBasket) -> HttpResponse:
    if trial.told is None or request.method == "POST":
        return _go(trial, "card")
    shown = steps.result(shopping, trial.told)
    shown.context["receipt_url"] = step_address(trial.page, "receipt")
    return _draw(request, trial, shown)


def _receipt(request: HttpRequest, trial: Trial, shopping: OpenBasket) -> HttpResponse:
    if trial.told != Outcome.PAID:
        return _go(trial, "card")
    return _draw(request, trial, steps.receipt(shopping, request=request, at=timezone.now()))


def _email(request: HttpRequest, trial: Trial, shopping: OpenBasket) -> HttpResponse:
    if trial.told != Outcome.PAID:
        return _go(trial, "card")
    return _draw(request, trial, steps.email(shopping, request=request, at=timezone.now()))


_STEPS: dict[str, Callable[[HttpRequest, Trial, OpenBasket], HttpResponse]] = {
    "basket": _basket,
    "details": _details,
    "check": _check,
    "card": _card,
    "result": _result,
    "receipt": _receipt,
    "email": _email,
}


def _go(trial: Trial, step: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": step_address(trial.page, step)})


def _draw(request: HttpRequest, trial: Trial, shown: Shown) -> HttpResponse:
    def address(step: str) -> str:
        return step_address(trial.page, step)

    links: list[tuple[Any, str]] = [(_("Begin again"), address("start"))]
    if trial.told == Outcome.PAID:
        links.append((_("See the e-mail"), address("email")))
    context = {**shown.context, "is_test": True, "test_links": links}
    response = render(request, shown.template, context)
    html = kept_to_the_test(response.content.decode(), step_address=address)
    response.content = html.encode()
    return response
