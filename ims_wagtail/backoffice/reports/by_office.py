"""Where money was taken."""

from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.ledger.enums import TAKINGS_KINDS
from ims_wagtail.ledger.filters import TAKINGS
from ims_wagtail.money import ZERO

from .asking import Asked
from .book import check, days_of, lines_of, total_label, transactions_url
from .report import Column, Kind, Outcome, Report, Row


def make(asked: Asked) -> Outcome:
    """Add up the lines by the office of their posting; proved by the daily totals."""
    found = (
        lines_of(asked, TAKINGS_KINDS)
        .values_list("posting__office_id", "posting__office__code", "posting__office__name")
        .annotate(number=Count("pk"), total=Sum("amount"), vat=Sum("vat_amount"))
        .order_by("posting__office__code")
    )
    rows = [
        Row(
            (code or "", name or _("No office: online, or not told"), number, total, vat),
            transactions_url(asked, kind=TAKINGS, office=key) if key else "",
        )
        for key, code, name, number, total, vat in found
    ]
    total = sum((row.values[3] for row in rows), ZERO)
    return Outcome(rows, [check(total_label(), reported=total, rows=days_of(asked, TAKINGS_KINDS))])


REPORT = Report(
    code="by-office",
    title=gettext_lazy("By office"),
    counts=gettext_lazy("Takings by the office that was noted with them."),
    columns=(
        Column(gettext_lazy("Code")),
        Column(gettext_lazy("Office")),
        Column(gettext_lazy("Transactions"), Kind.NUMBER),
        Column(gettext_lazy("Takings"), Kind.MONEY),
        Column(gettext_lazy("VAT in it"), Kind.MONEY),
    ),
    make=make,
    drawn=(1, 3),
)
