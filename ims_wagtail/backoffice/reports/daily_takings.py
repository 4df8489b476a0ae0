"""What came in and went out, day by day."""

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from ims_wagtail.ledger.enums import TAKINGS_KINDS, PostingKind
from ims_wagtail.ledger.filters import TAKINGS
from ims_wagtail.money import ZERO

from .asking import Asked
from .book import IN_KINDS, check, days_of, lines_of, total_label, transactions_url
from .report import Column, Kind, Outcome, Report, Row


def make(asked: Asked) -> Outcome:
    """Add up the daily totals; proved by the lines."""
    found = (
        days_of(asked, TAKINGS_KINDS)
        .values_list("accounting_date")
        .annotate(
            number=Sum("line_count"),
            come=Sum("amount", filter=Q(kind__in=IN_KINDS), default=ZERO),
            refunded=Sum("amount", filter=Q(kind=PostingKind.REFUND), default=ZERO),
            taken_back=Sum(
                "amount",
                filter=Q(kind__in=(PostingKind.CHARGEBACK, PostingKind.REVERSAL)),
                default=ZERO,
            ),
            total=Sum("amount"),
            vat=Sum("vat_amount"),
        )
        .order_by("accounting_date")
    )
    rows = [
        Row(
            values,
            transactions_url(Asked(values[0], values[0], asked.scope), kind=TAKINGS),
        )
        for values in found
    ]
    total = sum((row.values[5] for row in rows), ZERO)
    return Outcome(
        rows, [check(total_label(), reported=total, rows=lines_of(asked, TAKINGS_KINDS))]
    )


REPORT = Report(
    code="daily-takings",
    title=_("Daily takings"),
    counts=_(
        "Money that came to or left the council on each day. Journals, transfers and allocations of"
        " suspense only move money inside the book and are not counted."
    ),
    columns=(
        Column(_("Day"), Kind.DAY),
        Column(_("Transactions"), Kind.NUMBER),
        Column(_("Came in"), Kind.MONEY),
        Column(_("Refunded"), Kind.MONEY),
        Column(_("Taken back"), Kind.MONEY),
        Column(_("Takings"), Kind.MONEY),
        Column(_("VAT in it"), Kind.MONEY),
    ),
    make=make,
    drawn=(0, 5),
)
