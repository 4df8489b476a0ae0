"""Every item of suspense that is not allocated, oldest first."""

from django.utils.translation import gettext_lazy as _

from ims_wagtail.ledger.viewsets import posting_url
from ims_wagtail.money import ZERO

from .asking import Asked
from .book import check, total_label
from .in_suspense import book_of_suspense, open_items
from .report import Column, Kind, Outcome, Report, Row


def make(asked: Asked) -> Outcome:
    """List the open items; proved by all that ever came to the suspense fund."""
    found = (
        open_items(asked)
        .order_by("received_at", "pk")
        .values_list(
            "transaction__posting_id",
            "transaction__accounting_date",
            "transaction__reference",
            "transaction__receipt_number",
            "transaction__account_reference",
            "transaction__narrative",
            "amount",
            "gone",
            "left",
        )
    )
    rows = [Row(tuple(values), posting_url(key)) for key, *values in found]
    total = sum((row.values[7] for row in rows), ZERO)
    return Outcome(rows, [check(total_label(), reported=total, rows=book_of_suspense(asked))])


REPORT = Report(
    code="unallocated",
    title=_("Unallocated"),
    counts=_("Each item that still had money in suspense at the end of the last day."),
    columns=(
        Column(_("Received"), Kind.DAY),
        Column(_("Transaction reference")),
        Column(_("Receipt number")),
        Column(_("Account reference")),
        Column(_("Narrative")),
        Column(_("Amount"), Kind.MONEY),
        Column(_("Allocated"), Kind.MONEY),
        Column(_("Left"), Kind.MONEY),
    ),
    make=make,
    as_at=True,
)
