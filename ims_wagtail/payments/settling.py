"""``settle()``: the one way a payment changes after it was created, whoever looks.

The provider is asked outside any transaction. Then one transaction locks the attempt, makes sure
that nobody else changed it meanwhile (or asks again), compares what was paid with what was asked,
and writes the ledger, the states, the event and the receipt together or not at all.
"""

import logging

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, transaction
from django.utils import timezone

from ims_wagtail.ledger.exceptions import LedgerError

from . import gateway
from .capturing import decide
from .enums import UNFINISHED_STATES, AttemptState, EventSource, OrderState
from .models import Attempt, Order, ProviderEvent
from .posting import paid_at, post_to_accounts, post_to_suspense, take_back
from .providers.contract import NotFound, Observation, ProviderState, Unreachable
from .schedule import NOT_CAPTURED, next_check, overdue, standing_of
from .transitions import CURRENCY, MONEY_TAKEN, differences, is_allowed, wanted_state


logger = logging.getLogger(__name__)

#: An attempt this young may still be on its way to the provider in another process.
CREATING_SECONDS = 30
_ROUNDS = 5


def settle(*, attempt_id: int, source: EventSource) -> Attempt:
    """Ask the provider about an attempt and do what follows, exactly once; safe to repeat.

    Returns the attempt as it then stands, with its order. A provider that can't be reached, or a
    book that refuses the posting, leaves it unfinished and due for another check.
    """
    return look(attempt_id=attempt_id, source=source)[0]


def look(*, attempt_id: int, source: EventSource) -> tuple[Attempt, Observation | None]:
    """Settle an attempt and also return what the provider said, if it was asked and answered.

    For the callers that send the payer on: the address to continue at is in the observation.
    """
    reason = source
    for _round in range(_ROUNDS):
        attempt = Attempt.objects.select_related("account", "order").get(pk=attempt_id)
        if not _worth_asking(attempt, reason):
            return attempt, None
        try:
            seen = gateway.read(attempt=attempt)
            if seen is not None:
                seen = decide(attempt=attempt, seen=seen)
        except Unreachable:
            return attempt, None
        except NotFound:
            _note_problem(attempt, "The provider no longer knows this payment")
            return attempt, None
        settled = record(attempt=attempt, seen=seen, source=source)
        if settled is not None:
            return settled, seen
        reason = EventSource.RETURN  # somebody else has just asked: only unfinished ones go on
    return Attempt.objects.select_related("account", "order").get(pk=attempt_id), None


def record(*, attempt: Attempt, seen: Observation | None, source: EventSource) -> Attempt | None:
    """Write down what the provider said, and all that follows from it.

    ``attempt`` is as it was before the provider was asked; returns ``None`` when it has changed
    since, because what was heard may then be older than what is known.
    """
    try:
        with transaction.atomic():
            locked = (
                Attempt.objects.select_for_update(of=("self", "order"))
                .select_related("account", "order__contact")
                .get(pk=attempt.pk)
            )
            if locked.state != attempt.state or locked.provider_id != attempt.provider_id:
                return None
            if seen is None:
                _not_there(locked)
            else:
                _apply(locked, seen, source)
    except (DatabaseError, LedgerError, LookupError, ObjectDoesNotExist) as error:
        # All of it was rolled back. The money stays visible as a problem and is tried again.
        return _not_settled(attempt, seen, error)
    if locked.state in MONEY_TAKEN and attempt.state not in (*UNFINISHED_STATES, locked.state):
        # Money turned up late. Another attempt may still wait for the payer: have it cancelled at
        # once. Outside the transaction, for it may be locked by somebody who waits for the order.
        Attempt.objects.filter(order=locked.order, state__in=UNFINISHED_STATES).update(
            next_check_at=timezone.now()
        )
    return locked


def _worth_asking(attempt: Attempt, source: EventSource) -> bool:
    """Return whether the provider may know more than we do.

    A payer who returns to a finished payment is shown it; everybody else may have a reason. An
    attempt another process is creating right now is left to it.
    """
    if attempt.state == AttemptState.CREATING:
        return (timezone.now() - attempt.created_at).total_seconds() > CREATING_SECONDS
    if attempt.state in (*UNFINISHED_STATES, AttemptState.ABANDONED):
        return True
    if attempt.state == AttemptState.ERROR and not attempt.provider_id:
        return False  # refused, with certainty
    return source != EventSource.RETURN


