"""When files of a type are expected, and which are late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from django.db.models import Max
from django.utils import timezone

from ims_wagtail.clock import LONDON

from .enums import OVER_WITHOUT_TRACE, ExpectedOn
from .models import Import, ImportType


@dataclass(frozen=True, slots=True)
class Late:
    """A file that did not come: of which type, of which day, and since when it was due."""

    import_type: ImportType
    day: date
    due: datetime


def late_files(*, now: datetime | None = None, using: str = "default") -> list[Late]:
    """Return the types whose last expected file has not come; two queries."""
    moment = now or timezone.now()
    types = list(
        ImportType.objects.using(using).filter(enabled=True).exclude(expected_on=ExpectedOn.NEVER)
    )
    if not types:
        return []
    last_ones = dict(
        Import.objects.using(using)
        .filter(import_type__in=types)
        .exclude(state__in=OVER_WITHOUT_TRACE)
        .order_by()
        .values_list("import_type")
        .annotate(last=Max("received_at"))
    )
    return [
        late for one in types if (late := _late(one, moment, last_ones.get(one.pk))) is not None
    ]


def _late(import_type: ImportType, now: datetime, last: datetime | None) -> Late | None:
    """Compare the last file with the two last deadlines: it came for the one it came before."""
    passed = (one for one in _deadlines(import_type, now) if one[1] <= now)
    day, due = next(passed)
    _day_before, before = next(passed)
    if last is not None and last > before:
        return None
    return Late(import_type, day, due)


def _deadlines(import_type: ImportType, now: datetime) -> Iterator[tuple[date, datetime]]:
    """Yield the days a file is expected on, with the moment it is due, from today back."""
    day = now.astimezone(LONDON).date()
    while True:
        if import_type.expected_on == ExpectedOn.EVERY_DAY or is_working_day(day):
            yield day, datetime.combine(day, import_type.expected_by, tzinfo=LONDON)
        day -= timedelta(days=1)


def is_working_day(day: date) -> bool:
    """Say whether banks in England work on a day."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    # The library is large, and most processes never ask.
    import holidays

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
