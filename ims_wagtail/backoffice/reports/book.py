"""The book within what a report is asked for, in two ways: by its lines, and by its daily totals.

Each report is made from the one and proved by the other.
"""

from collections.abc import Collection
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from ims_wagtail.ledger.accounting_days import counting_between
from ims_wagtail.ledger.enums import TAKINGS_KINDS, ZERO_SUM_KINDS, PostingKind
from ims_wagtail.ledger.models import DailyTotal, Transaction
from ims_wagtail.money import ZERO

from .asking import Asked
from .report import Check


#: By which money comes in.
IN_KINDS = (
    PostingKind.PAYMENT,
    PostingKind.IMPORT,
    PostingKind.STAFF_RECEIPT,
    PostingKind.ERETURN,
)
EVERY_KIND = (*TAKINGS_KINDS, *ZERO_SUM_KINDS)


def lines_of(asked: Asked, kinds: Collection[str] = EVERY_KIND) -> QuerySet[Transaction]:
    """Return the lines of the days and funds, of some kinds."""
    rows = Transaction.objects.filter(counting_between(asked.start, asked.end))
    if set(kinds) != set(EVERY_KIND):
        rows = rows.filter(posting__kind__in=kinds)
    return within(asked, rows).order_by()


def days_of(asked: Asked, kinds: Collection[str] = EVERY_KIND) -> QuerySet[DailyTotal]:
    """Return the daily totals of the days and funds, of some kinds."""
    rows = DailyTotal.objects.filter(
        accounting_date__range=(asked.start, asked.end), kind__in=kinds
    )
    return within(asked, rows).order_by()


def within(asked: Asked, rows: QuerySet[Any], fund: str = "fund") -> QuerySet[Any]:
    """Keep the funds that the report is about."""
    return rows if asked.scope.every else rows.filter(**{f"{fund}__in": asked.scope.fund_ids})


def sum_of(rows: QuerySet[Any], name: str = "amount") -> Decimal:
    """Add up a column, in pounds."""
    return rows.aggregate(sum=Sum(name))["sum"] or ZERO


def check(label: str, *, reported: Decimal, rows: QuerySet[Any], name: str = "amount") -> Check:
    """Put a sum of a report beside that of the book."""
    return Check(label, reported, sum_of(rows, name))


def total_label() -> str:
    """Return what the sum of all that a report counts is called."""
    return _("Total")


def transactions_url(asked: Asked, **narrowed: Any) -> str:
    """Return the address of the transactions of the days, narrowed further."""
    days = {"accounting_date_from": asked.start, "accounting_date_to": asked.end}
    return f"{reverse('ims_transactions:index')}?{urlencode(days | narrowed)}"
