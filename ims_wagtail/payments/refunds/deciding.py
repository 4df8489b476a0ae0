"""What follows when a refund is approved or not: the second person's part."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from ims_wagtail.approvals.enums import ApprovalState
from ims_wagtail.approvals.kinds import Kind
from ims_wagtail.approvals.models import Approval
from ims_wagtail.ledger.holds import release
from ims_wagtail.payments.enums import RefundRoute, RefundState
from ims_wagtail.payments.models import Refund, RefundBatch

from .batch_states import approve_batch, close_batch
from .posting import source_of


KIND = "refund"
_BATCH = "refund_batch:"


def subject_of(refund: Refund) -> str:
    """Return the key under which a refund is put before a second person."""
    return f"refund:{refund.pk}"


def batch_subject_of(batch: RefundBatch) -> str:
    """Return the key under which many refunds are put before a second person at once."""
    return f"{_BATCH}{batch.pk}"


def approved(approval: Approval) -> None:
    """Let a refund go ahead: to the card at once, to a bank account with the next file.

    Many at once are sent by the schedule, a few at a time.
    """
    if approval.subject.startswith(_BATCH):
        approve_batch(_locked_batch(approval))
        return
    # Here, because what is done in the background leads back to asking for refunds.
    from ims_wagtail.payments.tasks import send_refund

    refund = _locked(approval)
    refund.state = RefundState.APPROVED
    if refund.route == RefundRoute.CARD:
        refund.next_check_at = timezone.now()
        send_refund.enqueue(refund_id=refund.pk)
    refund.save(update_fields=["state", "next_check_at"])


def closed(approval: Approval) -> None:
    """Give a refund up that was not approved, withdrawn or not decided in time."""
    withdrawn = approval.state == ApprovalState.WITHDRAWN
    state = RefundState.WITHDRAWN if withdrawn else RefundState.REJECTED
    if approval.subject.startswith(_BATCH):
        close_batch(_locked_batch(approval), state)
        return
    refund = _locked(approval)
    refund.state = state
    refund.finished_at = timezone.now()
    refund.save(update_fields=["state", "finished_at"])
    release(source=source_of(refund))


def page_of(approval: Approval) -> str:
    """Return the staff page of the refund, or of many."""
    if approval.subject.startswith(_BATCH):
        return reverse("ims_refund_batches:inspect", args=[_pk(approval)])
    return reverse("ims_refunds:inspect", args=[_pk(approval)])


def _locked(approval: Approval) -> Refund:
    return Refund.objects.select_for_update(of=("self",)).get(pk=_pk(approval))


def _locked_batch(approval: Approval) -> RefundBatch:
    return RefundBatch.objects.select_for_update(of=("self",)).get(pk=_pk(approval))


def _pk(approval: Approval) -> int:
    return int(approval.subject.partition(":")[2])


REFUND_KIND = Kind(
    key=KIND,
    name=gettext_lazy("Refund"),
    ask="ims_payments.request_refund",
    approve="ims_payments.approve_refund",
    on_approved=approved,
    on_closed=closed,
    url=page_of,
)
