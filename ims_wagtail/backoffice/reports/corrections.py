"""What was moved or taken back after it had been posted."""

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from ims_wagtail.ledger.enums import ZERO_SUM_KINDS, PostingKind
from ims_wagtail.money import ZERO

from .asking import Asked
from .book import check, days_of, lines_of, total_label, transactions_url
from .report import Column, Kind, Outcome, Report, Row


KINDS = (*ZERO_SUM_KINDS, PostingKind.REVERSAL, PostingKind.CHARGEBACK)


def make(asked: Asked) -> Outcome:
    """Add up the lines by kind and fund; proved by the daily totals."""
    found = (
        lines_of(asked, KINDS)
        .values_list("posting__kind", "fund_id", "fund__name")
        .annotate(
            number=Count("posting", distinct=True),
            into=Sum("amount", filter=Q(amount__gt=0), default=ZERO),
            out=Sum("amount", filter=Q(amount__lt=0), default=ZERO),
            total=Sum("amount"),
        )
        .order_by("posting__kind", "fund__code")
    )
    rows = [
        Row(
            (str(PostingKind(kind).label), *values),
            transactions_url(asked, kind=kind, fund=key),
        )
        for kind, key, *values in found
    ]
    total = sum((row.values[5] for row in rows), ZERO)
    return Outcome(rows, [check(total_label(), reported=total, rows=days_of(asked, KINDS))])


REPORT = Report(
    code="corrections",
    title=_("Corrections"),
    counts=_(
        "Journals (write-offs among them), transfers, allocations of suspense, reversals and lost"
        " disputes, by the funds they took from and put into. In all funds together moves inside"
        " the book come to nothing."
    ),
    columns=(
        Column(_("Kind")),
        Column(_("Fund")),
        Column(_("Corrections"), Kind.NUMBER, summed=False),
        Column(_("Put in"), Kind.MONEY),
        Column(_("Taken out"), Kind.MONEY),
        Column(_("Total"), Kind.MONEY),
    ),
    make=make,
)