def _apply(attempt: Attempt, seen: Observation, source: EventSource) -> None:
    before = AttemptState(attempt.state)
    after = wanted_state(before=before, seen=seen.state)
    attempt.provider_id = attempt.provider_id or seen.provider_id
    attempt.captured = attempt.captured or (after in MONEY_TAKEN and seen.captured)
    attempt.fee = attempt.fee if seen.fee is None else seen.fee
    attempt.captured_on = attempt.captured_on or seen.captured_on
    attempt.settled_on = attempt.settled_on or seen.settled_on
    if attempt.captured and attempt.problem == NOT_CAPTURED:
        attempt.problem = ""
    if after != before and is_allowed(before, after):
        attempt.problem = ""
        _enter(attempt, after, seen)
    elif after != before and seen.state not in (ProviderState.OPEN, ProviderState.SUBMITTED):
        attempt.problem = f"The provider says “{seen.raw_state[:60]}” of a payment that is {before}"
        logger.error("attempt %s: %s", attempt.pk, attempt.problem)
    _write(attempt)
    ProviderEvent.objects.create(
        account=attempt.account,
        attempt=attempt,
        source=source,
        provider_id=seen.provider_id,
        raw_state=seen.raw_state[:60],
        detail={
            "amount": str(seen.amount),
            "surcharge": str(seen.surcharge),
            "currency": seen.currency,
            "captured": seen.captured,
            "state": seen.state.value,
            "refund_block": seen.refund_block,
        },
        handled_at=timezone.now(),
    )


def _enter(attempt: Attempt, after: AttemptState, seen: Observation) -> None:
    attempt.state = after
    if after not in UNFINISHED_STATES:
        attempt.finished_at = timezone.now()
    if after == AttemptState.PAID:
        _take(attempt, seen)
    elif after == AttemptState.CAPTURE_FAILED:
        attempt.captured = False
        attempt.problem = "Paid, but the provider did not capture it: the posting was taken back"
        if take_back(attempt=attempt):
            _set_order(attempt.order, state=OrderState.REVERSED)


def _take(attempt: Attempt, seen: Observation) -> None:
    """Post money that was taken: to the accounts, or to suspense when something is not as asked."""
    attempt.surcharge = seen.surcharge
    at = paid_at(attempt=attempt, seen=seen)
    if wrong := differences(attempt=attempt, seen=seen):
        attempt.state = AttemptState.MISMATCH
        attempt.problem = f"Not what was asked for: {wrong}"[:200]
        if seen.currency == CURRENCY and seen.amount > 0:
            post_to_suspense(attempt=attempt, seen=seen, at=at, why=attempt.problem)
    elif attempt.order.state != OrderState.UNPAID:
        attempt.problem = f"Paid twice: order {attempt.order.reference} was paid before"
        post_to_suspense(attempt=attempt, seen=seen, at=at, why=attempt.problem)
    else:
        post_to_accounts(attempt=attempt, seen=seen, at=at)
        _set_order(attempt.order, state=OrderState.PAID, paid_at=at)


def _set_order(order: Order, **changes: object) -> None:
    for name, value in changes.items():
        setattr(order, name, value)
    Order.objects.filter(pk=order.pk).update(**changes)


def _not_there(attempt: Attempt) -> None:
    """The provider knows no payment with our reference: once it surely would, give it up."""
    age = (timezone.now() - attempt.created_at).total_seconds()
    if attempt.state in (AttemptState.CREATING, AttemptState.UNKNOWN):
        gone = age > max(CREATING_SECONDS, gateway.search_lag(attempt.account))
        attempt.state = AttemptState.ABANDONED if gone else AttemptState.UNKNOWN
        if gone:
            attempt.finished_at = timezone.now()
    _write(attempt)


def _write(attempt: Attempt) -> None:
    now = timezone.now()
    standing = standing_of(attempt)
    attempt.problem = attempt.problem or overdue(standing, now=now)
    attempt.next_check_at = next_check(standing, now=now)
    attempt.save(
        update_fields=[
            "state",
            "provider_id",
            "problem",
            "captured",
            "surcharge",
            "fee",
            "captured_on",
            "settled_on",
            "finished_at",
            "next_check_at",
        ]
    )


def _not_settled(attempt: Attempt, seen: Observation | None, error: Exception) -> Attempt:
    """Keep what must not be lost when settling failed: that money was taken, and what went wrong.

    The payer then reads that the payment is being confirmed, never that it may be made again.
    """
    changes = {}
    taken = seen is not None and seen.state == ProviderState.PAID
    if taken and is_allowed(AttemptState(attempt.state), AttemptState.SUBMITTED):
        changes["state"] = AttemptState.SUBMITTED
    # The first line only: the database quotes the row, personal data included, in the others.
    words = str(error).partition("\n")[0]
    _note_problem(attempt, f"Could not be posted: {type(error).__name__}: {words}", **changes)
    return Attempt.objects.select_related("account", "order").get(pk=attempt.pk)


def _note_problem(attempt: Attempt, problem: str, **changes: str) -> None:
    """Flag an attempt for a person, unless it has moved on since it was read."""
    logger.error("attempt %s: %s", attempt.pk, problem[:200])
    attempt.problem = problem[:200]
    Attempt.objects.filter(pk=attempt.pk, state=attempt.state).update(
        problem=attempt.problem, **changes
    )
