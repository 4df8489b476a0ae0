"""Holding the money of many payments that are to be refunded, then asking for approval once."""

import logging
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from ims_wagtail.approvals.exceptions import ApprovalError
from ims_wagtail.approvals.services import ask
from ims_wagtail.ledger.models import Posting
from ims_wagtail.money import ZERO
from ims_wagtail.payments.enums import BatchState, RefundRoute, RefundState
from ims_wagtail.payments.models import Refund, RefundBatch

from .batch_states import close_batch
from .deciding import KIND, batch_subject_of
from .exceptions import RefundRefused
from .requesting import RefundWish, reserve


logger = logging.getLogger(__name__)


def prepare_batch(*, batch_id: int) -> None:
    """Hold the money of a batch, payment by payment, then ask for its approval.

    Safe to run twice at once and to be killed: each payment is a transaction of its own, which
    moves the batch on.
    """
    while _prepare_next(batch_id):
        pass


def prepare_open_batches() -> int:
    """Go on with batches whose worker was stopped; return how many there were."""
    open_ = list(
        RefundBatch.objects.filter(state=BatchState.PREPARING).values_list("pk", flat=True)
    )
    for batch_id in open_:
        prepare_batch(batch_id=batch_id)
    return len(open_)


@transaction.atomic
def _prepare_next(batch_id: int) -> bool:
    """Prepare one payment of a batch; return whether there may be more to do."""
    batch = RefundBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    if batch.state != BatchState.PREPARING:
        return False
    if batch.position >= len(batch.wanted):
        _ask(batch)
        return False
    posting_id, amounts = batch.wanted[batch.position]
    posting = Posting.objects.get(pk=posting_id)
    wish = RefundWish(
        posting=posting,
        route=RefundRoute.CARD,
        amounts={int(pk): Decimal(amount) for pk, amount in amounts.items()},
        reason=batch.reason,
    )
    try:
        with transaction.atomic():
            refund = reserve(wish=wish, by=batch.requested_by, seen=None)
            Refund.objects.filter(pk=refund.pk).update(batch=batch)
    except RefundRefused as refused:
        receipt = posting.lines.values_list("receipt_number", flat=True).first()
        batch.left_out = [*batch.left_out, [receipt, str(refused)]]
    batch.position += 1
    batch.save(update_fields=["position", "left_out"])
    return True


def _ask(batch: RefundBatch) -> None:
    amounts = list(batch.refunds.values_list("amount", flat=True))
    batch.state = BatchState.WAITING if amounts else BatchState.CLOSED
    batch.save(update_fields=["state"])
    if not amounts:
        return
    try:
        with transaction.atomic():
            ask(
                kind=KIND,
                subject=batch_subject_of(batch),
                title=_("%(count)d refunds of “%(what)s”")
                % {"count": len(amounts), "what": batch.what},
                amount=sum(amounts, ZERO),
                fund_ids=[batch.fund_id],
                reason=batch.reason,
                by=batch.requested_by,
            )
    except ApprovalError as error:
        logger.error("refund batch %s: %s", batch.pk, error)
        close_batch(batch, RefundState.REJECTED)
