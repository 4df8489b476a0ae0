"""The refunds' half of the daily comparison, which finds those made in the provider's console."""

from datetime import datetime, timedelta

from ims_wagtail.payments import gateway
from ims_wagtail.payments.enums import DifferenceKind, RefundState
from ims_wagtail.payments.models import MerchantAccount, Refund
from ims_wagtail.payments.providers.contract import RefundObservation, RefundStatus
from ims_wagtail.payments.refunds.external import note_listed
from ims_wagtail.payments.refunds.settling import settle_refund

from .finding import Found
from .sides import Side


#: What our state must be for a refund the provider says is on its way, made or not made.
_AGREES = {
    RefundStatus.SUBMITTED: (RefundState.SUBMITTED,),
    RefundStatus.SUCCEEDED: (RefundState.SUCCEEDED,),
    RefundStatus.FAILED: (RefundState.FAILED, RefundState.RETURNED),
}


def compare_refunds(
    *, account: MerchantAccount, since: datetime, until: datetime, edge: timedelta
) -> tuple[list[Found], Side, Side]:
    """Return what differs about refunds in ``[since, until)``, and both sides' sums of them.

    Must not be called inside a transaction. Raises ``Unreachable``.
    """
    theirs = {
        seen.refund_id: seen
        for seen in gateway.refunds_between(account=account, since=since - edge, until=until + edge)
    }
    note_listed(account=account, seen=list(theirs.values()))
    for refund in _ours(account, theirs).values():
        if not _agree(refund, theirs[refund.provider_id]):
            settle_refund(refund_id=refund.pk)
    ours = _ours(account, theirs)
    found = []
    their_side = Side()
    for seen in theirs.values():
        mine = ours.get(seen.refund_id)
        made = seen.status == RefundStatus.SUCCEEDED
        if mine is None and made:
            found.append(_not_ours(seen))
        elif mine is not None and not _agree(mine, seen):
            found.append(_different(mine, seen))
        if made and (seen.created_at is None or since <= seen.created_at < until):
            their_side += Side(1, seen.amount)
    our_side = Side()
    made_by_us = Refund.objects.filter(
        account=account, state=RefundState.SUCCEEDED, sent_at__gte=since, sent_at__lt=until
    )
    for refund in made_by_us:
        our_side += Side(1, refund.amount)
        if refund.provider_id not in theirs:
            found.append(_not_theirs(refund))
    return found, our_side, their_side


def _ours(account: MerchantAccount, theirs: dict[str, RefundObservation]) -> dict[str, Refund]:
    refunds = Refund.objects.filter(account=account, provider_id__in=theirs)
    return {refund.provider_id: refund for refund in refunds}


def _agree(refund: Refund, seen: RefundObservation) -> bool:
    return refund.state in _AGREES[seen.status] and refund.amount == seen.amount


def _not_ours(seen: RefundObservation) -> Found:
    return Found(
        kind=DifferenceKind.NOT_OURS,
        is_refund=True,
        provider_id=seen.refund_id,
        reference=seen.reference,
        their_amount=seen.amount,
        their_state=seen.raw_state,
    )


def _different(refund: Refund, seen: RefundObservation) -> Found:
    return Found(
        kind=DifferenceKind.DIFFERENT,
        is_refund=True,
        provider_id=seen.refund_id,
        reference=refund.reference,
        attempt_id=refund.attempt_id,
        refund_id=refund.pk,
        their_amount=seen.amount,
        our_amount=refund.amount,
        their_state=seen.raw_state,
        our_state=refund.state,
    )


def _not_theirs(refund: Refund) -> Found:
    return Found(
        kind=DifferenceKind.NOT_THEIRS,
        is_refund=True,
        provider_id=refund.provider_id,
        reference=refund.reference,
        attempt_id=refund.attempt_id,
        refund_id=refund.pk,
        our_amount=refund.amount,
        our_state=refund.state,
    )
