"""What an editor sees before publishing: each step as residents will see it, in each language.

A preview reads and draws, no more: a made-up payer goes through the checkout's own templates, and
no basket or order is made for it. None of its forms can be sent, and it sets no cookie.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import global_settings, settings
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_lazy, override

from ims_wagtail.checkout.enums import Outcome, QuestionKind
from ims_wagtail.checkout.forms.entry import EntryForm
from ims_wagtail.checkout.forms.shown import show_step, what_fields
from ims_wagtail.checkout.selectors import OpenBasket
from ims_wagtail.checkout.steps import steps_of
from ims_wagtail.funds.models import PaymentType

from . import steps
from .amounts import layout_from
from .opening import PAUSED, why_closed
from .questions import questions_from
from .samples import filled_in, open_basket, sample_line, sample_reference, sample_type


if TYPE_CHECKING:
    from .mixins import PayablePageMixin


FORM = ""
ERRORS = "errors"
CLOSED = "closed"

_PAGE = {
    FORM: gettext_lazy("Page"),
    ERRORS: gettext_lazy("With errors"),
    CLOSED: gettext_lazy("While closed"),
}
_STEPS = {
    "basket": gettext_lazy("Basket"),
    "details": gettext_lazy("Who pays"),
    "check": gettext_lazy("Check your answers"),
}
#: Where an officer looks at it before people pay.
_APPLYING = {
    "application": gettext_lazy("Check your application"),
    "applied": gettext_lazy("Application sent"),
}
_RECEIPTS: dict[str, tuple[Any, Callable[..., steps.Shown]]] = {
    "receipt": (gettext_lazy("Receipt, as printed"), steps.receipt),
    "email": (gettext_lazy("Receipt by e-mail"), steps.email),
}

#: Before the number of a step in which a page asks.
_STEP = "step-"

#: Between a step and a language that isn't the page's.
_IN = "@"

_FORM_TAG = re.compile(r"<(/?)form\b[^>]*>")


def modes(page: "PayablePageMixin") -> list[tuple[str, Any]]:
    """Return what Wagtail offers to preview: every step in the page's language, then in others."""
    named = {
        FORM: _PAGE[FORM],
        **{
            f"{_STEP}{step.number}": gettext("Step: %(heading)s") % {"heading": step.heading}
            for step in steps_of(questions_from(page.questions))[1:]
        },
        **_PAGE,
        **(_APPLYING if page.looked_at_first else {}),
        **_STEPS,
        **{
            outcome.value: gettext("Result: %(outcome)s") % {"outcome": outcome.label}
            for outcome in Outcome
        },
        **{mode: words for mode, (words, _draw) in _RECEIPTS.items()},
    }
    others = [(code, name) for code, name in _languages() if code != _language(page)]
    return [
        *named.items(),
        *(
            (f"{mode}{_IN}{code}", f"{words} – {name}")
            for code, name in others
            for mode, words in named.items()
        ),
    ]


def render(*, page: "PayablePageMixin", request: HttpRequest, mode: str) -> TemplateResponse:
    """Draw one step of a page that may be half written and may never have been saved."""
    step, _sign, language = mode.partition(_IN)
    with override(language or _language(page)):
        request.LANGUAGE_CODE = get_language() or ""
        response = _drawn(page, request, step)
        # Without a token of the form no cookie is set.
        response.context_data = {**(response.context_data or {}), "csrf_token": "NOTPROVIDED"}
        response.add_post_render_callback(_disarm)
        # Here, where the language is right: Wagtail's own rendering comes too late.
        response.render()
        return response


def entry_form(
    page: "PayablePageMixin",
    payment_type: PaymentType,
    *,
    data: Any = None,
    with_files: bool = True,
) -> EntryForm:
    """Return the form of the page as it stands in a draft."""
    questions = tuple(
        question
        for question in questions_from(page.questions)
        if with_files or question.kind != QuestionKind.FILE
    )
    return EntryForm(
        payment_type=payment_type,
        questions=questions,
        amount=layout_from(page.amount, questions),
        data=data,
    )


def _drawn(page: "PayablePageMixin", request: HttpRequest, step: str) -> TemplateResponse:
    payment_type = page.payment_type or sample_type()
    if step == "application":
        shown = steps.application(_shopping(page, payment_type), entry_form(page, payment_type))
    elif step == "applied":
        shown = steps.applied(_shopping(page, payment_type))
    elif step in _STEPS:
        shown = getattr(steps, step)(_shopping(page, payment_type))
    elif step in _RECEIPTS:
        _words, draw = _RECEIPTS[step]
        shown = draw(_shopping(page, payment_type), request=request, at=timezone.now())
    elif step in Outcome:
        shown = steps.result(_shopping(page, payment_type), Outcome(step))
    else:
        return _page(page, request, payment_type, step)
    return TemplateResponse(request, shown.template, shown.context)


def _page(
    page: "PayablePageMixin", request: HttpRequest, payment_type: PaymentType, step: str
) -> TemplateResponse:
    context: dict[str, Any] = page.get_preview_context(request, step)
    context["payment_type"] = payment_type
    if step == CLOSED:
        context["closed"] = why_closed(page, at=timezone.now()) or PAUSED
    else:
        # Sent empty: every question that must be answered complains.
        data: Any = {} if step == ERRORS else None
        form = entry_form(page, payment_type, data=data)
        _show_step(form, step)
        context["form"] = form
    return TemplateResponse(request, page.get_preview_template(request, step), context)


def _show_step(form: EntryForm, mode: str) -> None:
    """Have the form show the step of a mode, or its first, where the page asks in several."""
    asks_what = bool(what_fields(form))
    asked = [step for step in steps_of(form.questions) if step.questions or asks_what]
    if len(asked) > 1:
        wanted = [step for step in asked if mode == f"{_STEP}{step.number}"]
        form.shows_all = True
        form.begins = not wanted or wanted[0] == asked[0]
        show_step(form, (wanted or asked)[0])


def _shopping(page: "PayablePageMixin", payment_type: PaymentType) -> OpenBasket:
    """Return what the made-up payer has in their basket."""
    empty = entry_form(page, payment_type)
    data = filled_in(empty.fields, reference=sample_reference(payment_type))
    return open_basket(sample_line(page=page, form=entry_form(page, payment_type, data=data)))


def _language(page: "PayablePageMixin") -> str:
    """Return the code of the page's language, where it is one of the site's."""
    code = page.locale.language_code if page.locale_id else ""
    return code if code in dict(_languages()) else get_language() or ""


def _languages() -> list[tuple[str, str]]:
    """Return the languages residents may choose from; none where the site has not named any."""
    chosen = settings.LANGUAGES != global_settings.LANGUAGES
    return [(code, str(name)) for code, name in settings.LANGUAGES] if chosen else []


def _disarm(response: TemplateResponse) -> None:
    """Take away forms, so that no button does anything, and links into the checkout."""
    drawn = _FORM_TAG.sub(r"<\1div>", response.content.decode())
    checkout = re.escape(reverse("ims_checkout:basket").removesuffix("basket/"))
    response.content = re.sub(rf'href="{checkout}[^"]*"', 'href="#"', drawn).encode()
