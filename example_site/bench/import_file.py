"""A file of many rows to import, the council it is for, and the rules its rows go through."""

import random
from collections.abc import Callable
from copy import copy
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone

from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import Fund, MethodOfPayment, VatCode, VatRate
from ims_wagtail.imports.enums import ColumnField, DateFormat, LayoutShape
from ims_wagtail.imports.models import ImportType, Layout
from ims_wagtail.imports.rules.compiling import compile_rules
from ims_wagtail.imports.rules.enums import ActionKind, Operator, RuleField
from ims_wagtail.imports.rules.facts import ActionFacts, ConditionFacts, RuleFacts

from . import references


FUNDS = ("B1", "B2", "B3", "B4", "B5")


def make_council() -> None:
    """Five funds with a rule of a weighted check digit, and the type of the file."""
    vat = VatCode.objects.create(code="BN", name="None")
    VatRate.objects.create(vat_code=vat, starts=date(2000, 1, 1), rate=0)
    check_digit, rule = copy(references.CHECK_DIGIT), copy(references.RULE)
    check_digit.pk = rule.pk = None
    check_digit.name = rule.name = "Bench"
    check_digit.save()
    rule.check_digit = check_digit
    rule.save()
    common: dict[str, Any] = {"maximum_amount": Decimal(10_000), "vat_code": vat}
    for code in FUNDS:
        Fund.objects.create(code=code, name=f"Fund {code}", reference_rule=rule, **common)
    if not Fund.objects.filter(is_suspense=True).exists():
        Fund.objects.create(code="BS", name="Suspense", is_suspense=True, **common)
    method = MethodOfPayment.objects.create(
        code="BX",
        name="Paid elsewhere",
        kind=MethodKind.EXTERNAL,
        maximum_amount=Decimal(99_999),
    )
    layout = Layout.objects.create(
        name="Bench", shape=LayoutShape.DELIMITED, date_format=DateFormat.ISO
    )
    fields = (
        ColumnField.DATE,
        ColumnField.FUND,
        ColumnField.REFERENCE,
        ColumnField.AMOUNT,
        ColumnField.NARRATIVE,
        ColumnField.EXTERNAL_ID,
    )
    for place, field in enumerate(fields, start=1):
        layout.columns.create(field=field, place=place)
    ImportType.objects.create(
        code="bench", name="Bench", format="laid-out", layout=layout, method=method
    )


def write_file(path: Path, rows: int) -> None:
    """Write a file of so many rows, the same each time, in constant memory."""
    chance = random.Random(1)  # noqa: S311 (nothing secret)
    known = references.make_references(10_000)
    last = timezone.localdate()
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            reference = known[number % len(known)]
            day = last - timedelta(days=number * 3 // rows)
            pence = chance.randrange(100, 50_000)
            words = f"FASTER PAYMENT {reference} THANK YOU {chance.randrange(10**9):09} REF"
            file.write(
                f"{day},{FUNDS[number % len(FUNDS)]},{reference},{pence // 100}.{pence % 100:02}"
                f",{words},X{number:09}\n"
            )


def make_rules(count: int) -> Callable[[Any], tuple[int, ...]]:
    """Return so many rules as one function; a few of them act."""
    return compile_rules(
        [
            RuleFacts(
                pk=number,
                groups=(
                    (
                        ConditionFacts(
                            RuleField.NARRATIVE, Operator.CONTAINS, f"THANK YOU {number:04}"
                        ),
                        ConditionFacts(RuleField.AMOUNT, Operator.MORE, Decimal(number)),
                    ),
                ),
                actions=(ActionFacts(ActionKind.NARRATIVE, f"By rule {number}"),),
            )
            for number in range(1, count + 1)
        ],
        finders={},
    )
