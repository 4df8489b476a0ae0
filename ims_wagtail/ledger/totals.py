"""Totals of the transaction list from the rollup, exact however many transactions there are."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from ims_wagtail.access.policy import Scope
from ims_wagtail.money import ZERO

from .enums import TAKINGS_KINDS
from .filters import TAKINGS
from .models import DailyTotal


#: The filters a day's totals know about. Any other needs the lines themselves.
_KNOWN = {"entered_at", "fund", "fund_group", "method", "kind"}


@dataclass(frozen=True, slots=True)
class Totals:
    """How many lines match, and their sums in pounds."""

    count: int
    amount: Decimal
    vat_amount: Decimal


def rolled_up(*, asked: dict[str, Any], scope: Scope) -> Totals | None:
    """Return the totals of what was asked for, or ``None`` when days can't tell.

    ``asked`` holds the filters' cleaned values. A London day is the accounting date of its lines.
    """
    wanted = {name: value for name, value in asked.items() if value not in (None, "")}
    if wanted.keys() - _KNOWN:
        return None
    rows = DailyTotal.objects.all()
    if not scope.every:
        rows = rows.filter(fund_id__in=scope.fund_ids)
    found = rows.filter(_condition(wanted)).aggregate(
        count=Sum("line_count"), amount=Sum("amount"), vat_amount=Sum("vat_amount")
    )
    return Totals(
        count=found["count"] or 0,
        amount=found["amount"] or ZERO,
        vat_amount=found["vat_amount"] or ZERO,
    )


def _condition(wanted: dict[str, Any]) -> Q:
    condition = Q()
    if days := wanted.get("entered_at"):
        if days.start:
            condition &= Q(accounting_date__gte=days.start)
        if days.stop:
            condition &= Q(accounting_date__lte=days.stop)
    if fund := wanted.get("fund"):
        condition &= Q(fund=fund)
    if group := wanted.get("fund_group"):
        condition &= Q(fund__in=group.funds.all())
    if method := wanted.get("method"):
        condition &= Q(method=method)
    if kind := wanted.get("kind"):
        condition &= Q(kind__in=TAKINGS_KINDS if kind == TAKINGS else [kind])
    return condition
