"""The check schedule: every payment that is not final is looked at, whoever else looks or not."""

import logging
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from .cancelling import cancel_payment
from .enums import UNFINISHED_STATES, AttemptState, EventSource, OrderState
from .events import handle_waiting
from .links import is_taken_back
from .models import Attempt
from .pausing import background, of_paused_accounts, paused_until
from .providers.contract import ProviderState
from .refunds.preparing import prepare_open_batches
from .refunds.settling import settle_due_refunds
from .schedule import LEASE, next_check, overdue, standing_of
from .settling import look


logger = logging.getLogger(__name__)

#: So many are claimed at once that even time-outs of all of them end within the lease.
_BATCH = 10


@dataclass(slots=True)
class CheckSummary:
    """What one run of the schedule did, in numbers of payments."""

    checked: int = 0
    paid: int = 0
    finished: int = 0
    broken: int = 0
    messages: int = 0
    refunds: int = 0

    def __str__(self) -> str:
        return (
            f"{self.checked} payments checked: {self.paid} paid,"
            f" {self.finished} otherwise finished, {self.broken} could not be"
            f" checked; {self.messages} provider messages handled;"
            f" {self.refunds} refunds checked"
        )

    def __bool__(self) -> bool:
        return bool(self.checked or self.messages or self.refunds)


@background()
def check_payments() -> CheckSummary:
    """Look at every payment that is due, and at messages still waiting. Safe to run twice at once.

    Each payment is claimed for a few minutes, so that overlapping runs share the work and a run
    that dies gives its payments back by itself. One that breaks stops no other.
    """
    summary = CheckSummary()
    # First, because they are few: payments that pile up must not keep refunds from going out.
    prepare_open_batches()
    summary.refunds = settle_due_refunds()
    while claimed := _claim():
        for attempt_id in claimed:
            summary.checked += 1
            try:
                _check(attempt_id, summary)
            except Exception as error:  # noqa: BLE001 (whatever it is, the others go on)
                summary.broken += 1
                logger.error("attempt %s: check failed: %s", attempt_id, type(error).__name__)
    summary.messages = handle_waiting()
    return summary


def _claim() -> list[int]:
    now = timezone.now()
    with transaction.atomic():
        claimed = list(
            Attempt.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(~of_paused_accounts(), next_check_at__lte=now)
            .order_by("next_check_at")
            .values_list("pk", flat=True)[:_BATCH]
        )
        if claimed:
            Attempt.objects.filter(pk__in=claimed).update(
                next_check_at=now + LEASE, checks=F("checks") + 1
            )
    return claimed


def _check(attempt_id: int, summary: CheckSummary) -> None:
    before = Attempt.objects.values_list("state", flat=True).get(pk=attempt_id)
    attempt, seen = look(attempt_id=attempt_id, source=EventSource.SCHEDULE)
    if seen is None:
        _look_again_later(attempt)
    elif seen.state == ProviderState.OPEN and not _is_wanted(attempt):
        attempt = cancel_payment(attempt=attempt)
    if attempt.state != before and attempt.state not in UNFINISHED_STATES:
        if attempt.state == AttemptState.PAID:
            summary.paid += 1
        else:
            summary.finished += 1


def _is_wanted(attempt: Attempt) -> bool:
    """Return whether the payer may still pay by this attempt.

    Not when another has done it, nor when the link it was begun by was taken back meanwhile.
    """
    return (
        attempt.state != AttemptState.ABANDONED
        and attempt.order.state == OrderState.UNPAID
        and not is_taken_back(attempt.order)
    )


def _look_again_later(attempt: Attempt) -> None:
    """Nothing was learnt: plan the next look by the same table as if something had been.

    Unless the provider is left alone for a while: then it is looked at as soon as that is over.
    """
    now = timezone.now()
    standing = standing_of(attempt)
    Attempt.objects.filter(pk=attempt.pk, state=attempt.state).update(
        next_check_at=paused_until(attempt.account) or next_check(standing, now=now),
        problem=attempt.problem or overdue(standing, now=now),
    )
