"""Refunds that need a person: nobody knows their outcome, or they came to nothing."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from ims_wagtail.access import audit
from ims_wagtail.payments.enums import REFUND_IN_FLIGHT, RefundState
from ims_wagtail.payments.models import Refund

from .requesting import fund_ids_of


def refunds_needing_attention() -> QuerySet[Refund]:
    """Return the refunds that a person has to look at, the oldest first."""
    return Refund.objects.filter(~Q(problem="") | Q(state=RefundState.UNKNOWN)).order_by(
        "requested_at", "pk"
    )


@transaction.atomic
def deal_with(*, refund_id: int, by: Any) -> bool:
    """Put a refund aside that is over; what was wrong is kept in the audit log."""
    refund = Refund.objects.select_for_update(of=("self",)).get(pk=refund_id)
    if not refund.problem or refund.state in REFUND_IN_FLIGHT:
        return False
    funds = fund_ids_of(refund)
    audit.record(
        user=by,
        action="deal with refund",
        obj=refund,
        fund=funds[0] if len(funds) == 1 else None,
        before={"problem": refund.problem},
        after={"problem": ""},
    )
    refund.problem = ""
    refund.save(update_fields=["problem"])
    return True
