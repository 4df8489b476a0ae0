"""Accounting dates. Times are stored in UTC; a day in the book is a day in Europe/London."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone


LONDON = ZoneInfo("Europe/London")


def accounting_date(at: datetime | None = None) -> date:
    """Return the Europe/London date on which something happened (now when not told)."""
    return (at or timezone.now()).astimezone(LONDON).date()
