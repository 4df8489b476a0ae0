"""Sending a payer to the provider: one unfinished attempt an order, stored before it is made."""

import logging
import secrets
import time
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import gateway
from .asking import create_request
from .availability import close, closed_because
from .cancelling import cancel_payment
from .enums import UNFINISHED_STATES, AttemptState, Channel, EventSource, OrderState
from .exceptions import (
    AccountClosed,
    AlreadyPaid,
    AmountNotAccepted,
    LinkClosed,
    OrderReplaced,
    PaymentUnknown,
    ProviderUnavailable,
)
from .links import is_taken_back, link_of
from .models import Attempt, Order, OrderLine, ProviderEvent
from .providers.contract import Can, CreateRequest, ProviderError, Refused
from .schedule import AGES
from .selectors import hash_token, replaces, with_basket_lines
from .settling import differences, look, settle


logger = logging.getLogger(__name__)

_ROUNDS = 3
#: How long a second click waits for the first one's payment to be created, in seconds.
WAIT = 8.0
_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class PaymentStart:
    """Where to send the payer now. The address may work only once: it is never stored."""

    attempt: Attempt
    next_url: str


def start_payment(*, order: Order) -> PaymentStart:
    """Create a payment at the provider for an order, or resume the one that is unfinished.

    Must not be called inside a transaction. Raises ``AlreadyPaid``; ``PaymentUnknown`` when money
    may have been taken or be taken yet; ``ProviderUnavailable`` when certainly nothing was, among
    it ``AccountClosed``, ``AmountNotAccepted``, ``OrderReplaced`` and ``LinkClosed``.
    """
    for _round in range(_ROUNDS):
        attempt, request = _attempt_to_use(order)
        if request:
            return _create(attempt, request)
        started = _resume(attempt)
        if started:
            return started
    raise PaymentUnknown(order.reference)


def _attempt_to_use(order: Order) -> tuple[Attempt, CreateRequest | None]:
    """Return the unfinished attempt, or a new one that is committed, with what to ask for it."""
    with transaction.atomic():
        # Newer orders of the basket are locked with it: a payer must not hold two payable orders
        # for one thing.
        lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by("number")
        current, *newer = (
            with_basket_lines(Order.objects.select_for_update(of=("self",)))
            .select_related("contact", "account", "link", "site")
            .annotate(
                descriptions=ArraySubquery(lines.values("description")),
                fund_codes=ArraySubquery(lines.values("fund__code")),
                payment_types=ArraySubquery(lines.values("payment_type__slug")),
            )
            .filter(basket_token=order.basket_token, pk__gte=order.pk)
            .order_by("pk")
        )
        if current.state == OrderState.PAID:
            raise AlreadyPaid(current.reference)
        if current.state != OrderState.UNPAID or any(replaces(other, current) for other in newer):
            raise OrderReplaced(current.reference)
        link = link_of(current)
        if link and link.is_cancelled:
            raise LinkClosed(current.reference)
        attempts = list(Attempt.objects.filter(order=current).select_related("account", "order"))
        for attempt in attempts:
            if attempt.state in UNFINISHED_STATES:
                return attempt, None
            if attempt.state == AttemptState.MISMATCH:
                raise PaymentUnknown(current.reference)
        if link and link.is_closed:
            raise LinkClosed(current.reference)
        _check_account(current)
        token = secrets.token_urlsafe(32)
        now = timezone.now()
        number = max((attempt.number for attempt in attempts), default=0) + 1
        attempt = Attempt.objects.create(
            order=current,
            number=number,
            reference=f"{current.reference}-{number}",
            account=current.account,
            token_hash=hash_token(token),
            amount=current.total,
            created_at=now,
            next_check_at=now + AGES[0],
        )
        request = create_request(attempt=attempt, token=token)
    return attempt, request


