"""Who entered what."""

from django.contrib.auth import get_user_model
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.ledger.enums import TAKINGS_KINDS, ZERO_SUM_KINDS
from ims_wagtail.money import ZERO

from .asking import Asked
from .book import check, days_of, lines_of, total_label, transactions_url
from .report import Column, Kind, Outcome, Report, Row


def make(asked: Asked) -> Outcome:
    """Add up the lines by who entered their posting; proved by the daily totals."""
    user_name = f"posting__entered_by__{get_user_model().USERNAME_FIELD}"
    found = (
        lines_of(asked)
        .values_list(user_name)
        .annotate(
            number=Count("pk"),
            takings=Sum("amount", filter=Q(posting__kind__in=TAKINGS_KINDS), default=ZERO),
            moved=Sum("amount", filter=Q(posting__kind__in=ZERO_SUM_KINDS), default=ZERO),
            total=Sum("amount"),
        )
        .order_by(user_name)
    )
    rows = [
        Row(
            (name or _("Nobody: residents online, imports and the schedule"), *values),
            transactions_url(asked, entered_by=name) if name else "",
        )
        for name, *values in found
    ]
    total = sum((row.values[4] for row in rows), ZERO)
    return Outcome(rows, [check(total_label(), reported=total, rows=days_of(asked))])


REPORT = Report(
    code="by-user",
    title=gettext_lazy("By user"),
    counts=gettext_lazy("Everything that was posted, by the person who entered it."),
    columns=(
        Column(gettext_lazy("User name")),
        Column(gettext_lazy("Transactions"), Kind.NUMBER),
        Column(gettext_lazy("Takings"), Kind.MONEY),
        Column(gettext_lazy("Moved inside the book"), Kind.MONEY),
        Column(gettext_lazy("Total"), Kind.MONEY),
    ),
    make=make,
)
