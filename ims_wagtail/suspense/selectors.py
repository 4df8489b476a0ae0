"""Reading suspense: how long money has been there, and what a person sees of it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from ims_wagtail.access.needs import Need
from ims_wagtail.access.policy import scope_of
from ims_wagtail.clock import LONDON, accounting_date
from ims_wagtail.money import ZERO, format_pounds

from .enums import Age
from .kinds import VIEW
from .models import SuspenseItem
from .remaining import with_remaining


#: From how many to how many days ago money of each age came.
_DAYS = {Age.WEEK: (0, 7), Age.MONTH: (8, 30), Age.QUARTER: (31, 90), Age.OLDER: (91, None)}


@dataclass(frozen=True, slots=True)
class AgeBand:
    """What of one age the book still holds in suspense, in pounds."""

    age: Age
    count: int
    amount: Decimal
    url: str

    @property
    def label(self) -> str:
        """The age in words."""
        return str(self.age.label)


def of_age(age: Age) -> Q:
    """Return the condition that an item has been there so long; days are London's."""
    today = accounting_date()
    youngest, oldest = _DAYS[age]
    condition = Q()
    if oldest is not None:
        condition &= Q(received_at__gte=_midnight(today - timedelta(days=oldest)))
    if youngest:
        condition &= Q(received_at__lt=_midnight(today - timedelta(days=youngest - 1)))
    return condition


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LONDON)


def days_in_suspense(item: SuspenseItem) -> int:
    """Return for how many whole days money has been in suspense."""
    return (accounting_date() - accounting_date(item.received_at)).days


def open_items(user: Any) -> QuerySet[SuspenseItem]:
    """Return the items a person sees of which the book still holds something."""
    items = SuspenseItem.objects.filter(cleared=False)
    seen = scope_of(user, VIEW)
    return items if seen.every else items.filter(fund__in=seen.fund_ids)


def ageing(user: Any) -> list[AgeBand]:
    """Return what is in suspense by its age, as far as a person sees it; one query.

    What is under way counts: it is in suspense until it is posted elsewhere.
    """
    there = with_remaining(open_items(user)).annotate(there=F("amount") + F("gone"))
    sums = {
        f"{name}_{age.name}": aggregate
        for age in Age
        for name, aggregate in (
            ("count", Count("pk", filter=of_age(age))),
            ("amount", Sum("there", filter=of_age(age))),
        )
    }
    found = there.aggregate(**sums)
    url = reverse("ims_suspense:index")
    return [
        AgeBand(
            age,
            found[f"count_{age.name}"],
            found[f"amount_{age.name}"] or ZERO,
            f"{url}?age={age.value}",
        )
        for age in Age
    ]


def overdue() -> Q:
    """Return the condition that something should have happened by now."""
    return Q(due__lt=accounting_date())


def suspense_needs(user: Any) -> Need | None:
    """Tell the dashboard what is in suspense; nothing to people who don't see it. Two queries."""
    if not scope_of(user, VIEW):
        return None
    bands = ageing(user)
    count = sum(band.count for band in bands)
    late = open_items(user).filter(overdue()).count() if count else 0
    parts = [format_pounds(sum((band.amount for band in bands), ZERO))]
    if late:
        parts.append(_("%(count)s overdue") % {"count": late})
    old = bands[-1]
    if old.count:
        parts.append(_("%(count)s for over 90 days") % {"count": old.count})
    return Need(_("Items in suspense"), count, reverse("ims_suspense:index"), ", ".join(parts))
