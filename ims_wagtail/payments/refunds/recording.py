"""Writing down what became of a refund, and all that follows, in one transaction each time."""

import logging
from datetime import timedelta

from django.db import DatabaseError, transaction
from django.utils import timezone

from ims_wagtail.ledger.exceptions import LedgerError
from ims_wagtail.ledger.holds import release
from ims_wagtail.money import format_pounds
from ims_wagtail.payments.enums import RefundRoute, RefundState
from ims_wagtail.payments.models import Refund
from ims_wagtail.payments.providers.contract import RefundObservation, RefundStatus

from .posting import post_refund, source_of, take_back_refund
from .schedule import next_check
from .transitions import is_allowed


logger = logging.getLogger(__name__)

#: A book that refuses a posting is tried again so much later.
_TRY_AGAIN = timedelta(hours=1)
_WANTED = {
    RefundStatus.SUBMITTED: RefundState.SUBMITTED,
    RefundStatus.SUCCEEDED: RefundState.SUCCEEDED,
    RefundStatus.FAILED: RefundState.FAILED,
}


def record(*, refund_id: int, seen: RefundObservation) -> Refund:
    """Write down what the provider says of a refund; safe to repeat.

    One that succeeded is posted with its state; one that the provider gave back after that is
    reversed. When the book refuses, the refund stays on its way with the problem.
    """
    try:
        with transaction.atomic():
            refund = _lock(refund_id)
            _apply(refund, seen)
    except (DatabaseError, LedgerError, LookupError) as error:
        return _not_posted(refund_id, seen, error)
    return refund


def succeed(*, refund_id: int) -> Refund:
    """Post a refund that went to a bank account, inside or outside a transaction."""
    with transaction.atomic():
        refund = _lock(refund_id)
        if is_allowed(RefundState(refund.state), RefundState.SUCCEEDED):
            _enter(refund, RefundState.SUCCEEDED)
            _save(refund)
    return refund


def fail(*, refund_id: int, problem: str, known_as: RefundState) -> Refund:
    """Give up a refund of which it is certain that it was not made; its money is free again.

    ``known_as`` is the state it had when that was learnt. A refund that somebody else has taken
    further meanwhile is left alone: what was learnt is about another moment.
    """
    with transaction.atomic():
        refund = _lock(refund_id)
        if refund.state == known_as and is_allowed(known_as, RefundState.FAILED):
            _enter(refund, RefundState.FAILED)
            refund.problem = problem[:200]
            _save(refund)
            logger.error("refund %s: %s", refund.pk, refund.problem)
    return refund


def return_to_us(*, refund_id: int, problem: str) -> Refund:
    """Reverse a refund that was posted and whose money came back."""
    with transaction.atomic():
        refund = _lock(refund_id)
        if is_allowed(RefundState(refund.state), RefundState.RETURNED):
            _enter(refund, RefundState.RETURNED)
            refund.problem = problem[:200]
            _save(refund)
    return refund


def leave_unknown(*, refund_id: int) -> Refund:
    """Note that nobody knows whether a refund was made: the schedule will find out."""
    with transaction.atomic():
        refund = _lock(refund_id)
        if refund.state == RefundState.SENDING:
            refund.state = RefundState.UNKNOWN
            _save(refund)
    return refund


def look_again_later(*, refund_id: int, problem: str = "") -> Refund:
    """Plan the next look at a refund about which nothing new was learnt."""
    with transaction.atomic():
        refund = _lock(refund_id)
        refund.problem = problem[:200] or refund.problem
        _save(refund)
    return refund


def _lock(refund_id: int) -> Refund:
    return (
        Refund.objects.select_for_update(of=("self",))
        .select_related("attempt__order", "account", "posting", "requested_by")
        .get(pk=refund_id)
    )


def _apply(refund: Refund, seen: RefundObservation) -> None:
    before, after = RefundState(refund.state), _WANTED[seen.status]
    if before == RefundState.SUCCEEDED and after == RefundState.FAILED:
        after = RefundState.RETURNED
    refund.provider_id = refund.provider_id or seen.refund_id
    if seen.amount != refund.amount:
        refund.problem = (
            f"The provider gave back {format_pounds(seen.amount)} "
            f"instead of {format_pounds(refund.amount)}"
        )
    elif after != before and is_allowed(before, after):
        refund.problem = ""
        _enter(refund, after)
        if after == RefundState.FAILED:
            refund.problem = f"The provider did not make it and says “{seen.raw_state[:60]}”"
        elif after == RefundState.RETURNED:
            refund.problem = f"The provider took it back and says “{seen.raw_state[:60]}”"
    _save(refund)


def _enter(refund: Refund, after: RefundState) -> None:
    refund.state = after
    if after == RefundState.SUBMITTED:
        return
    refund.finished_at = timezone.now()
    if after == RefundState.SUCCEEDED:
        post_refund(refund)
    elif after == RefundState.RETURNED:
        take_back_refund(refund)
    else:
        release(source=source_of(refund))


def _save(refund: Refund) -> None:
    on_its_own = refund.route != RefundRoute.BANK
    now = timezone.now()
    refund.next_check_at = next_check(refund, now=now) if on_its_own else None
    refund.save(update_fields=["state", "provider_id", "problem", "finished_at", "next_check_at"])


def _not_posted(refund_id: int, seen: RefundObservation, error: Exception) -> Refund:
    """Keep what must not be lost when posting failed: that the refund is at the provider."""
    # The first line only: the database quotes the row in the others.
    words = str(error).partition("\n")[0]
    problem = f"Could not be posted: {type(error).__name__}: {words}"[:200]
    logger.error("refund %s: %s", refund_id, problem)
    with transaction.atomic():
        refund = _lock(refund_id)
        if is_allowed(RefundState(refund.state), RefundState.SUBMITTED):
            refund.state = RefundState.SUBMITTED
        taken = Refund.objects.filter(account=refund.account, provider_id=seen.refund_id)
        if not refund.provider_id and not taken.exists():
            refund.provider_id = seen.refund_id
        refund.problem = problem
        refund.next_check_at = timezone.now() + _TRY_AGAIN
        refund.save(update_fields=["state", "provider_id", "problem", "next_check_at"])
    return refund
