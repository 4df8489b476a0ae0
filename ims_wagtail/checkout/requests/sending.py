"""Sending requests by e-mail, through the outbox."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from ims_wagtail.access import audit
from ims_wagtail.notifications.services import queue_email

from .emails import REMINDER, REQUEST
from .models import RequestRecipient, RequestToPay
from .selectors import closed_because, to_be_paid


#: How many days before a link expires its payer is reminded, once.
REMIND_DAYS = 3
_NOT_JUST_NOW = timedelta(days=1)


class NotSendable(Exception):
    """It is paid, over, withdrawn or not approved, or there is no address to send it to."""


@transaction.atomic
def send(*, request: RequestToPay, by: Any) -> None:
    """Send a link to its payer, for the first time or again. Raises ``NotSendable``."""
    locked = lock(request)
    recipient = RequestRecipient.objects.filter(request=locked).exclude(email="").first()
    if recipient is None or locked.is_waiting or closed_because(locked):
        raise NotSendable(str(locked))
    locked.sendings += 1
    locked.sent_at = timezone.now()
    locked.save(update_fields=["sendings", "sent_at"])
    queue_request(request=locked, recipient=recipient)
    audit.record(
        user=by,
        action="send",
        obj=locked,
        fund=locked.fund_id,
        after={"sendings": locked.sendings},
    )


def queue_request(*, request: RequestToPay, recipient: RequestRecipient) -> None:
    """Put the e-mail of a request's newest sending into the outbox."""
    queue_email(
        kind=REQUEST,
        source=f"request-to-pay:{request.pk}:{request.sendings}",
        recipient=recipient.email,
        language=request.language,
        parameters={"request_id": request.pk},
    )


def send_reminders(*, limit: int = 500) -> int:
    """Remind everybody whose link was sent and expires in the next days; return how many.

    Each is reminded once, and nobody who wants no reminders, has paid or was sent it just now.
    """
    now = timezone.now()
    soon = to_be_paid(
        RequestToPay.objects.filter(
            reminded_at__isnull=True,
            sent_at__lte=now - _NOT_JUST_NOW,
            expires_at__lte=now + timedelta(days=REMIND_DAYS),
            recipient__no_reminders=False,
        ).exclude(recipient__email="")
    )
    return sum(_remind(pk) for pk in soon.values_list("pk", flat=True)[:limit])


@transaction.atomic
def _remind(pk: int) -> bool:
    request = (
        RequestToPay.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("recipient")
        .filter(pk=pk, reminded_at__isnull=True)
        .first()
    )
    if request is None or closed_because(request):
        return False
    RequestToPay.objects.filter(pk=pk).update(reminded_at=timezone.now())
    queue_email(
        kind=REMINDER,
        source=f"request-to-pay:{pk}:reminder",
        recipient=request.recipient.email,
        language=request.language,
        parameters={"request_id": pk},
    )
    return True


def stop_reminders(request: RequestToPay) -> None:
    """Send no reminders of this request any more."""
    RequestRecipient.objects.filter(request=request).update(no_reminders=True)


def lock(request: RequestToPay) -> RequestToPay:
    """Return a request as it stands now, held until the transaction ends."""
    return (
        RequestToPay.objects.select_for_update(of=("self",))
        .select_related("payment_type")
        .get(pk=request.pk)
    )
