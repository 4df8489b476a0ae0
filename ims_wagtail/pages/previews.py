"""What an editor sees before publishing: each step as residents will see it, from samples.

A preview reads and draws, no more. Its form stands outside any ``<form>`` element, so that pressing
its button does nothing, and carries no CSRF token, so that no cookie is set.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.checkout.forms.entry import EntryForm
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import Fund, PaymentType, VatCode
from ims_wagtail.funds.selectors import NoPrice, set_price
from ims_wagtail.funds.wording import service_name
from ims_wagtail.money import format_pounds

from .opening import PAUSED, why_closed
from .questions import questions_from


if TYPE_CHECKING:
    from .mixins import PayablePageMixin


FORM = ""
ERRORS = "errors"
PAID = "paid"
CLOSED = "closed"

MODES = [
    (FORM, gettext_lazy("Page")),
    (ERRORS, gettext_lazy("With errors")),
    (PAID, gettext_lazy("Once paid")),
    (CLOSED, gettext_lazy("While closed")),
]

#: Looks like a receipt number and is never given out: the ledger's own start at 1.
SAMPLE_RECEIPT = "R000000A"
SAMPLE_AMOUNT = Decimal("45.50")


def render(*, page: "PayablePageMixin", request: HttpRequest, mode: str) -> TemplateResponse:
    """Draw one step of a page that may be half written and may never have been saved."""
    payment_type = page.payment_type or _sample_type()
    if mode == PAID:
        return _paid(page, request, payment_type)
    context: dict[str, Any] = page.get_preview_context(request, mode)
    context["payment_type"] = payment_type
    if mode == CLOSED:
        context["closed"] = why_closed(page, at=timezone.now()) or PAUSED
        return TemplateResponse(request, page.get_preview_template(request, mode), context)
    context["form"] = _form(page, payment_type, with_errors=mode == ERRORS)
    return TemplateResponse(request, page.get_preview_template(request, mode), context)


def _paid(
    page: "PayablePageMixin", request: HttpRequest, payment_type: PaymentType
) -> TemplateResponse:
    """Draw the checkout's own page of a payment made, as if for an order with one line."""
    amount = format_pounds(_price(payment_type) or SAMPLE_AMOUNT)
    context = {
        "order": {"reference": SAMPLE_RECEIPT},
        "lines": [(service_name(payment_type), amount)],
        "total": amount,
        "confirmations": [page.facts().confirmation] if page.confirmation else [],
        "has_email": True,
        "receipt_url": "#",
    }
    return TemplateResponse(request, "ims_wagtail/checkout/result/paid.html", context)


def _price(payment_type: PaymentType) -> Decimal | None:
    try:
        return set_price(payment_type, accounting_date())
    except NoPrice:
        return None


def _form(page: "PayablePageMixin", payment_type: PaymentType, *, with_errors: bool) -> EntryForm:
    form = EntryForm(
        payment_type=payment_type,
        questions=questions_from(page.questions),
        # Sent empty: every question that must be answered complains.
        data={} if with_errors else None,
    )
    form.helper.form_tag = False
    form.helper.disable_csrf = True
    return form


def _sample_type() -> PaymentType:
    """Return a payment type for a draft without one. It is never saved."""
    fund = Fund(name=_("Example fund"), maximum_amount=Decimal(1000), vat_code=VatCode())
    return PaymentType(name=_("Example payment"), reference_label=_("Account number"), fund=fund)
