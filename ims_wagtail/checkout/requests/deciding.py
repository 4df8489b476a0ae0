"""What staff decide about a request: somebody else approves it; it is withdrawn."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from ims_wagtail.access import audit

from .models import RequestRecipient, RequestToPay
from .sending import lock, queue_request


class NotDecidable(Exception):
    """It was decided before, or this person may not decide it."""


@transaction.atomic
def approve(*, request: RequestToPay, by: Any) -> None:
    """Approve somebody else's request; its link goes out where there is an address.

    Raises ``NotDecidable`` for one's own, and for one that does not wait.
    """
    locked = lock(request)
    if not locked.is_waiting or locked.withdrawn_at or locked.is_expired:
        raise NotDecidable(str(locked))
    if locked.made_by_id == by.pk:
        raise NotDecidable(f"{locked} is their own")
    locked.approved_by, locked.approved_at = by, timezone.now()
    recipient = RequestRecipient.objects.filter(request=locked).exclude(email="").first()
    if recipient is not None:
        locked.sendings, locked.sent_at = 1, timezone.now()
    locked.save(update_fields=["approved_by", "approved_at", "sendings", "sent_at"])
    if recipient is not None:
        queue_request(request=locked, recipient=recipient)
    _record(locked, by, "approve")


@transaction.atomic
def withdraw(*, request: RequestToPay, by: Any) -> None:
    """Take a link back for good; a payment that is begun by it goes on. Raises ``NotDecidable``."""
    locked = lock(request)
    if locked.withdrawn_at is not None:
        raise NotDecidable(str(locked))
    locked.withdrawn_at, locked.withdrawn_by = timezone.now(), by
    locked.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _record(locked, by, "withdraw")


def _record(request: RequestToPay, by: Any, action: str) -> None:
    audit.record(user=by, action=action, obj=request, fund=request.fund_id)