def _check_account(order: Any) -> None:
    account = order.account
    why = closed_because(account)
    if not why and order.channel == Channel.TELEPHONE and not gateway.can(account, Can.TELEPHONE):
        why = _("Its provider can’t take payments by telephone")
    if why:
        logger.error("order %s: merchant account %s: %s", order.reference, account.code, why)
        raise AccountClosed(account.code)
    if not account.minimum_amount <= order.total <= account.maximum_amount:
        raise AmountNotAccepted(
            total=order.total,
            minimum=account.minimum_amount,
            maximum=account.maximum_amount,
            descriptions=order.descriptions,
        )


def _create(attempt: Attempt, request: CreateRequest) -> PaymentStart:
    try:
        created = gateway.create(account=attempt.account, request=request)
    except Refused as error:
        _creation_failed(attempt, AttemptState.ERROR, error.code)
        if error.account_fault:
            close(account=attempt.account, why=error.code)
            raise AccountClosed(attempt.account.code) from error
        raise ProviderUnavailable(error.code) from error
    except ProviderError as error:
        _creation_failed(attempt, AttemptState.UNKNOWN, type(error).__name__)
        raise PaymentUnknown(attempt.reference) from error
    stored = Attempt.objects.filter(
        pk=attempt.pk, state=AttemptState.CREATING, provider_id=""
    ).update(state=AttemptState.OPEN, provider_id=created.provider_id)
    if not stored:
        # It took so long that the schedule has looked after it meanwhile.
        attempt = settle(attempt_id=attempt.pk, source=EventSource.CREATE)
        if attempt.state != AttemptState.OPEN:
            raise PaymentUnknown(attempt.reference)
    attempt.state = AttemptState.OPEN
    attempt.provider_id = created.provider_id
    if link_of(attempt.order) and is_taken_back(attempt.order):
        # Cancelled while it was on its way: whoever did that knew of no payment to cancel. Read
        # after the PSP reference was committed, so that one of the two always sees the other.
        cancel_payment(attempt=attempt)
        raise LinkClosed(attempt.reference)
    return PaymentStart(attempt=attempt, next_url=created.next_url)


def _creation_failed(attempt: Attempt, state: AttemptState, code: str) -> None:
    now = timezone.now()
    changes: dict[str, object] = {"state": state}
    if state == AttemptState.ERROR:
        problem = f"The provider refused to create it: {code}"[:200]
        changes |= {"finished_at": now, "next_check_at": None, "problem": problem}
        logger.error("merchant account %s refused a payment: %s", attempt.account.code, code)
    with transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk, state=AttemptState.CREATING).update(**changes)
        ProviderEvent.objects.create(
            account=attempt.account,
            attempt=attempt,
            source=EventSource.CREATE,
            raw_state=code[:60],
            handled_at=now,
        )


def _resume(attempt: Attempt) -> PaymentStart | None:
    """Return where an unfinished payment goes on, or ``None`` when another is to be made."""
    _wait_for_creation(attempt)
    attempt, seen = look(attempt_id=attempt.pk, source=EventSource.CREATE)
    if attempt.order.state == OrderState.PAID:
        raise AlreadyPaid(attempt.reference)
    if attempt.state == AttemptState.OPEN and seen and seen.next_url:
        if not differences(attempt=attempt, seen=seen):
            return PaymentStart(attempt=attempt, next_url=seen.next_url)
        logger.error("attempt %s: the provider holds another payment for it", attempt.pk)
        attempt = cancel_payment(attempt=attempt)
    if attempt.state in (*UNFINISHED_STATES, AttemptState.MISMATCH):
        raise PaymentUnknown(attempt.reference)
    return None


def _wait_for_creation(attempt: Attempt) -> None:
    """Wait while another request, such as the first of two clicks, creates the payment."""
    give_up = min(time.monotonic() + WAIT, time.monotonic() + _seconds_left(attempt))
    while attempt.state == AttemptState.CREATING and time.monotonic() < give_up:
        time.sleep(_PAUSE)
        attempt.refresh_from_db(fields=["state"])


def _seconds_left(attempt: Attempt) -> float:
    return WAIT - (timezone.now() - attempt.created_at).total_seconds()
