"""What the decision about a refund of many payments means for each of them."""

from django.utils import timezone

from ims_wagtail.ledger.models import Hold
from ims_wagtail.payments.enums import BatchState, RefundState
from ims_wagtail.payments.models import Refund, RefundBatch


def approve_batch(batch: RefundBatch) -> None:
    """Let every refund of a batch go ahead: the schedule sends them, and the task sooner."""
    waiting = batch.refunds.filter(state=RefundState.REQUESTED)
    waiting.update(state=RefundState.APPROVED, next_check_at=timezone.now())
    batch.state = BatchState.APPROVED
    batch.save(update_fields=["state"])


def close_batch(batch: RefundBatch, state: RefundState) -> None:
    """Give every refund of a batch up that has not been approved; the money is free again."""
    waiting = list(batch.refunds.filter(state=RefundState.REQUESTED).values_list("pk", flat=True))
    Refund.objects.filter(pk__in=waiting).update(state=state, finished_at=timezone.now())
    Hold.objects.filter(source__in=[f"refund:{pk}" for pk in waiting]).delete()
    batch.state = BatchState.CLOSED
    batch.save(update_fields=["state"])
