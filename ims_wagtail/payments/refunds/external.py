"""Refunds that nobody asked us for: made in the provider's own console, found and posted.

The money has gone back, so it is posted whatever we think of it: to the lines of the payment, the
oldest first, as far as they still have it; the rest against suspense.
"""

import logging

from django.db import transaction
from django.utils import timezone

from ims_wagtail.ledger.exceptions import NotAvailable
from ims_wagtail.ledger.holds import available, hold
from ims_wagtail.ledger.models import Posting
from ims_wagtail.money import ZERO
from ims_wagtail.payments import gateway
from ims_wagtail.payments.enums import RefundRoute, RefundState
from ims_wagtail.payments.models import Attempt, MerchantAccount, Refund, RefundLine
from ims_wagtail.payments.posting import source_of as source_of_attempt
from ims_wagtail.payments.providers.contract import (
    RefundObservation,
    RefundStatus,
    Unreachable,
    Unsupported,
)
from ims_wagtail.payments.transitions import MONEY_TAKEN

from .posting import source_of
from .recording import record
from .schedule import POLL


logger = logging.getLogger(__name__)

_ROUNDS = 3


def find_external(*, attempt: Attempt) -> list[Refund]:
    """Ask the provider for all refunds of a payment and write down those we don't know."""
    try:
        seen = gateway.refunds_of(account=attempt.account, provider_id=attempt.provider_id)
    except (Unreachable, Unsupported):
        return []
    return note_refunds(attempt=attempt, seen=seen)


def note_listed(*, account: MerchantAccount, seen: list[RefundObservation]) -> list[Refund]:
    """Write down what a provider's list says of refunds of many payments; return the new ones.

    Must not be called inside a transaction, so that one that can't be written stops no other.
    Refunds of payments that are not ours are left to the caller.
    """
    by_payment: dict[str, list[RefundObservation]] = {}
    for one in seen:
        by_payment.setdefault(one.provider_id, []).append(one)
    attempts = Attempt.objects.filter(account=account, provider_id__in=by_payment)
    found = []
    for attempt in attempts.select_related("account", "order").order_by("pk"):
        found.extend(note_refunds(attempt=attempt, seen=by_payment[attempt.provider_id]))
    return found


def note_refunds(*, attempt: Attempt, seen: list[RefundObservation]) -> list[Refund]:
    """Write down what a provider says of refunds of one payment; return those that are new to us.

    Also renews those we know: one that succeeded may have been given back since.
    """
    known = {
        refund.provider_id: refund
        for refund in Refund.objects.filter(attempt=attempt).exclude(provider_id="")
    }
    found = []
    for one in sorted(seen, key=lambda refund: refund.created_at or timezone.now()):
        if one.refund_id in known:
            _renew(known[one.refund_id], one)
        elif refund := note_external(attempt=attempt, seen=one):
            found.append(refund)
    return found


def note_external(*, attempt: Attempt, seen: RefundObservation) -> Refund | None:
    """Write down one refund made elsewhere, once, and post it when it succeeded.

    Returns ``None`` when it is known, when no money moved, or while it may be the one of ours whose
    outcome is not known.
    """
    if seen.status == RefundStatus.FAILED or attempt.state not in MONEY_TAKEN:
        return None
    for _round in range(_ROUNDS):
        try:
            refund = _write_down(attempt, seen)
        except NotAvailable:
            continue  # somebody took some of the same money at this moment: spread it anew
        if refund is None:
            return None
        logger.warning("refund %s: made at the provider, not by us", refund.pk)
        return record(refund_id=refund.pk, seen=seen)
    return None


@transaction.atomic
def _write_down(attempt: Attempt, seen: RefundObservation) -> Refund | None:
    locked = Attempt.objects.select_for_update(no_key=True).get(pk=attempt.pk)
    known = Refund.objects.filter(account=locked.account_id, provider_id=seen.refund_id)
    if known.exists() or _may_be_ours(locked, seen):
        return None
    posting = Posting.objects.filter(source=source_of_attempt(locked)).first()
    return _create(locked, posting, seen) if posting else None


def _create(attempt: Attempt, posting: Posting, seen: RefundObservation) -> Refund:
    refund = Refund.objects.create(
        posting=posting,
        attempt=attempt,
        account=attempt.account,
        route=RefundRoute.PROVIDER,
        amount=seen.amount,
        state=RefundState.SUBMITTED,
        provider_id=seen.refund_id,
        sent_at=seen.created_at or timezone.now(),
        next_check_at=timezone.now() + POLL,
    )
    lines = list(posting.lines.filter(amount__gt=0).order_by("pk").values_list("pk", flat=True))
    left = available(lines)
    amounts = {}
    rest = seen.amount
    for pk in lines:
        part = min(left[pk], rest)
        if part > ZERO:
            amounts[pk] = part
            rest -= part
    if amounts:
        hold(source=source_of(refund), amounts=amounts)
    RefundLine.objects.bulk_create(
        RefundLine(refund=refund, transaction_id=pk, amount=amount)
        for pk, amount in amounts.items()
    )
    return refund


def _may_be_ours(attempt: Attempt, seen: RefundObservation) -> bool:
    """Return whether a refund of ours that is in doubt may be this one."""
    in_doubt = Refund.objects.filter(
        attempt=attempt, state__in=(RefundState.SENDING, RefundState.UNKNOWN)
    )
    for refund in in_doubt:
        if seen.reference == refund.reference or (
            not seen.reference and seen.amount == refund.amount
        ):
            return True
    return False


def _renew(refund: Refund, seen: RefundObservation) -> None:
    after = {
        RefundState.SUBMITTED: (RefundStatus.SUCCEEDED, RefundStatus.FAILED),
        RefundState.SUCCEEDED: (RefundStatus.FAILED,),
    }
    if seen.status in after.get(RefundState(refund.state), ()):
        record(refund_id=refund.pk, seen=seen)
