"""Totals of the transaction list from the rollup, exact however many transactions there are."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from ims_wagtail.access.policy import Scope
from ims_wagtail.money import ZERO

from .enums import TAKINGS_KINDS
from .filters import TAKINGS
from .models import DailyTotal, Transaction


#: The filters a day's totals know about. Any other needs the lines themselves.
_KNOWN = {"entered_at", "accounting_date", "fund", "fund_group", "method", "kind"}


@dataclass(frozen=True, slots=True)
class Totals:
    """How many lines match, and their sums in pounds."""

    count: int
    amount: Decimal
    vat_amount: Decimal


def rolled_up(*, asked: dict[str, Any], scope: Scope) -> Totals | None:
    """Return the totals of what was asked for, or ``None`` when days can't tell.

    ``asked`` holds the filters' cleaned values. A London day is the accounting date of its lines,
    but for those that count later because their month was closed: these are added and taken off.
    """
    wanted = {name: value for name, value in asked.items() if value not in (None, "")}
    if wanted.keys() - _KNOWN or {"entered_at", "accounting_date"} <= wanted.keys():
        return None
    facts = _facts(wanted, "kind")
    within = Q() if scope.every else Q(fund_id__in=scope.fund_ids)
    days = wanted.get("entered_at")
    counting = _days("accounting_date", days or wanted.get("accounting_date"))
    rows = DailyTotal.objects.filter(facts, within, counting)
    found = [rows.aggregate(count=Sum("line_count"), **_SUMS)]
    if days:
        lines = Transaction.objects.filter(_facts(wanted, "posting__kind"), within)
        moved_then = _days("posting__asked_date", days)
        counts_then = _days("posting__accounting_date", days)
        put_off = lines.filter(posting__asked_date__isnull=False)
        found.append(put_off.filter(moved_then).aggregate(count=Count("pk"), **_SUMS))
        too_many = put_off.filter(counts_then).aggregate(count=Count("pk"), **_SUMS)
        found.append({name: -(value or 0) for name, value in too_many.items()})
    return Totals(
        count=sum(part["count"] or 0 for part in found),
        amount=sum((part["amount"] or ZERO for part in found), ZERO),
        vat_amount=sum((part["vat_amount"] or ZERO for part in found), ZERO),
    )


_SUMS = {"amount": Sum("amount"), "vat_amount": Sum("vat_amount")}


def _days(field: str, days: slice | None) -> Q:
    condition = Q()
    if days and days.start:
        condition &= Q(**{f"{field}__gte": days.start})
    if days and days.stop:
        condition &= Q(**{f"{field}__lte": days.stop})
    return condition


def _facts(wanted: dict[str, Any], kind_field: str) -> Q:
    condition = Q()
    if fund := wanted.get("fund"):
        condition &= Q(fund=fund)
    if group := wanted.get("fund_group"):
        condition &= Q(fund__in=list(group.funds.values_list("pk", flat=True)))
    if method := wanted.get("method"):
        condition &= Q(method=method)
    if kind := wanted.get("kind"):
        condition &= Q(**{f"{kind_field}__in": TAKINGS_KINDS if kind == TAKINGS else [kind]})
    return condition
