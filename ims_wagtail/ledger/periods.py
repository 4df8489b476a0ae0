"""Closing accounting months one after the other, and opening the latest again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Min, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.access.policy import scope_of
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import Fund
from ims_wagtail.money import format_pounds

from .exceptions import PeriodRefused
from .models import ClosedPeriod, DailyTotal


CLOSE = "ims_ledger.close_period"
REOPEN = "ims_ledger.reopen_period"
#: Payments wait while a closing waits for what is being posted, so it does not wait for long.
_PATIENCE = "3s"


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """Something about a month that is not done: in words, how much of it, and where it is seen."""

    text: str
    figure: str
    url: str = ""


#: What rooms look for before a month is closed; each is told its first and its last day.
Check = Callable[[date, date], OpenMatter | None]
_checks: list[Check] = []


def add_check(check: Check) -> None:
    """Let a room say what of a month is not done; call it from ``AppConfig.ready()``."""
    _checks.append(check)


def last_day_of(month: date) -> date:
    """Return the last day of the month that begins on a day."""
    return _next(month) - timedelta(days=1)


def name_of_month(month: date) -> str:
    """Return a month in words, such as “October 2026”."""
    return date_format(month, "F Y")


def latest_closed() -> ClosedPeriod | None:
    """Return the latest month that is closed now."""
    closed = ClosedPeriod.objects.filter(reopened_at__isnull=True)
    return closed.select_related("closed_by").order_by("-month").first()


def next_to_close() -> date | None:
    """Return the first day of the month whose turn it is; None before anything was posted.

    It may not be over yet: see ``is_over``.
    """
    if latest := latest_closed():
        return _next(latest.month)
    first: date | None = DailyTotal.objects.aggregate(day=Min("accounting_date"))["day"]
    return first.replace(day=1) if first else None


def is_over(month: date) -> bool:
    """Say whether a month lies behind us in London."""
    return _next(month) <= accounting_date()


def open_matters(month: date) -> list[OpenMatter]:
    """Return what of a month is not done. None of it keeps the month from being closed.

    What comes of it later is dated in the month that is open then.
    """
    last = last_day_of(month)
    found = [_suspense(last), *(check(month, last) for check in _checks)]
    return [matter for matter in found if matter]


def close_period(*, month: date, by: Any) -> ClosedPeriod:
    """Close the month that begins on a day, so that nothing is ever dated in it again.

    Waits for what is being posted. Raises ``PeriodRefused`` without the right in all funds, out of
    turn, before the month is over, or when what is being posted takes too long.
    """
    _need(by, CLOSE)
    with transaction.atomic():
        _hold_postings()
        if month != next_to_close():
            raise PeriodRefused(_("It is not this month's turn: somebody may have closed it."))
        if not is_over(month):
            raise PeriodRefused(_("The month is not over yet."))
        matters = [f"{matter.text}: {matter.figure}" for matter in open_matters(month)]
        period = ClosedPeriod.objects.create(month=month, closed_by=by)
        audit.record(
            user=by,
            action="close period",
            obj=period,
            before={"state": "open"},
            after={"state": "closed", "month": month, "left open": matters},
        )
    return period


def reopen_period(*, period_id: int, by: Any, reason: str) -> ClosedPeriod:
    """Open the latest closed month again, by another person than closed it, who says why.

    Raises ``PeriodRefused``.
    """
    _need(by, REOPEN)
    words = " ".join(reason.split())
    if not words:
        raise PeriodRefused(_("Say why the month is to be opened again."))
    with transaction.atomic():
        _hold_postings()
        latest = latest_closed()
        if latest is None or latest.pk != period_id:
            raise PeriodRefused(_("Only the latest closed month can be opened again."))
        if why := why_not_reopen(latest, by):
            raise PeriodRefused(why)
        latest.reopened_at = timezone.now()
        latest.reopened_by = by
        latest.reason = words[:400]
        latest.save(update_fields=["reopened_at", "reopened_by", "reason"])
        audit.record(
            user=by,
            action="reopen period",
            obj=latest,
            before={"state": "closed", "month": latest.month},
            after={"state": "open", "month": latest.month, "reason": latest.reason},
        )
    return latest


def why_not_reopen(period: ClosedPeriod, by: Any) -> str:
    """Return why a person may not open a month again; empty if they may."""
    if not scope_of(by, REOPEN).every:
        return _("You don't have the right to do this in all funds.")
    if period.closed_by_id == by.pk:
        return _("You closed this month: somebody else has to open it again.")
    return ""


def _need(by: Any, permission: str) -> None:
    if not scope_of(by, permission).every:
        raise PeriodRefused(_("You don't have the right to do this in all funds."))


def _hold_postings() -> None:
    """Wait until nothing is being posted, and keep it so to the end of the transaction."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ims periods'))")
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as busy:
        raise PeriodRefused(
            _("A long posting is under way, such as a file. Try again when it is done.")
        ) from busy


def _suspense(last: date) -> OpenMatter | None:
    funds = Fund.objects.filter(is_suspense=True)
    rows = DailyTotal.objects.filter(accounting_date__lte=last, fund__in=funds)
    left = rows.aggregate(left=Sum("amount"))["left"]
    if not left:
        return None
    return OpenMatter(_("Money in suspense at the end of the month"), format_pounds(left))


def _next(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)
