"""Accounting dates. Times are stored in UTC; a day in the book is a day in Europe/London."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone


LONDON = ZoneInfo("Europe/London")


def accounting_date(at: datetime | None = None) -> date:
    """Return the Europe/London date on which something happened (now when not told).

    Raises ``ValueError`` for a time without a zone: it could be of either day.
    """
    return timezone.localdate(at, timezone=LONDON)
