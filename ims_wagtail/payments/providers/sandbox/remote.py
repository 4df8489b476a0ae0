"""The pretend provider's side of the wire: its own tables, each change committed by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from .cards import ANSWER_LOST, NEVER_ARRIVED, REFUSED, Card
from .models import SandboxPayment
from .states import TAKEN, State


#: A payer has so long to use a card.
LIFETIME = timedelta(minutes=90)


class Denied(Exception):
    """The pretend provider says no; its code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NoAnswer(Exception):
    """The pretend provider did not answer in time."""


@dataclass(frozen=True, slots=True)
class NewPayment:
    """The body of a request to create a payment."""

    reference: str
    amount: Decimal
    description: str
    return_url: str
    webhook_url: str
    language: str
    telephone: bool = False
    delayed_capture: bool = False


def create(*, api_key: str, payment: NewPayment) -> SandboxPayment:
    """Create a payment. Raises ``Denied`` or ``NoAnswer``, also after having created it."""
    check_key(api_key)
    if payment.amount == REFUSED:
        raise Denied("sandbox_refused")
    if payment.amount == NEVER_ARRIVED:
        raise NoAnswer
    created = SandboxPayment.objects.create(
        reference=payment.reference,
        amount=payment.amount,
        description=payment.description,
        return_url=payment.return_url,
        webhook_url=payment.webhook_url,
        language=payment.language,
        telephone=payment.telephone,
        delayed_capture=payment.delayed_capture,
        created_at=timezone.now(),
    )
    if payment.amount == ANSWER_LOST:
        raise NoAnswer
    return created


def get(*, api_key: str, payment_id: str) -> SandboxPayment | None:
    """Return a payment as it now is. Raises ``Denied`` or ``NoAnswer``."""
    check_key(api_key)
    try:
        found = SandboxPayment.objects.filter(pk=UUID(payment_id)).first()
    except ValueError:
        return None
    return _answer(found)


def search(*, api_key: str, reference: str) -> SandboxPayment | None:
    """Return the first payment with a reference. Raises ``Denied`` or ``NoAnswer``."""
    check_key(api_key)
    return _answer(
        SandboxPayment.objects.filter(reference=reference).order_by("created_at").first()
    )


def cancel(*, api_key: str, payment_id: str) -> bool:
    """Cancel a payment that waits for its payer, or is only reserved; return whether in time."""
    check_key(api_key)
    return any(
        _move(SandboxPayment(pk=UUID(payment_id), state=state), State.WITHDRAWN, timezone.now())
        for state in (State.CREATED, State.CAPTURABLE)
    )


def capture(*, api_key: str, payment_id: str) -> bool:
    """Take money that is reserved; return whether it was."""
    check_key(api_key)
    return _move(
        SandboxPayment(pk=UUID(payment_id), state=State.CAPTURABLE),
        State.CAPTURED,
        timezone.now(),
    )


def use_card(*, payment: SandboxPayment, card: Card) -> bool:
    """Let the payer use a card; return whether the payment was still waiting for one."""
    now = timezone.now()
    state = _reached(payment, card.state)
    changes: dict[str, object] = {
        "state": state,
        "card_brand": card.brand,
        "card_last_four": card.number[-4:],
        "taken": payment.amount + card.takes_more,
        "paid_at": now if state in TAKEN else None,
        "refunds_closed": card.refunds_closed,
    }
    if card.then and state != State.CAPTURABLE:
        changes |= {
            "next_state": card.then,
            "next_state_at": now + timedelta(seconds=card.after),
        }
    return bool(
        SandboxPayment.objects.filter(
            pk=payment.pk, state=State.CREATED, created_at__gt=now - LIFETIME
        ).update(**changes)
    )


def give_up(*, payment: SandboxPayment) -> bool:
    """Let the payer cancel; return whether the payment was still waiting."""
    return _move(payment, State.CANCELLED, timezone.now())


def catch_up(payment: SandboxPayment) -> SandboxPayment:
    """Bring a payment to where the clock says it is."""
    now = timezone.now()
    if payment.state == State.CREATED and now - payment.created_at >= LIFETIME:
        if _move(payment, State.EXPIRED, now):
            payment.state = State.EXPIRED
    elif payment.next_state and payment.next_state_at and payment.next_state_at <= now:
        state = _reached(payment, State(payment.next_state))
        if _move(payment, state, payment.next_state_at):
            payment.refresh_from_db()
    return payment


def _reached(payment: SandboxPayment, state: State) -> State:
    """Only reserve what was to be reserved first."""
    return State.CAPTURABLE if payment.delayed_capture and state in TAKEN else state


def _move(payment: SandboxPayment, state: State, at: datetime) -> bool:
    changes: dict[str, object] = {"state": state, "next_state": "", "next_state_at": None}
    if state in TAKEN:
        changes["paid_at"] = at
    return bool(SandboxPayment.objects.filter(pk=payment.pk, state=payment.state).update(**changes))


def _answer(payment: SandboxPayment | None) -> SandboxPayment | None:
    if payment is None:
        return None
    payment = catch_up(payment)
    if payment.state == State.SLOW:
        raise NoAnswer
    return payment


def check_key(api_key: str) -> None:
    """Let nobody in without a key. Raises ``Denied``."""
    if not api_key:
        raise Denied("sandbox_no_key")
