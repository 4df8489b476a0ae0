"""The checkout's own pages, drawn for a line that is in nobody's basket.

They are the templates residents meet, with the figures the checkout gives them, so a preview can't
show what isn't so. No order is made: nothing here writes.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ims_wagtail.checkout.enums import Outcome
from ims_wagtail.checkout.forms.details import DetailsForm
from ims_wagtail.checkout.forms.entry import EntryForm
from ims_wagtail.checkout.forms.pay import PayForm
from ims_wagtail.checkout.models import Basket, BasketLine
from ims_wagtail.checkout.parts import Part, Parts
from ims_wagtail.checkout.questions import shown_answers
from ims_wagtail.checkout.receipts import Receipt, ReceiptLine, vat_totals
from ims_wagtail.checkout.requests.applications.filling_in import check_context as last_look
from ims_wagtail.checkout.requests.applications.views import applied_context
from ims_wagtail.checkout.requests.models import Application
from ims_wagtail.checkout.selectors import OpenBasket
from ims_wagtail.checkout.views.basket import basket_context
from ims_wagtail.checkout.views.check import check_context
from ims_wagtail.checkout.wording import reference_label
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.selectors import NoVatRate, vat_rate
from ims_wagtail.money import ZERO, VatSplit, format_pounds, split_vat
from ims_wagtail.ui.council import council_for

from .samples import SAMPLE_RECEIPT


_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page to be drawn."""

    template: str
    context: dict[str, Any]


def basket(shopping: OpenBasket) -> Shown:
    """Draw the basket."""
    context = basket_context(shopping=shopping, parts=_parts(shopping))
    return Shown("ims_wagtail/checkout/basket.html", context)


def details(shopping: OpenBasket, form: DetailsForm | None = None) -> Shown:
    """Draw the form that asks who pays."""
    form = form or DetailsForm(basket=_basket(shopping), asks_address=shopping.asks_address)
    return Shown("ims_wagtail/checkout/details.html", {"form": form})


def check(shopping: OpenBasket) -> Shown:
    """Draw the page that shows everything before paying."""
    parts = _parts(shopping)
    form = PayForm(version=1, shape=parts.shape, paid_before=False)
    context = check_context(
        basket=_basket(shopping),
        asks_address=shopping.asks_address,
        parts=parts,
        again=(),
        form=form,
    )
    return Shown("ims_wagtail/checkout/check.html", context)


def application(shopping: OpenBasket, form: EntryForm) -> Shown:
    """Draw the last look at what an officer decides about before it is paid."""
    context = last_look(form, shopping.lines[0], asked_at=lambda _step: "#")
    return Shown("ims_wagtail/requests/application_check.html", context)


def applied(shopping: OpenBasket) -> Shown:
    """Draw what somebody reads who has applied."""
    sent = Application(pk=0, payment_type=shopping.lines[0].payment_type)
    return Shown("ims_wagtail/requests/applied.html", applied_context(sent))


def result(shopping: OpenBasket, outcome: Outcome) -> Shown:
    """Draw what a payer is told of a payment that came to this."""
    context = {
        "outcome": outcome.value,
        "order": {"reference": SAMPLE_RECEIPT, "token": _NOBODY},
        "total": format_pounds(shopping.total),
        "lines": [(line.description, format_pounds(line.amount)) for line in shopping.lines],
        "confirmations": [line.confirmation for line in shopping.lines if line.confirmation],
        "has_email": bool(_basket(shopping).email),
        "order_url": "#",
        "again_url": "#",
        "receipt_url": "#",
    }
    return Shown(f"ims_wagtail/checkout/result/{outcome.value}.html", context)


def receipt(shopping: OpenBasket, *, request: HttpRequest, at: datetime) -> Shown:
    """Draw the receipt, on screen and in print."""
    context = {
        "receipt": _receipt(shopping, request, at),
        "back_url": "#",
        "shows_answers": True,
        "is_test": True,
    }
    return Shown("ims_wagtail/checkout/receipt.html", context)


def email(shopping: OpenBasket, *, request: HttpRequest, at: datetime) -> Shown:
    """Draw the e-mail with the receipt."""
    context = {"receipt": _receipt(shopping, request, at), "is_test": True}
    return Shown("ims_wagtail/checkout/email/receipt.html", context)


def _basket(shopping: OpenBasket) -> Basket:
    return shopping.basket or Basket()


def _parts(shopping: OpenBasket) -> Parts:
    """Return one payment for all of it: which account takes it is nothing an editor decides."""
    return Parts(payable=(Part(lines=shopping.lines),), closed=())


def _receipt(shopping: OpenBasket, request: HttpRequest, at: datetime) -> Receipt:
    council = council_for(request)
    lines = tuple(_receipt_line(line) for line in shopping.lines)
    return Receipt(
        number=SAMPLE_RECEIPT,
        supplier=council.name,
        supplier_address=council.address,
        vat_number=council.vat_number,
        paid_at=at,
        lines=lines,
        vat_totals=vat_totals(lines),
        net=sum((line.net for line in lines), ZERO),
        vat=sum((line.vat for line in lines), ZERO),
        total=sum((line.gross for line in lines), ZERO),
        method=_("Card"),
        card_brand="Visa",
        card_last_four="4242",
    )


def _receipt_line(line: BasketLine) -> ReceiptLine:
    rate, split = _vat(line)
    return ReceiptLine(
        description=line.description,
        reference_label="" if line.has_fixed_reference else reference_label(line.payment_type),
        reference=line.account_reference,
        net=split.net,
        vat_rate=rate,
        vat=split.vat,
        gross=line.amount,
        answers=tuple((answer["label"], answer["value"]) for answer in shown_answers(line.answers)),
    )


def _vat(line: BasketLine) -> tuple[Decimal, VatSplit]:
    try:
        code = line.payment_type.vat_code or line.payment_type.fund.vat_code
        rate = vat_rate(code, accounting_date())
    except NoVatRate:
        rate = Decimal(0)
    return rate, split_vat(gross=line.amount, rate=rate)
