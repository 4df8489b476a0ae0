"""VAT by code and rate."""

from django.db.models import Count, F, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.money import ZERO

from .asking import Asked
from .book import check, days_of, lines_of, transactions_url
from .report import Column, Kind, Outcome, Report, Row


def make(asked: Asked) -> Outcome:
    """Add up the lines by VAT code and rate; proved by the daily totals, gross and VAT."""
    found = (
        lines_of(asked)
        .values_list("vat_code_id", "vat_code__code", "vat_rate")
        .annotate(
            number=Count("pk"),
            net=Sum(F("amount") - F("vat_amount")),
            vat=Sum("vat_amount"),
            gross=Sum("amount"),
        )
        .order_by("vat_code__code", "vat_rate")
    )
    rows = [Row(tuple(values), transactions_url(asked, vat_code=key)) for key, *values in found]
    days = days_of(asked)
    gross = sum((row.values[5] for row in rows), ZERO)
    vat = sum((row.values[4] for row in rows), ZERO)
    return Outcome(
        rows,
        [
            check(_("Gross"), reported=gross, rows=days),
            check(_("VAT"), reported=vat, rows=days, name="vat_amount"),
        ],
    )


REPORT = Report(
    code="vat-summary",
    title=gettext_lazy("VAT summary"),
    counts=gettext_lazy(
        "Net, VAT and gross of everything that was posted, refunds and moves included, by the VAT"
        " code and the rate that each line was posted with."
    ),
    columns=(
        Column(gettext_lazy("VAT code")),
        Column(gettext_lazy("Rate"), Kind.PERCENT),
        Column(gettext_lazy("Transactions"), Kind.NUMBER),
        Column(gettext_lazy("Net"), Kind.MONEY),
        Column(gettext_lazy("VAT"), Kind.MONEY),
        Column(gettext_lazy("Gross"), Kind.MONEY),
    ),
    make=make,
)
