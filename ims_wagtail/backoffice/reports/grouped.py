"""Takings and moves by what a daily total knows: the fund, or the method of payment."""

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from ims_wagtail.ledger.enums import TAKINGS_KINDS, ZERO_SUM_KINDS
from ims_wagtail.money import ZERO

from .asking import Asked
from .book import check, days_of, lines_of, total_label, transactions_url
from .report import Column, Kind, Outcome, Row


#: What stands beside the code and the name.
FIGURES = (
    Column(_("Transactions"), Kind.NUMBER),
    Column(_("Takings"), Kind.MONEY),
    Column(_("Moved inside the book"), Kind.MONEY),
    Column(_("Total"), Kind.MONEY),
    Column(_("VAT in it"), Kind.MONEY),
)


def by(asked: Asked, name: str) -> Outcome:
    """Add up the daily totals by ``fund`` or ``method``; proved by the lines."""
    found = (
        days_of(asked)
        .values_list(f"{name}_id", f"{name}__code", f"{name}__name")
        .annotate(
            number=Sum("line_count"),
            takings=Sum("amount", filter=Q(kind__in=TAKINGS_KINDS), default=ZERO),
            moved=Sum("amount", filter=Q(kind__in=ZERO_SUM_KINDS), default=ZERO),
            total=Sum("amount"),
            vat=Sum("vat_amount"),
        )
        .order_by(f"{name}__code")
    )
    rows = [Row(tuple(values), transactions_url(asked, **{name: key})) for key, *values in found]
    total = sum((row.values[5] for row in rows), ZERO)
    return Outcome(rows, [check(total_label(), reported=total, rows=lines_of(asked))])
