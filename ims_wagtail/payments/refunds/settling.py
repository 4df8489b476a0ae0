"""``settle_refund()``: looking at a refund that is not finished, whoever looks."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from ims_wagtail.payments import gateway
from ims_wagtail.payments.enums import RefundRoute, RefundState
from ims_wagtail.payments.models import Attempt, Refund
from ims_wagtail.payments.pausing import background, of_paused_accounts
from ims_wagtail.payments.posting import CLOCK_DIFFERENCE
from ims_wagtail.payments.providers.contract import (
    NotFound,
    Observation,
    RefundObservation,
    RefundStatus,
    Unreachable,
    Unsupported,
)

from .external import note_refunds
from .recording import fail, leave_unknown, look_again_later, record
from .schedule import FLAG_AFTER, LEASE
from .sending import send_refund


logger = logging.getLogger(__name__)

_BATCH = 10
#: A provider may keep its newest refunds out of its lists for so long.
_LISTED_AFTER = timedelta(minutes=30)
#: Where what is left of a payment proves nothing, the list has to be older to be proof.
_LISTED_FOR_SURE = timedelta(days=1)
NOT_FINISHED = "Not finished after a day; the provider has to be asked"


def settle_refund(*, refund_id: int) -> Refund:
    """Ask the provider about a refund and do what follows, exactly once; safe to repeat."""
    refund = Refund.objects.select_related("account", "attempt__account").get(pk=refund_id)
    attempt = refund.attempt
    if refund.route == RefundRoute.BANK or attempt is None:
        return refund
    if refund.state == RefundState.APPROVED:
        return send_refund(refund_id=refund_id)
    if refund.state == RefundState.SENDING:
        if refund.sent_at and timezone.now() - refund.sent_at < LEASE:
            return refund  # somebody is sending it at this moment
        refund = leave_unknown(refund_id=refund_id)
    if refund.state == RefundState.UNKNOWN:
        return _resolve(refund, attempt)
    if refund.state == RefundState.SUBMITTED:
        return _poll(refund, attempt)
    return refund


@background()
def settle_due_refunds() -> int:
    """Look at every refund that is due; return how many. Safe to run twice at once.

    Each is claimed for a few minutes, and one that breaks stops no other.
    """
    looked = 0
    while claimed := _claim():
        for refund_id in claimed:
            looked += 1
            try:
                settle_refund(refund_id=refund_id)
            except Exception as error:  # noqa: BLE001 (whatever it is, the others go on)
                logger.error("refund %s: check failed: %s", refund_id, type(error).__name__)
    return looked


def _claim() -> list[int]:
    now = timezone.now()
    with transaction.atomic():
        claimed = list(
            Refund.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(~of_paused_accounts(), next_check_at__lte=now)
            .order_by("next_check_at")
            .values_list("pk", flat=True)[:_BATCH]
        )
        Refund.objects.filter(pk__in=claimed).update(
            next_check_at=now + 2 * LEASE, checks=F("checks") + 1
        )
    return claimed


def _poll(refund: Refund, attempt: Attempt) -> Refund:
    try:
        seen = gateway.read_refund(
            account=attempt.account,
            provider_id=attempt.provider_id,
            refund_id=refund.provider_id,
        )
    except (Unreachable, Unsupported):
        return look_again_later(refund_id=refund.pk, problem=_overdue(refund))
    except NotFound:
        return look_again_later(
            refund_id=refund.pk, problem="The provider no longer knows this refund"
        )
    if seen.status == RefundStatus.SUBMITTED:
        return look_again_later(refund_id=refund.pk, problem=_overdue(refund))
    return record(refund_id=refund.pk, seen=seen)


def _resolve(refund: Refund, attempt: Attempt) -> Refund:
    """Find out whether a refund whose outcome is unknown was made."""
    try:
        payment = gateway.read(attempt=attempt)
        listed = gateway.refunds_of(account=attempt.account, provider_id=attempt.provider_id)
    except (Unreachable, Unsupported, NotFound):
        return look_again_later(refund_id=refund.pk, problem=_overdue(refund))
    ours = _recognise(refund, listed)
    if ours is not None:
        refund = record(refund_id=refund.pk, seen=ours)
    elif _never_made(refund, payment):
        refund = fail(
            refund_id=refund.pk,
            problem="The provider never received it: ask again",
            known_as=RefundState.UNKNOWN,
        )
    else:
        refund = look_again_later(refund_id=refund.pk, problem=_overdue(refund))
    note_refunds(attempt=attempt, seen=listed)
    return refund


def _recognise(refund: Refund, listed: list[RefundObservation]) -> RefundObservation | None:
    """Return which of a payment's refunds is the one we sent, or ``None``.

    By our reference where the provider keeps it. Otherwise by amount and time, among those that
    nobody has claimed: two of the same amount are both of this payment and went to the same card,
    so whichever is taken for ours, the other is posted as made elsewhere and the book is right.
    """
    known = set(
        Refund.objects.filter(attempt=refund.attempt_id)
        .exclude(pk=refund.pk)
        .values_list("provider_id", flat=True)
    )
    free = [one for one in listed if one.refund_id not in known]
    for one in free:
        if one.reference and one.reference == refund.reference:
            return one
    since = (refund.sent_at or refund.requested_at) - CLOCK_DIFFERENCE
    alike = [
        one
        for one in free
        if not one.reference
        and one.amount == refund.amount
        and (one.created_at is None or one.created_at >= since)
    ]
    # One that went through before one that failed: the failed one moved nothing.
    alike.sort(key=lambda one: (one.status == RefundStatus.FAILED, str(one.created_at)))
    return alike[0] if alike else None


def _never_made(refund: Refund, payment: Observation | None) -> bool:
    """Return whether it is certain that a refund which is not listed was never made.

    What is left of the payment proves it soon, as long as nothing else was taken from it. A dispute
    takes the rest at once; after a day the list alone is proof.
    """
    age = timezone.now() - (refund.sent_at or refund.requested_at)
    untouched = (
        payment is not None
        and payment.refundable is not None
        and payment.refundable == refund.available_before
    )
    return age >= (_LISTED_AFTER if untouched else _LISTED_FOR_SURE)


def _overdue(refund: Refund) -> str:
    age = timezone.now() - (refund.sent_at or refund.requested_at)
    return NOT_FINISHED if age >= FLAG_AFTER else ""
