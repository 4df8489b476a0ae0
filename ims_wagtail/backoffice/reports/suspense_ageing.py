"""How old the money in suspense is."""

from collections import defaultdict
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from ims_wagtail.money import ZERO
from ims_wagtail.suspense.enums import Age

from .asking import Asked
from .book import check, total_label
from .in_suspense import book_of_suspense, open_items
from .report import Column, Kind, Outcome, Report, Row


#: The last day of each age, in days; the rest is older.
_UP_TO = ((Age.WEEK, 7), (Age.MONTH, 30), (Age.QUARTER, 90))


def make(asked: Asked) -> Outcome:
    """Put each open item into its age; proved by all that ever came to the suspense fund."""
    numbers: dict[Age, int] = defaultdict(int)
    sums: dict[Age, Decimal] = defaultdict(Decimal)
    for received, left in open_items(asked).values_list("transaction__accounting_date", "left"):
        days = (asked.end - received).days
        age = next((age for age, last in _UP_TO if days <= last), Age.OLDER)
        numbers[age] += 1
        sums[age] += left
    rows = [Row((str(age.label), numbers[age], sums[age])) for age in Age]
    total = sum(sums.values(), ZERO)
    return Outcome(rows, [check(total_label(), reported=total, rows=book_of_suspense(asked))])


REPORT = Report(
    code="suspense-ageing",
    title=_("Suspense ageing"),
    counts=_(
        "What was left in the suspense fund at the end of the last day, by how long ago it was"
        " received. An item that was allocated in part counts with the rest of it."
    ),
    columns=(
        Column(_("Age")),
        Column(_("Items"), Kind.NUMBER),
        Column(_("Left"), Kind.MONEY),
    ),
    make=make,
    as_at=True,
    drawn=(0, 2),
)
