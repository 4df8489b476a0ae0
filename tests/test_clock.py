"""A day in the book is a day in London."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from ims_wagtail.clock import accounting_date


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 1, 15, 23, 59, 59, tzinfo=UTC), date(2026, 1, 15)),
        (datetime(2026, 1, 16, 0, 0, tzinfo=UTC), date(2026, 1, 16)),
        (datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 23, 30, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), date(2026, 12, 31)),
    ],
)
def test_the_accounting_date_is_the_day_in_london(at, day):
    assert accounting_date(at) == day


@time_machine.travel(datetime(2026, 7, 31, 23, 15, tzinfo=UTC), tick=False)
def test_today_turns_at_midnight_in_london_not_in_utc():
    assert accounting_date() == date(2026, 8, 1)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError):
        accounting_date(datetime(2026, 6, 30, 23, 30))
