"""Writing down which payments are to be refunded at once."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.access.policy import user_may
from ims_wagtail.payments.models import RefundBatch
from ims_wagtail.payments.tasks import prepare_refund_batch

from .batches import BatchWish, preview
from .exceptions import RefundRefused


@transaction.atomic
def start_batch(*, wish: BatchWish, reason: str, by: Any) -> RefundBatch:
    """Write down what is to be refunded and let a worker hold it. Raises ``RefundRefused``."""
    words = " ".join(reason.split())
    if not words:
        raise RefundRefused(_("Say why the money goes back."))
    if not user_may(by, "ims_payments.request_refund", wish.fund):
        raise RefundRefused(_("You don't have the right to refund in this fund."))
    found = preview(wish)
    if not found.wanted:
        raise RefundRefused(_("There is no payment to refund."))
    batch = RefundBatch.objects.create(
        fund=wish.fund,
        what=wish.what,
        since=wish.since,
        until=wish.until,
        reason=words[:200],
        wanted=[
            [posting_id, {str(pk): str(amount) for pk, amount in amounts.items()}]
            for posting_id, amounts in found.wanted
        ],
        left_out=[list(pair) for pair in found.left_out],
        requested_by=by,
    )
    audit.record(
        user=by,
        action="start refund batch",
        obj=batch,
        fund=wish.fund,
        after={"what": wish.what, "payments": len(found.wanted), "total": found.total},
    )
    prepare_refund_batch.enqueue(batch_id=batch.pk)
    return batch
