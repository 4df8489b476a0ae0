"""Refunds on the pretend provider's side of the wire, ours and those made in its console."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from ims_wagtail.conf import ims_settings

from .cards import REFUND_BY_AMOUNT, USUAL_REFUND
from .models import SandboxPayment, SandboxRefund
from .remote import Denied, NoAnswer, catch_up, check_key
from .states import TAKEN, RefundWord, State


NOTHING = Decimal("0.00")


def refund(
    *, api_key: str, payment_id: str, amount: Decimal, available: Decimal, reference: str
) -> SandboxRefund:
    """Refund a payment. Raises ``Denied`` or ``NoAnswer``, also after having refunded it."""
    check_key(api_key)
    fault = REFUND_BY_AMOUNT.get(amount, USUAL_REFUND)
    if fault.refused:
        raise Denied("sandbox_refund_refused")
    if not fault.arrives:
        raise NoAnswer
    with transaction.atomic():
        payment = SandboxPayment.objects.select_for_update().filter(pk=UUID(payment_id)).first()
        if payment is None:
            raise Denied("sandbox_no_such_payment")
        left, block = refund_facts(payment)
        if block:
            raise Denied(f"sandbox_refund_{block}")
        if available != left:
            raise Denied("sandbox_available_changed")
        if amount > left:
            raise Denied("sandbox_too_much")
        made = _make(payment=payment, amount=amount, reference=reference)
    if not fault.answers:
        raise NoAnswer
    return made


def refund_in_console(*, payment: SandboxPayment, amount: Decimal) -> SandboxRefund | None:
    """Refund as somebody would who signs in at the provider; ``None`` when so much is not left."""
    with transaction.atomic():
        locked = SandboxPayment.objects.select_for_update().get(pk=payment.pk)
        left, block = refund_facts(locked)
        if block or not 0 < amount <= left:
            return None
        return _make(payment=locked, amount=amount, reference="")


def get_refund(*, api_key: str, refund_id: str) -> SandboxRefund | None:
    """Return a refund as it now is. Raises ``Denied``."""
    check_key(api_key)
    try:
        found = SandboxRefund.objects.filter(pk=UUID(refund_id)).first()
    except ValueError:
        return None
    return _catch_up(found) if found else None


def refunds_of(*, api_key: str, payment_id: str) -> list[SandboxRefund]:
    """Return a payment's refunds, the oldest first. Raises ``Denied``."""
    check_key(api_key)
    found = SandboxRefund.objects.filter(payment=UUID(payment_id)).order_by("created_at", "pk")
    return [_catch_up(made) for made in found]


def refunds_between(*, api_key: str, since: datetime, until: datetime) -> Iterator[SandboxRefund]:
    """Yield the refunds created in a span of time. Raises ``Denied``."""
    check_key(api_key)
    found = SandboxRefund.objects.filter(
        _told_to_accounts_of(api_key, "payment__"), created_at__gte=since, created_at__lt=until
    )
    for made in found.order_by("created_at", "pk"):
        yield _catch_up(made)


def payments_between(*, api_key: str, since: datetime, until: datetime) -> Iterator[SandboxPayment]:
    """Yield the payments created in a span of time. Raises ``Denied``."""
    check_key(api_key)
    found = SandboxPayment.objects.filter(
        _told_to_accounts_of(api_key), created_at__gte=since, created_at__lt=until
    )
    for payment in found.order_by("created_at", "pk"):
        yield catch_up(payment)


def _told_to_accounts_of(api_key: str, prefix: str = "") -> Q:
    """Pick what belongs to a key, as each key of a real provider lists its own account only."""
    picked = Q(pk__in=())
    for code, credential in ims_settings().credentials.items():
        if credential.api_key == api_key:
            picked |= Q(**{f"{prefix}webhook_url__endswith": f"/webhooks/{code}/"})
    return picked


def refund_facts(payment: SandboxPayment) -> tuple[Decimal, str]:
    """Return how much of a payment can be refunded and the word for why nothing can be."""
    if payment.refunds_closed or payment.state not in TAKEN:
        return NOTHING, "unavailable"
    made = payment.refunds.exclude(state=RefundWord.ERROR).aggregate(sum=Sum("amount"))["sum"]
    left = (payment.taken or payment.amount) - (made or NOTHING)
    if payment.state == State.SUCCESS:
        return left, "pending"
    return left, "" if left > 0 else "full"


def _make(*, payment: SandboxPayment, amount: Decimal, reference: str) -> SandboxRefund:
    now = timezone.now()
    fault = REFUND_BY_AMOUNT.get(amount, USUAL_REFUND)
    return SandboxRefund.objects.create(
        payment=payment,
        reference=reference,
        amount=amount,
        state=RefundWord.SUBMITTED,
        next_state=fault.then,
        next_state_at=now + timedelta(seconds=fault.after),
        created_at=now,
    )


def _catch_up(made: SandboxRefund) -> SandboxRefund:
    if made.next_state and made.next_state_at and made.next_state_at <= timezone.now():
        made.state, made.next_state, made.next_state_at = made.next_state, "", None
        made.save(update_fields=["state", "next_state", "next_state_at"])
    return made
