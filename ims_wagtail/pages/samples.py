"""Made-up payers and answers for previews. Nothing of it is ever saved, or could be paid with."""

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from ims_wagtail.checkout.fields import PostcodeField, TelephoneField, WholeNumberField
from ims_wagtail.checkout.forms.entry import EntryForm
from ims_wagtail.checkout.models import Basket, BasketLine
from ims_wagtail.checkout.selectors import OpenBasket
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.enums import ReferenceSource
from ims_wagtail.funds.models import Fund, PaymentType, VatCode, VatRate
from ims_wagtail.ui.forms import AmountField, DateField


if TYPE_CHECKING:
    from .mixins import PayablePageMixin


#: Looks like a receipt number and is never given out: the ledger's own start at 1.
SAMPLE_RECEIPT = "R000000A"
SAMPLE_AMOUNT = Decimal("45.50")
#: Ofcom keeps these numbers for drama, and RFC 2606 this address for examples.
TELEPHONE = "01632 960 001"
EMAIL = "name@example.com"
POSTCODE = "AN1 2BC"


def sample_type() -> PaymentType:
    """Return a payment type for a draft without one."""
    code = VatCode(pk=0)
    # Only a row with a key, and others read already, is asked for them without a query.
    rate = VatRate(starts=dt.date(2000, 1, 1), rate=Decimal(0))
    code._prefetched_objects_cache = {"rates": [rate]}  # type: ignore[attr-defined]
    fund = Fund(name=_("Example fund"), maximum_amount=Decimal(1000), vat_code=code)
    return PaymentType(name=_("Example payment"), reference_label=_("Account number"), fund=fund)


def sample_basket() -> Basket:
    """Return the basket of somebody who has given all details."""
    return Basket(
        name=_("Sam Example"),
        email=EMAIL,
        phone=TELEPHONE,
        address_line_1=_("1 Example Street"),
        town=_("Anytown"),
        postcode=POSTCODE,
        details_given=True,
    )


def sample_line(*, page: "PayablePageMixin", form: EntryForm) -> BasketLine:
    """Return what the form would put into the basket; ``form`` is filled in by ``filled_in``.

    A made-up reference may be refused. What it says is shown all the same.
    """
    line = BasketLine(
        position=1,
        payment_type=form.payment_type,
        account_reference=sample_reference(form.payment_type),
        amount=form.fixed_amount or SAMPLE_AMOUNT,
        page_title=page.title,
        confirmation=page.facts().confirmation,
    )
    if form.payment_type.pk:
        # The rules know nothing of a payment type that is made up as well.
        form.is_valid()
        line.answers, line.amount_basis = form.answers, dict(form.amount_basis)
        line.amount = form.checked.amount if form.checked else line.amount
    return line


def open_basket(line: BasketLine) -> OpenBasket:
    """Return a basket with one line."""
    return OpenBasket(basket=sample_basket(), lines=(line,))


def sample_reference(payment_type: PaymentType) -> str:
    """Return a reference as one could stand on a bill: the rule's own example."""
    if payment_type.reference_source == ReferenceSource.FIXED:
        return payment_type.fixed_reference
    rule = payment_type.fund.reference_rule
    return (rule.example if rule else "") or "12345678"


def filled_in(fields: dict[str, forms.Field], *, reference: str) -> dict[str, Any]:
    """Return what somebody might type into a form."""
    data: dict[str, Any] = {}
    for name, field in fields.items():
        if isinstance(field, DateField):
            day = accounting_date()
            data |= {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}
        else:
            data[name] = reference if name == "reference" else _typed(field)
    return data


def _typed(field: forms.Field) -> Any:
    match field:
        case AmountField():
            return str(SAMPLE_AMOUNT)
        case forms.ChoiceField():
            return next((key for key, _label in field.widget.choices if key), "")
        case forms.BooleanField():
            return "on"
        case WholeNumberField(min_value=int(least)):
            return max(least, 1)
        case TelephoneField():
            return TELEPHONE
        case PostcodeField():
            return POSTCODE
        case forms.EmailField():
            return EMAIL
        case _:
            return _("Example answer")
