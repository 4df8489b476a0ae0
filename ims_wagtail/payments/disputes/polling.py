"""Hearing of disputes: providers send no message about them, so they are asked every day."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from ims_wagtail.payments import gateway
from ims_wagtail.payments.enums import DisputeStatus
from ims_wagtail.payments.models import Attempt, Dispute, MerchantAccount
from ims_wagtail.payments.pausing import background
from ims_wagtail.payments.providers.contract import Can, DisputeObservation, Unreachable

from .posting import give_back_won, post_lost


logger = logging.getLogger(__name__)

#: A dispute may take some four months until it is decided; older ones are history.
LOOK_BACK = timedelta(days=180)
NOT_OURS = "No payment of ours has this PSP reference: nothing was posted"


@dataclass(slots=True)
class PollSummary:
    """What asking one account for its disputes came to."""

    seen: int = 0
    new: int = 0
    posted: int = 0
    unreachable: bool = False


@background()
def poll_disputes(*, account: MerchantAccount) -> PollSummary:
    """Ask a provider for the disputes of the last months and act on what changed.

    Safe to repeat: each dispute is one row and posts once, when it is lost. Must not be called
    inside a transaction. An account whose provider tells of no disputes has none.
    """
    summary = PollSummary()
    if not gateway.can(account, Can.DISPUTES):
        return summary
    now = timezone.now()
    try:
        told = gateway.disputes_between(account=account, since=now - LOOK_BACK, until=now)
    except Unreachable:
        summary.unreachable = True
        return summary
    attempts = _attempts(account, told)
    for seen in told:
        summary.seen += 1
        new, posted = _record(account, attempts.get(seen.provider_id), seen)
        summary.new += new
        summary.posted += posted
    return summary


def _attempts(account: MerchantAccount, told: Sequence[DisputeObservation]) -> dict[str, Attempt]:
    ids = {seen.provider_id for seen in told}
    return {a.provider_id: a for a in Attempt.objects.filter(account=account, provider_id__in=ids)}


@transaction.atomic
def _record(
    account: MerchantAccount, attempt: Attempt | None, seen: DisputeObservation
) -> tuple[bool, bool]:
    """Write down what was said; return whether the dispute is new and whether money was posted."""
    facts = {
        "status": DisputeStatus(seen.status.value),
        "evidence_due_at": seen.evidence_due_at,
        "fee": seen.fee,
        "settled_on": seen.settled_on,
        "seen_at": timezone.now(),
    }
    _row, new = Dispute.objects.get_or_create(
        account=account,
        provider_id=seen.dispute_id,
        defaults={
            **facts,
            "attempt": attempt,
            "payment_provider_id": seen.provider_id,
            "reason": seen.reason[:40],
            "amount": seen.amount,
            "opened_at": seen.opened_at,
        },
    )
    dispute = (
        Dispute.objects.select_for_update(of=("self",))
        .select_related("account__fee_fund__vat_code", "attempt__order")
        .get(account=account, provider_id=seen.dispute_id)
    )
    for name, value in facts.items():
        setattr(dispute, name, value)
    dispute.attempt = dispute.attempt or attempt
    dispute.problem = NOT_OURS if dispute.attempt is None else ""
    dispute.save(update_fields=[*facts, "attempt", "problem"])
    if new:
        logger.warning("dispute %s of payment %s was opened", dispute.pk, dispute.attempt_id)
    if dispute.attempt is None:
        return new, False
    if dispute.status == DisputeStatus.LOST:
        return new, post_lost(dispute)
    if dispute.status == DisputeStatus.WON:
        return new, give_back_won(dispute)
    return new, False
