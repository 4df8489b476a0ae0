"""What Anyborough's exports need to know: general-ledger codes, fund groups, facts of its own."""

from datetime import date

from ims_wagtail.funds.enums import AttributeKind, AttributeOwner
from ims_wagtail.funds.models import (
    Attribute,
    AttributeValue,
    Fund,
    FundGroup,
    LedgerCode,
    PaymentType,
)


_ALWAYS = date(2000, 4, 1)
_NEW_DEPARTMENTS = date(2024, 4, 1)

# fund, general-ledger code, department, part of the general fund (rents are kept apart by law)
_FUNDS = (
    ("1", "B9000/9990", "Finance", True),
    ("11", "T3100/4710", "Environment", True),
    ("13", "F1000/4990", "Finance", True),
    ("19", "F1200/1310", "Finance", True),
    ("1Z", "H2200/4820", "Housing", True),
    ("20", "F1200/1311", "Finance", True),
    ("23", "C1000/1110", "Revenues", False),
    ("24", "C2000/1120", "Revenues", False),
    ("25", "R1500/1330", "Revenues", True),
    ("2R", "E2400/4720", "Environment", True),
    ("31", "P3000/4610", "Planning", True),
    ("32", "P1000/4600", "Planning", True),
    ("3U", "H2210/4821", "Housing", True),
    ("5", "H1000/4100", "Housing", False),
    ("5H", "H1000/4130", "Housing", False),
    ("52", "E5000/4500", "Environment", True),
    ("5M", "L1000/4300", "Culture", True),
    ("GW", "E1000/4410", "Environment", True),
)
#: Garden waste moved to the waste service when the departments were made anew.
_MOVED = (("GW", "W1100/4410"),)

_GROUPS = {
    "Council tax and business rates": ("23", "24"),
    "Environment": ("11", "2R", "52", "GW"),
    "Housing": ("5", "5H", "1Z", "3U"),
    "Invoices": ("19", "20"),
    "Planning and building control": ("31", "32"),
}

_COST_CENTRES = {
    "building-control": "P3010",
    "garden-waste": "W1110",
    "library-charge": "L1040",
    "market-stall": "E5020",
    "planning-fee": "P1030",
}


def add_to_funds(funds: dict[str, Fund]) -> None:
    """Give the funds their ledger codes, groups and facts."""
    LedgerCode.objects.bulk_create(
        LedgerCode(fund=funds[code], starts=starts, code=ledger_code)
        for starts, pairs in (
            (_ALWAYS, [(code, ledger) for code, ledger, _department, _general in _FUNDS]),
            (_NEW_DEPARTMENTS, _MOVED),
        )
        for code, ledger_code in pairs
    )
    for name, codes in _GROUPS.items():
        FundGroup.objects.create(name=name).funds.set(funds[code] for code in codes)
    department = Attribute.objects.create(
        name="department",
        label="Department",
        applies_to=AttributeOwner.FUND,
        kind=AttributeKind.CHOICE,
        choices=sorted({name for _code, _ledger, name, _general in _FUNDS}),
        required=True,
        position=1,
    )
    general = Attribute.objects.create(
        name="general_fund",
        label="Part of the general fund",
        applies_to=AttributeOwner.FUND,
        kind=AttributeKind.YES_NO,
        position=2,
    )
    AttributeValue.objects.bulk_create(
        AttributeValue(attribute=attribute, fund=funds[code], value=value)
        for code, _ledger, name, is_general in _FUNDS
        for attribute, value in ((department, name), (general, "yes" if is_general else "no"))
    )


def add_to_payment_types() -> None:
    """Give the payment types whose income is budgeted apart their cost centres."""
    cost_centre = Attribute.objects.create(
        name="cost_centre",
        label="Cost centre",
        applies_to=AttributeOwner.PAYMENT_TYPE,
        kind=AttributeKind.TEXT,
        position=1,
    )
    AttributeValue.objects.bulk_create(
        AttributeValue(attribute=cost_centre, payment_type=kind, value=_COST_CENTRES[kind.slug])
        for kind in PaymentType.objects.filter(slug__in=_COST_CENTRES)
    )
