"""What people pay for on an ordinary day: how often, by which account and how much."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.funds.models import Fund, PaymentType, ReferenceRule
from ims_wagtail.funds.selectors import vat_rate
from ims_wagtail.ledger.entries import Line
from ims_wagtail.money import split_vat

from . import reference_rules
from .amounts import GARDEN_WASTE_PRICE


#: Funds without account holders draw on so many references of their rule.
_LOOSE_REFERENCES = 4000


@dataclass(frozen=True, slots=True)
class Service:
    """One payment type with all that a line of it needs."""

    slug: str
    fund_id: int
    vat_code_id: int
    vat_rate: Decimal
    references: Sequence[str]
    amount: Callable[[Random], Decimal]

    def line(
        self,
        luck: Random,
        *,
        method_id: int,
        receipt_number: str,
        narrative: str = "",
        psp_reference: str = "",
    ) -> Line:
        """Return a line of the book for somebody paying a usual amount."""
        amount = self.amount(luck)
        return Line(
            fund_id=self.fund_id,
            account_reference=luck.choice(self.references),
            method_id=method_id,
            amount=amount,
            vat_code_id=self.vat_code_id,
            vat_rate=self.vat_rate,
            vat_amount=split_vat(gross=amount, rate=self.vat_rate).vat,
            receipt_number=receipt_number,
            narrative=narrative,
            psp_reference=psp_reference,
        )


def _one_of(*amounts: str) -> Callable[[Random], Decimal]:
    choices = tuple(Decimal(amount) for amount in amounts)
    return lambda luck: luck.choice(choices)


def _around(middle: float, spread: float, *, least: float, step: int = 1) -> Callable:
    """Return amounts round ``middle`` in whole steps of so many pence."""

    def amount(luck: Random) -> Decimal:
        pence = max(least, luck.gauss(middle, spread)) * 100
        return Decimal(round(pence / step) * step).scaleb(-2)

    return amount


_AMOUNTS: dict[str, Callable[[Random], Decimal]] = {
    "council-tax": _around(168, 42, least=20, step=100),
    "business-rates": _around(940, 420, least=60, step=100),
    "housing-rent": _around(104, 21, least=10, step=5),
    "heating": _around(38, 12, least=5, step=50),
    "benefit-overpayment": _around(28, 14, least=5, step=500),
    "parking-fine": _one_of("25.00", "35.00", "35.00", "35.00", "50.00", "70.00"),
    "fixed-penalty": _one_of("65.00", "80.00", "100.00", "150.00"),
    "invoice": _around(310, 190, least=12),
    "older-invoice": _around(140, 80, least=10),
    "library-charge": _around(4.2, 3.1, least=0.25, step=5),
    "garden-waste": lambda luck: GARDEN_WASTE_PRICE,
    "planning-fee": _one_of("43.00", "145.00", "258.00", "293.00", "578.00"),
    "market-stall": _one_of("18.00", "24.00", "36.00", "72.00"),
    "building-control": _one_of("156.00", "228.00", "312.00", "444.00"),
    "landlord-licence": _one_of("48.00", "60.00", "96.00"),
}


def services(on: date) -> dict[str, Service]:
    """Return the council's services by slug, with the VAT rates of a day."""
    types = PaymentType.objects.select_related(
        "vat_code", "fund__vat_code", "fund__reference_rule__check_digit"
    ).in_bulk(list(_AMOUNTS), field_name="slug")
    found = {}
    for slug, amount in _AMOUNTS.items():
        payment_type = types[slug]
        vat_code = payment_type.vat_code or payment_type.fund.vat_code
        found[slug] = Service(
            slug=slug,
            fund_id=payment_type.fund_id,
            vat_code_id=vat_code.pk,
            vat_rate=vat_rate(vat_code, on),
            references=_references(payment_type),
            amount=amount,
        )
    return found


def _references(payment_type: PaymentType) -> Sequence[str]:
    if payment_type.fixed_reference:
        return [payment_type.fixed_reference]
    fund: Fund = payment_type.fund
    if fund.account_must_exist:
        return list(
            AccountHolder.objects.filter(fund=fund, stop_message=None)
            .order_by("reference")
            .values_list("reference", flat=True)
        )
    rule: ReferenceRule | None = fund.reference_rule
    assert rule is not None  # noqa: S101 (every fund that residents pay into has one)
    return [reference_rules.example(rule, number) for number in range(_LOOSE_REFERENCES)]
