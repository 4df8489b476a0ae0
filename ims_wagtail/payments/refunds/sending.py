"""Sending a refund to the provider, once.

The provider is read outside any transaction. Then one transaction makes sure that no refund of the
payment has changed meanwhile and commits that ours is being sent, before the provider is called.
The database lets one refund of a payment be on its way like that at a time.
"""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from ims_wagtail.money import ZERO, format_pounds
from ims_wagtail.payments import gateway
from ims_wagtail.payments.enums import RefundRoute, RefundState
from ims_wagtail.payments.models import Attempt, Refund
from ims_wagtail.payments.providers.contract import (
    NotFound,
    Observation,
    OutcomeUnknown,
    RefundRequest,
    RefundStatus,
    Refused,
    Unreachable,
    Unsupported,
)

from .external import find_external
from .recording import fail, leave_unknown, look_again_later, record
from .refundable import block_in_words
from .schedule import next_check


_ROUNDS = 5
NOT_REACHED = "The provider could not be reached; it is tried again"


def send_refund(*, refund_id: int) -> Refund:
    """Send an approved refund to the card; safe to repeat, and nothing is ever sent twice.

    Returns the refund as it then stands. A provider that can't be read leaves it approved and due
    for another try; an unknown outcome leaves it unknown until the schedule has found out.
    """
    for _round in range(_ROUNDS):
        refund = Refund.objects.select_related("account", "attempt__account").get(pk=refund_id)
        attempt = refund.attempt
        if refund.state != RefundState.APPROVED or attempt is None:
            return refund
        if _is_busy(attempt):
            return look_again_later(refund_id=refund_id)
        before = _standing(attempt)
        try:
            seen = gateway.read(attempt=attempt)
            if seen is None:
                raise NotFound
            left = _left_at_provider(attempt, seen)
        except (Unreachable, Unsupported):
            return look_again_later(refund_id=refund_id, problem=NOT_REACHED)
        except NotFound:
            return fail(
                refund_id=refund_id,
                problem="The provider does not know this payment",
                known_as=RefundState.APPROVED,
            )
        if left != _left_by_us(attempt):
            find_external(attempt=attempt)
        problem = _problem(refund, seen, left)
        if problem:
            return fail(refund_id=refund_id, problem=problem, known_as=RefundState.APPROVED)
        if _claim(refund, attempt, before, left):
            return _send(refund, attempt, left)
    return look_again_later(refund_id=refund_id)


def _send(refund: Refund, attempt: Attempt, left: Decimal) -> Refund:
    if refund.account is None:
        raise ValueError(f"refund {refund.pk} names no account")  # the database forbids it
    request = RefundRequest(
        provider_id=attempt.provider_id,
        reference=refund.reference,
        amount=refund.amount,
        available=left,
    )
    try:
        seen = gateway.refund(account=refund.account, request=request)
    except Refused as error:
        return fail(
            refund_id=refund.pk,
            problem=f"Refused by the provider: {error.code}",
            known_as=RefundState.SENDING,
        )
    except Unsupported:
        return fail(
            refund_id=refund.pk,
            problem="This provider can't refund",
            known_as=RefundState.SENDING,
        )
    except OutcomeUnknown:
        return leave_unknown(refund_id=refund.pk)
    return record(refund_id=refund.pk, seen=seen)


def _claim(
    refund: Refund, attempt: Attempt, before: frozenset[tuple[int, str]], left: Decimal
) -> bool:
    """Commit that a refund is being sent, unless anything of its payment has changed."""
    with transaction.atomic():
        Attempt.objects.select_for_update(no_key=True).get(pk=attempt.pk)
        locked = Refund.objects.select_for_update(of=("self",)).get(pk=refund.pk)
        changed = _is_busy(attempt) or _standing(attempt) != before
        if changed or locked.state != RefundState.APPROVED:
            return False
        locked.state = RefundState.SENDING
        locked.sent_at = timezone.now()
        locked.available_before = left
        locked.problem = ""
        locked.next_check_at = next_check(locked, now=timezone.now())
        locked.save(
            update_fields=["state", "sent_at", "available_before", "problem", "next_check_at"]
        )
    return True


def _problem(refund: Refund, seen: Observation, left: Decimal) -> str:
    if seen.refund_block:
        return block_in_words(seen.refund_block)
    if refund.amount > left:
        return f"The provider can give back only {format_pounds(left)} of this payment: look again"
    return ""


def _is_busy(attempt: Attempt) -> bool:
    in_doubt = (RefundState.SENDING, RefundState.UNKNOWN)
    return Refund.objects.filter(attempt=attempt, state__in=in_doubt).exists()


def _standing(attempt: Attempt) -> frozenset[tuple[int, str]]:
    """Return what would change if somebody else sent or found a refund meanwhile."""
    sent = Refund.objects.filter(attempt=attempt, sent_at__isnull=False)
    return frozenset(sent.values_list("pk", "state"))


def _left_at_provider(attempt: Attempt, seen: Observation) -> Decimal:
    if seen.refundable is not None:
        return seen.refundable
    made = gateway.refunds_of(account=attempt.account, provider_id=attempt.provider_id)
    gone = sum((r.amount for r in made if r.status != RefundStatus.FAILED), ZERO)
    return seen.amount + seen.surcharge - gone


def _left_by_us(attempt: Attempt) -> Decimal:
    made = Refund.objects.filter(
        attempt=attempt, state__in=(RefundState.SUBMITTED, RefundState.SUCCEEDED)
    ).exclude(route=RefundRoute.BANK)
    return attempt.amount + attempt.surcharge - sum((refund.amount for refund in made), ZERO)
