"""Finding lines by the day they count on, through the index on when money moved."""

from datetime import date, datetime, time, timedelta

from django.db.models import Min, Q

from ims_wagtail.clock import LONDON

from .models import Posting


def counting_between(start: date | None, end: date | None) -> Q:
    """Return the condition that lines count on the days from one to another, both included.

    A line counts on the London day it was entered for, or later when that month was closed. One
    query asks how much earlier; with that the lines lie between two moments, which an index on
    ``entered_at`` leads to, so that no other index on so many lines is needed.
    """
    condition = Q()
    if start:
        put_off = Posting.objects.filter(asked_date__isnull=False, accounting_date__gte=start)
        if end:
            put_off = put_off.filter(accounting_date__lte=end)
        earliest: date | None = put_off.aggregate(day=Min("asked_date"))["day"]
        first = min(start, earliest) if earliest else start
        condition &= Q(accounting_date__gte=start, entered_at__gte=_midnight(first))
    if end:
        condition &= Q(accounting_date__lte=end)
    if end and end < date.max:
        condition &= Q(entered_at__lt=_midnight(end + timedelta(days=1)))
    return condition


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LONDON)
