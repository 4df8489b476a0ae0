"""Amounts that come about on a page: bins counted, a concession, what is owed, a donation."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from ims_wagtail.funds.enums import AmountSource, Challenge, ReferenceSource
from ims_wagtail.funds.models import Fund, PaymentType, Price, VatCode

from . import reference_rules


GARDEN_WASTE_PRICE = Decimal("46.00")
GARDEN_WASTE, GARDEN_WASTE_FURTHER = "GARDEN-WASTE", "GARDEN-WASTE-FURTHER"
BULKY, BULKY_FURTHER = "BULKY-WASTE", "BULKY-WASTE-FURTHER"
BULKY_LOW, BULKY_LOW_FURTHER = "BULKY-WASTE-SUPPORT", "BULKY-WASTE-SUPPORT-FURTHER"

HOW_MANY = "How many items shall we collect?"
SUPPORT = "Do you get Council Tax Support?"

_PRICES = (
    (GARDEN_WASTE, "Garden waste, one bin for a year", GARDEN_WASTE_PRICE),
    (GARDEN_WASTE_FURTHER, "Garden waste, each further bin", Decimal("30.00")),
    (BULKY, "Bulky waste, first item", Decimal("32.00")),
    (BULKY_FURTHER, "Bulky waste, each further item", Decimal("8.00")),
    (BULKY_LOW, "Bulky waste with Council Tax Support, first item", Decimal("16.00")),
    (BULKY_LOW_FURTHER, "Bulky waste with Council Tax Support, further item", Decimal("4.00")),
)
_LAID_OUT = {
    "garden-waste": (GARDEN_WASTE, GARDEN_WASTE_FURTHER),
    "bulky-waste": (BULKY, BULKY_FURTHER, BULKY_LOW, BULKY_LOW_FURTHER),
}


def add(funds: dict[str, Fund]) -> None:
    """Make the prices, the payment types that need them or a balance, and the museum's."""
    for code, name, amount in _PRICES:
        price = Price.objects.create(code=code, name=name)
        price.changes.create(starts=date(2000, 1, 1), amount=amount, approved_at=timezone.now())
    miscellaneous = funds["13"]
    rule = miscellaneous.reference_rule
    assert rule is not None  # noqa: S101 (the demo's own fund has one)
    everybody = {"fund": miscellaneous, "reference_source": ReferenceSource.FIXED}
    PaymentType.objects.create(
        slug="bulky-waste",
        name="Bulky waste collection",
        name_cy="Casglu gwastraff swmpus",
        fixed_reference=reference_rules.example(rule, 10),
        amount_source=AmountSource.PRICES,
        vat_code=VatCode.objects.get(code="N0"),
        ask_address=True,
        **everybody,
    )
    PaymentType.objects.create(
        slug="museum-donation",
        name="Donation to the museum",
        name_cy="Rhodd i’r amgueddfa",
        fixed_reference=reference_rules.example(rule, 11),
        vat_code=VatCode.objects.get(code="N0"),
        minimum_amount=Decimal("2.00"),
        maximum_amount=Decimal("1000.00"),
        **everybody,
    )
    PaymentType.objects.create(
        slug="council-tax-owed",
        name="Council tax: what you owe",
        name_cy="Treth y cyngor: yr hyn sy’n ddyledus",
        fund=funds["23"],
        reference_label="Council tax account number",
        reference_label_cy="Rhif cyfrif treth y cyngor",
        reference_hint="9 digits, at the top right of your bill",
        reference_hint_cy="9 digid, ar ochr dde uchaf eich bil",
        amount_source=AmountSource.BALANCE,
        challenge=Challenge.POSTCODE,
        part_payment=True,
        minimum_amount=Decimal("1.00"),
    )
    for slug, codes in _LAID_OUT.items():
        PaymentType.objects.get(slug=slug).prices.set(Price.objects.filter(code__in=codes))


def block_of(slug: str) -> list[dict[str, Any]]:
    """Return how the page of this short name lays out its amount; nothing where it doesn't."""
    match slug:
        case "garden-waste":
            return _block("price_list", _bins())
        case "bulky-waste":
            return _block("rules", _rules())
        case "museum-donation":
            return _block("suggestions", {"amounts": _items("5.00", "10.00", "25.00", "50.00")})
        case _:
            return []


def _bins() -> dict[str, Any]:
    bins = {"label": "Brown bins", "hint": "", "most": 4} | _priced(
        GARDEN_WASTE, GARDEN_WASTE_FURTHER
    )
    return {"only_one": False, "lines": _items(bins)}


def _rules() -> dict[str, Any]:
    support = {"question": SUPPORT, "answer": "Yes", "least": None, "most": None}
    return {
        "times": HOW_MANY,
        "rules": _items(
            {"tests": _items(support), **_priced(BULKY_LOW, BULKY_LOW_FURTHER)},
            {"tests": [], **_priced(BULKY, BULKY_FURTHER)},
        ),
        "examples": _items(
            _example("3 items, with support", "24.00", {HOW_MANY: "3", SUPPORT: "Yes"}),
            _example("1 item", "32.00", {HOW_MANY: "1", SUPPORT: "No"}),
            _example("4 items", "56.00", {HOW_MANY: "4", SUPPORT: "No"}),
        ),
    }


def _example(name: str, amount: str, answers: dict[str, str]) -> dict[str, Any]:
    given = ({"question": question, "answer": answer} for question, answer in answers.items())
    return {"name": name, "answers": _items(*given), "amount": amount}


def _priced(first: str, further: str) -> dict[str, int]:
    prices = Price.objects.in_bulk([first, further], field_name="code")
    return {"price": prices[first].pk, "further": prices[further].pk}


def _block(kind: str, value: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": kind, "id": "5d1c6f0e-0000-4000-9000-000000000001", "value": value}]


def _items(*values: Any) -> list[dict[str, Any]]:
    return [
        {"type": "item", "id": f"5d1c6f0e-0000-4000-9000-{number:0>12}", "value": value}
        for number, value in enumerate(values, start=11)
    ]
