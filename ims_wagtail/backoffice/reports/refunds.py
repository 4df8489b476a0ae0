"""What was given back, and what of it came back."""

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Transaction
from ims_wagtail.money import ZERO

from .asking import Asked
from .book import check, days_of, lines_of, sum_of, transactions_url, within
from .report import Check, Column, Kind, Outcome, Report, Row


_REFUND = Q(posting__kind=PostingKind.REFUND)
_CAME_BACK = Q(posting__reverses__kind=PostingKind.REFUND)


def make(asked: Asked) -> Outcome:
    """Add up refunds, and reversals of refunds, by fund and method.

    What was refunded is proved by the daily totals; what came back by the refunds it reverses.
    """
    found = (
        lines_of(asked, (PostingKind.REFUND, PostingKind.REVERSAL))
        .filter(_REFUND | _CAME_BACK)
        .values_list("fund_id", "fund__name", "method__name")
        .annotate(
            number=Count("posting", filter=_REFUND, distinct=True),
            refunded=Sum("amount", filter=_REFUND, default=ZERO),
            came_back=Sum("amount", filter=_CAME_BACK, default=ZERO),
            total=Sum("amount"),
        )
        .order_by("fund__code", "method__code")
    )
    rows = [
        Row(tuple(values), transactions_url(asked, kind=PostingKind.REFUND, fund=key))
        for key, *values in found
    ]
    refunded = sum((row.values[3] for row in rows), ZERO)
    came_back = sum((row.values[4] for row in rows), ZERO)
    reversed_then = Transaction.objects.filter(
        posting__kind=PostingKind.REFUND,
        posting__reversed_by__accounting_date__range=(asked.start, asked.end),
    )
    return Outcome(
        rows,
        [
            check(_("Refunded"), reported=refunded, rows=days_of(asked, (PostingKind.REFUND,))),
            Check(_("Came back"), came_back, -sum_of(within(asked, reversed_then))),
        ],
    )


REPORT = Report(
    code="refunds",
    title=gettext_lazy("Refunds"),
    counts=gettext_lazy(
        "Refunds that were made and posted, and those that came back as the account was closed."
        " A refund that still waits is not counted."
    ),
    columns=(
        Column(gettext_lazy("Fund")),
        Column(gettext_lazy("Method of payment")),
        Column(gettext_lazy("Refunds"), Kind.NUMBER, summed=False),
        Column(gettext_lazy("Refunded"), Kind.MONEY),
        Column(gettext_lazy("Came back"), Kind.MONEY),
        Column(gettext_lazy("Total"), Kind.MONEY),
    ),
    make=make,
)
