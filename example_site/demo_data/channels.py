"""The ways money reaches the council, with their hours and what is paid through them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from ims_wagtail.clock import LONDON


MONDAY, SATURDAY = 0, 5

#: How busy each day of the week is, Monday first.
_WEEK = (1.15, 1.0, 0.98, 0.97, 1.1, 0.55, 0.5)

#: Middle and spread in hours, and weight, of the times people pay at home.
_AT_HOME = ((12.6, 0.9, 40), (9.3, 1.4, 18), (16.4, 1.6, 14), (20.1, 1.3, 28))
#: The same at a counter or on the telephone, within office hours.
_AT_WORK = ((12.4, 0.8, 45), (10.2, 0.9, 35), (15.4, 0.9, 20))


@dataclass(frozen=True, slots=True)
class Channel:
    """Payments made one by one. ``mix`` weighs the services paid through it by their slugs."""

    name: str
    method: str
    a_day: int
    mix: Mapping[str, int]
    staffed: bool = False
    office: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A file of payments that comes in on each working morning."""

    name: str
    method: str
    lines: int
    mix: Mapping[str, int]
    #: Of the lines, the share that nobody can match to an account.
    unmatched: float = 0.0


_ONLINE = {
    "council-tax": 400,
    "business-rates": 18,
    "housing-rent": 170,
    "heating": 20,
    "benefit-overpayment": 14,
    "parking-fine": 150,
    "fixed-penalty": 30,
    "invoice": 40,
    "older-invoice": 6,
    "library-charge": 60,
    "garden-waste": 70,
    "planning-fee": 12,
    "market-stall": 14,
    "building-control": 12,
    "landlord-licence": 8,
}
_BILLS = {"council-tax": 60, "housing-rent": 34, "benefit-overpayment": 6}

CHANNELS = (
    Channel("online", "90", 165, _ONLINE, office="SP"),
    Channel("telephone", "91", 42, {**_BILLS, "parking-fine": 25}),
    Channel("staff-card", "92", 34, _ONLINE, staffed=True, office="CC"),
    Channel(
        "cash",
        "1",
        22,
        {"library-charge": 30, "market-stall": 30, "housing-rent": 25, "parking-fine": 15},
        staffed=True,
        office="TH",
    ),
    Channel(
        "post",
        "24",
        9,
        {"council-tax": 40, "invoice": 30, "business-rates": 10, "planning-fee": 10},
        staffed=True,
        office="PR",
    ),
)

FEEDS = (
    Feed("paypoint", "18", 46, {"council-tax": 45, "housing-rent": 50, "heating": 5}),
    Feed("post-office", "15", 16, {"council-tax": 60, "housing-rent": 40}),
    Feed(
        "bank",
        "30",
        34,
        {"council-tax": 55, "business-rates": 10, "housing-rent": 20, "invoice": 15},
        unmatched=0.04,
    ),
)

DIRECT_DEBIT = Feed("direct-debit", "31", 310, {"council-tax": 88, "business-rates": 12})
DIRECT_DEBIT_DAYS = (1, 15, 28)


def count(channel: Channel, day: date, luck: Random) -> int:
    """Return how many pay through the channel on a day."""
    if channel.staffed and day.weekday() >= SATURDAY:
        return 0
    return max(0, round(channel.a_day * _WEEK[day.weekday()] * luck.gauss(1, 0.08)))


def moment(channel: Channel, day: date, luck: Random) -> datetime:
    """Return when on that day somebody pays: most of all at lunchtime."""
    hours = _AT_WORK if channel.staffed else _AT_HOME
    middle, spread, _ = luck.choices(hours, [weight for *_, weight in hours])[0]
    hour = luck.gauss(middle, spread)
    first, last = (9.0, 16.9) if channel.staffed else (0.1, 23.9)
    seconds = int(min(max(hour, first), last) * 3600) + luck.randrange(60)
    return datetime.combine(day, time(), LONDON) + timedelta(seconds=seconds)


def feeds_of(day: date) -> tuple[Feed, ...]:
    """Return the files that come in on a day."""
    if day.weekday() >= SATURDAY:
        return ()
    # A collection day at a weekend is collected on the next working day.
    due = {day} if day.weekday() != MONDAY else {day - timedelta(days=back) for back in range(3)}
    collected = any(one.day in DIRECT_DEBIT_DAYS for one in due)
    return (*FEEDS, DIRECT_DEBIT) if collected else FEEDS
