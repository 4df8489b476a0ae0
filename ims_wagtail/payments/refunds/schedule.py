"""When a refund is looked at again."""

from datetime import datetime, timedelta

from ims_wagtail.payments.enums import RefundState
from ims_wagtail.payments.models import Refund


#: Providers ask not to be asked more often about a refund that is on its way.
POLL = timedelta(minutes=5)
#: Who sends a refund has so long; after that nobody knows what came of it.
LEASE = timedelta(minutes=2)
#: Ages at which a refund whose outcome is unknown is looked for.
_AGES = tuple(timedelta(minutes=m) for m in (1, 2, 5, 10, 20, 31, 60))
_HOURLY = timedelta(hours=1)
_DAILY = timedelta(days=1)
#: A refund this old that is not finished needs a person; it is still looked at daily.
FLAG_AFTER = timedelta(days=1)


def next_check(refund: Refund, *, now: datetime) -> datetime | None:
    """Return when to look at a refund next, or ``None`` when nothing more can happen."""
    age = now - (refund.sent_at or refund.requested_at)
    if refund.state == RefundState.APPROVED:
        return now + min(max(POLL, age), _HOURLY)
    if refund.state == RefundState.SENDING:
        return now + LEASE
    if refund.state == RefundState.UNKNOWN:
        for at in _AGES:
            if age < at:
                return now - age + at
        return now + (_HOURLY if age < FLAG_AFTER else _DAILY)
    if refund.state == RefundState.SUBMITTED:
        if age < _HOURLY:
            return now + POLL
        return now + (_HOURLY if age < FLAG_AFTER else _DAILY)
    return None
