"""Reading orders and attempts."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from .enums import UNFINISHED_STATES, AttemptState, EventSource, OrderState
from .models import Attempt, Order, OrderLine, ProviderEvent
from .schedule import FLAG_AFTER


#: How late the schedule may be before it is taken not to run.
_SCHEDULE_LATE = timedelta(minutes=15)


def hash_token(token: str) -> str:
    """Return what is stored of a return token: whoever reads the table can't use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def attempt_by_return_token(token: str) -> Attempt | None:
    """Return the attempt a payer comes back to, with its order, contact and lines (2 queries)."""
    return (
        Attempt.objects.select_related("account", "order__contact")
        .prefetch_related(Prefetch("order__lines", _lines()))
        .filter(token_hash=hash_token(token))
        .first()
    )


def order_by_token(token: UUID) -> Order | None:
    """Return an order with its contact, lines and attempts, newest attempt first (3 queries)."""
    attempts = Attempt.objects.select_related("account").order_by("-number")
    return (
        Order.objects.select_related("contact")
        .prefetch_related(Prefetch("lines", _lines()), Prefetch("attempts", attempts))
        .filter(token=token)
        .first()
    )


def unfinished_attempt(order: Order) -> Attempt | None:
    """Return the order's attempt by which money may still be taken; there is one at most."""
    return (
        Attempt.objects.select_related("account", "order")
        .filter(order=order, state__in=UNFINISHED_STATES)
        .first()
    )


def recently_paid(*, references: Iterable[tuple[int, str]], hours: int) -> set[tuple[int, str]]:
    """Return those of ``(fund id, account reference)`` that were paid online so recently.

    Money that is being confirmed or looked into counts: its payer was told not to pay again.
    """
    wanted = set(references)
    since = timezone.now() - timedelta(hours=hours)
    held = Attempt.objects.filter(
        order=OuterRef("order"),
        state__in=(AttemptState.SUBMITTED, AttemptState.MISMATCH),
        created_at__gte=since,
    )
    paid = OrderLine.objects.filter(
        Q(order__state=OrderState.PAID, order__paid_at__gte=since) | Exists(held),
        account_reference__in={reference for _fund, reference in wanted},
        fund_id__in={fund for fund, _reference in wanted},
    )
    return wanted & set(paid.values_list("fund_id", "account_reference"))


def attempts_needing_attention() -> QuerySet[Attempt]:
    """Return attempts that a person has to look at, newest first.

    Those with a problem, and those unfinished for so long that the schedule would have said so:
    it may be the schedule that doesn't run.
    """
    long_ago = timezone.now() - FLAG_AFTER - _SCHEDULE_LATE
    return (
        Attempt.objects.filter(
            ~Q(problem="") | Q(state__in=UNFINISHED_STATES, created_at__lt=long_ago)
        )
        .select_related("account", "order")
        .order_by("-created_at", "-pk")
    )


def unmatched_messages() -> QuerySet[ProviderEvent]:
    """Return webhook messages about payments that none of our attempts made, newest first."""
    return (
        ProviderEvent.objects.filter(source=EventSource.WEBHOOK, handled_at__isnull=True)
        .select_related("account")
        .order_by("-received_at", "-pk")
    )


def _lines() -> QuerySet[OrderLine]:
    return OrderLine.objects.select_related("fund", "vat_code").order_by("number")
