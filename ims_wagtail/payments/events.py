"""Webhook messages: stored first, acted on afterwards, tried again until they find a payment."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from .enums import UNFINISHED_STATES, EventSource
from .models import Attempt, MerchantAccount, ProviderEvent
from .pausing import must_wait, of_paused_accounts
from .providers.contract import WebhookMessage
from .settling import look


#: How long an unmatched message is tried again: far longer than a create may be under way.
RETRY = timedelta(days=3)


def store(*, account: MerchantAccount, message: WebhookMessage) -> ProviderEvent | None:
    """Keep a message; returns ``None`` when the same one came before."""
    try:
        with transaction.atomic():
            return ProviderEvent.objects.create(
                account=account,
                source=EventSource.WEBHOOK,
                message_id=message.message_id,
                provider_id=message.provider_id,
                raw_state=message.event[:60],
                detail={"reference": message.reference, "secret": message.secret_number},
            )
    except IntegrityError:
        return None


def handle(*, event_id: int) -> bool:
    """Settle the payment a message is about; return whether the message is done with.

    What the message says is never believed: it only says where to look. A message about a payment
    that is not ours is kept for people to see, and never becomes income.
    """
    event = ProviderEvent.objects.select_related("account").get(pk=event_id)
    if must_wait(event.account):
        return False
    attempt = (
        Attempt.objects.filter(
            Q(provider_id=event.provider_id)
            | Q(provider_id="", reference=event.detail.get("reference", "")),
            account_id=event.account_id,
        )
        .order_by("-provider_id")
        .first()
    )
    if attempt is None:
        return False
    settled, seen = look(attempt_id=attempt.pk, source=EventSource.WEBHOOK)
    if seen is None and settled.state in UNFINISHED_STATES:
        return False
    ProviderEvent.objects.filter(pk=event.pk).update(attempt=attempt, handled_at=timezone.now())
    return True


def handle_waiting(*, limit: int = 200) -> int:
    """Handle messages that were left over or whose payment has turned up; return how many."""
    attempts = Attempt.objects.filter(account=OuterRef("account"))
    waiting = ProviderEvent.objects.filter(
        ~of_paused_accounts(),
        Exists(attempts.filter(provider_id=OuterRef("provider_id")))
        | Exists(
            attempts.filter(
                provider_id="", reference=KeyTextTransform("reference", OuterRef("detail"))
            )
        ),
        source=EventSource.WEBHOOK,
        handled_at__isnull=True,
        received_at__gte=timezone.now() - RETRY,
    )
    return sum(
        handle(event_id=pk)
        for pk in waiting.order_by("received_at").values_list("pk", flat=True)[:limit]
    )
