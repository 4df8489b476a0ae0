"""What a report is asked for: days and funds."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from ims_wagtail.access.policy import Scope


@dataclass(frozen=True, slots=True)
class Asked:
    """The days of a report, both included, and the funds it is about."""

    start: date
    end: date
    scope: Scope


class Period(TextChoices):
    """Days told by when they are asked for, so that a schedule can ask again and again."""

    TODAY = "today", _("Today")
    YESTERDAY = "yesterday", _("Yesterday")
    LAST_WEEK = "last_week", _("Last week, Monday to Sunday")
    THIS_MONTH = "this_month", _("This month")
    LAST_MONTH = "last_month", _("Last month")
    THIS_YEAR = "this_year", _("This financial year, from 1 April")
    LAST_YEAR = "last_year", _("Last financial year")
    BETWEEN = "between", _("Between two days")


def days_of(period: Period, today: date) -> tuple[date, date]:
    """Return the first and the last day of a period. Raises ``ValueError`` for ``BETWEEN``."""
    day = timedelta(days=1)
    monday = today - day * today.weekday()
    month = today.replace(day=1)
    year = date(today.year - (today < date(today.year, 4, 1)), 4, 1)
    match period:
        case Period.TODAY:
            return today, today
        case Period.YESTERDAY:
            return today - day, today - day
        case Period.LAST_WEEK:
            return monday - 7 * day, monday - day
        case Period.THIS_MONTH:
            return month, today
        case Period.LAST_MONTH:
            return (month - day).replace(day=1), month - day
        case Period.THIS_YEAR:
            return year, today
        case Period.LAST_YEAR:
            return date(year.year - 1, 4, 1), year - day
    raise ValueError(period)
