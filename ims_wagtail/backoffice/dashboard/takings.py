"""What came in on a day, beside the week and the year before; from the rollup alone."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ims_wagtail.access.policy import Scope
from ims_wagtail.ledger.enums import TAKINGS_KINDS
from ims_wagtail.ledger.filters import TAKINGS
from ims_wagtail.ledger.models import DailyTotal
from ims_wagtail.money import ZERO
from ims_wagtail.ui.charts import Chart, Figure, Row


WEEK = timedelta(weeks=1)
#: Whole weeks, so that a Monday is compared with a Monday.
YEAR = timedelta(weeks=52)
#: How many days the lines show.
DAYS = 14


@dataclass(frozen=True, slots=True)
class Takings:
    """Money in and out on a day, in the reader's funds."""

    day: date
    total: Decimal
    transactions: int
    url: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The same on an earlier day."""

    label: str
    takings: Takings


def headings() -> tuple[str, str, str]:
    """Return what the day itself and the days it is compared with are called."""
    return (_("Amount"), _("A week earlier"), _("52 weeks earlier"))


def compared_days(day: date) -> tuple[date, date, date]:
    """Return a day, and those it is compared with."""
    return (day, day - WEEK, day - YEAR)


def transactions_url(day: date, **narrowed: int) -> str:
    """Return the address of the transactions behind a figure of a day."""
    days = {"accounting_date_from": day, "accounting_date_to": day}
    asked: dict[str, Any] = {**days, "kind": TAKINGS, **narrowed}
    return f"{reverse('ims_transactions:index')}?{urlencode(asked)}"


def takings_by_day(scope: Scope, day: date) -> dict[date, Takings]:
    """Return the takings of the days up to a day and of those they are compared with; one query."""
    first = day - timedelta(days=DAYS - 1)
    every = [first - WEEK + timedelta(days=n) for n in range(DAYS + WEEK.days)]
    every += [first - YEAR + timedelta(days=n) for n in range(DAYS)]
    rows = (
        _within(scope)
        # Named one by one: for two ranges the database reads the days of all years.
        .filter(accounting_date__in=every)
        .values_list("accounting_date")
        .annotate(total=Sum("amount"), lines=Sum("line_count"))
    )
    found = {on: Takings(on, total, lines, transactions_url(on)) for on, total, lines in rows}
    return {on: found.get(on) or Takings(on, ZERO, 0, transactions_url(on)) for on in every}


def takings_of(scope: Scope, day: date) -> Takings:
    """Return the takings of one day; one query."""
    found = _within(scope).filter(accounting_date=day)
    sums = found.aggregate(total=Sum("amount"), lines=Sum("line_count"))
    return Takings(day, sums["total"] or ZERO, sums["lines"] or 0, transactions_url(day))


def chart_by_day(by_day: dict[date, Takings], day: date) -> Chart:
    """Return the lines of the last days, each day beside those it is compared with."""
    days = [day - timedelta(days=DAYS - 1 - n) for n in range(DAYS)]
    return Chart(
        title=_("Takings by day"),
        label_heading=_("Day"),
        value_headings=headings(),
        rows=[
            Row(
                date_format(on, "D j M"),
                tuple(Figure(by_day[at].total, by_day[at].url) for at in compared_days(on)),
            )
            for on in days
        ],
    )


def charts_of_day(scope: Scope, day: date) -> tuple[Chart, Chart]:
    """Return a day's takings by fund and by method of payment, largest first; one query."""
    days = compared_days(day)
    rows = list(
        _within(scope)
        .filter(accounting_date__in=days)
        .values_list("accounting_date", "fund_id", "fund__name", "method_id", "method__name")
        .annotate(total=Sum("amount"))
    )
    funds = [(on, fund, name, total) for on, fund, name, _method, _named, total in rows]
    methods = [(on, method, name, total) for on, _fund, _named, method, name, total in rows]
    return (
        _chart(_("Takings by fund"), _("Fund"), "fund", days, funds),
        _chart(_("Takings by method of payment"), _("Method of payment"), "method", days, methods),
    )


def _within(scope: Scope) -> QuerySet[DailyTotal]:
    rows = DailyTotal.objects.filter(kind__in=TAKINGS_KINDS)
    return rows if scope.every else rows.filter(fund_id__in=scope.fund_ids)


def _chart(
    title: str,
    label_heading: str,
    by: str,
    days: tuple[date, date, date],
    found: list[tuple[date, int, str, Decimal]],
) -> Chart:
    sums: dict[tuple[str, int], dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for on, key, name, total in found:
        sums[name, key][on] += total
    largest_first = sorted(sums.items(), key=lambda item: (-item[1][days[0]], item[0]))
    return Chart(
        title=title,
        label_heading=label_heading,
        value_headings=headings(),
        rows=[
            Row(
                name,
                tuple(
                    Figure(of_day[on], transactions_url(on, **{by: key}) if on in of_day else None)
                    for on in days
                ),
            )
            for (name, key), of_day in largest_first
        ],
    )
