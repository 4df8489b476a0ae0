"""By which channels money comes, month by month."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum, TextChoices
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.money import ZERO

from .asking import Asked
from .book import IN_KINDS, check, days_of, lines_of, total_label
from .report import Column, Kind, Outcome, Report, Row


class Way(TextChoices):
    """How money reaches the council."""

    ONLINE = "online", _("Online")
    TELEPHONE = "telephone", _("By telephone")
    COUNTER = "counter", _("Over the counter")
    POST = "post", _("By post")
    ERETURN = "ereturn", _("Banked by a service")
    ELSEWHERE = "elsewhere", _("Paid elsewhere and imported")


_WAYS = {
    MethodKind.CARD_ONLINE: Way.ONLINE,
    MethodKind.CARD_STAFF: Way.TELEPHONE,
    MethodKind.CARD_TELEPHONE: Way.TELEPHONE,
    MethodKind.CASH: Way.COUNTER,
    MethodKind.CHEQUE: Way.COUNTER,
    MethodKind.POSTAL_ORDER: Way.COUNTER,
    MethodKind.POST: Way.POST,
}


def way_of(kind: str, method_kind: str) -> Way:
    """Return the channel, by what kind of posting and what kind of method it was."""
    if kind == PostingKind.ERETURN:
        return Way.ERETURN
    return _WAYS.get(MethodKind(method_kind), Way.ELSEWHERE)


def make(asked: Asked) -> Outcome:
    """Add up the daily totals by month and channel; proved by the lines."""
    sums: dict[date, dict[Way, tuple[int, Decimal]]] = defaultdict(
        lambda: defaultdict(lambda: (0, ZERO))
    )
    found: Any = (
        days_of(asked, IN_KINDS)
        .annotate(month=TruncMonth("accounting_date"))
        .values_list("month", "kind", "method__kind")
        .annotate(number=Sum("line_count"), total=Sum("amount"))
    )
    for month, kind, method_kind, number, total in found:
        way = way_of(kind, method_kind)
        before = sums[month][way]
        sums[month][way] = (before[0] + number, before[1] + total)
    rows = []
    for month in sorted(sums):
        every = sum(number for number, _total in sums[month].values())
        rows += [
            Row(
                (
                    f"{month:%Y-%m}",
                    str(way.label),
                    number,
                    (Decimal(number) / every).quantize(Decimal("0.001")),
                    total,
                )
            )
            for way in Way
            if way in sums[month]
            for number, total in [sums[month][way]]
        ]
    reported = sum((row.values[4] for row in rows), ZERO)
    return Outcome(rows, [check(total_label(), reported=reported, rows=lines_of(asked, IN_KINDS))])


REPORT = Report(
    code="channel-shift",
    title=_("Channel shift"),
    counts=_(
        "Money that came in, by month and channel, told by the method of payment. Refunds and moves"
        " are not counted. A basket of three services counts as three."
    ),
    columns=(
        Column(_("Month")),
        Column(_("Channel")),
        Column(_("Transactions"), Kind.NUMBER),
        Column(_("Share of the month"), Kind.PERCENT),
        Column(_("Amount"), Kind.MONEY),
    ),
    make=make,
)
