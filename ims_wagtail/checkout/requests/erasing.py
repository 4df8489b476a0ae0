"""Forgetting who was asked to pay, once the link has been over for a while."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from ims_wagtail.notifications.models import Message

from .emails import REMINDER, REQUEST
from .models import RequestRecipient


#: Long enough for a question about a bill that was paid on the last day.
KEEP_DAYS = 90


@transaction.atomic
def erase_recipients() -> int:
    """Erase name, address and message of requests that ended ``KEEP_DAYS`` ago; return how many.

    The addresses in the outbox go with them. What was asked for, and what was paid, stays.
    """
    over = RequestRecipient.objects.filter(
        request__expires_at__lt=timezone.now() - timedelta(days=KEEP_DAYS)
    )
    requests = list(over.values_list("pk", flat=True))
    Message.objects.filter(
        kind__in=(REQUEST, REMINDER), parameters__request_id__in=requests
    ).update(recipient="")
    RequestRecipient.objects.filter(pk__in=requests).delete()
    return len(requests)
