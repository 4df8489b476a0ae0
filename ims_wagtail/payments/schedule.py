"""When a payment is looked at again, whether or not anybody returns or a webhook comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .enums import UNFINISHED_STATES, AttemptState
from .models import Attempt
from .transitions import MONEY_TAKEN


#: Ages, in minutes, at which an unfinished payment is looked at: often while a payer may be busy,
#: just after the providers' ninety minutes, then hourly to six hours.
AGES = tuple(timedelta(minutes=m) for m in (2, 5, 15, 30, 60, 95, 120, 180, 240, 300, 360))
DAILY = timedelta(days=1)
#: An unfinished payment of this age needs a person; it is still looked at daily.
FLAG_AFTER = AGES[-1]
#: How long the provider may take to confirm that money is ours, and how long a payment that was
#: given up may still turn up.
CAPTURE_DAYS = timedelta(days=10)
ABANDONED_DAYS = timedelta(days=3)
NOT_FINISHED = "Not finished after 6 hours"
NOT_CAPTURED = "Not captured by the provider after 10 days"
#: Who claims an attempt has so long to look at it before another may.
LEASE = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Standing:
    """All that the schedule has to know of an attempt."""

    state: AttemptState
    captured: bool
    created_at: datetime
    finished_at: datetime | None


def standing_of(attempt: Attempt) -> Standing:
    """Return how an attempt stands."""
    return Standing(
        state=AttemptState(attempt.state),
        captured=attempt.captured,
        created_at=attempt.created_at,
        finished_at=attempt.finished_at,
    )


def next_check(standing: Standing, *, now: datetime) -> datetime | None:
    """Return when to look at an attempt next, or ``None`` when nothing more can happen."""
    age = now - standing.created_at
    if standing.state in (*UNFINISHED_STATES, AttemptState.ABANDONED):
        for at in AGES:
            if age < at:
                return standing.created_at + at
        if standing.state == AttemptState.ABANDONED and age > ABANDONED_DAYS:
            return None
        return now + DAILY
    if _awaits_capture(standing) and now - (standing.finished_at or now) < CAPTURE_DAYS:
        return now + DAILY
    return None


def overdue(standing: Standing, *, now: datetime) -> str:
    """Return what a person should know about an attempt that takes too long, or nothing."""
    if standing.state in UNFINISHED_STATES and now - standing.created_at >= FLAG_AFTER:
        return NOT_FINISHED
    if _awaits_capture(standing) and now - (standing.finished_at or now) >= CAPTURE_DAYS:
        return NOT_CAPTURED
    return ""


def _awaits_capture(standing: Standing) -> bool:
    return standing.state in MONEY_TAKEN and not standing.captured
