"""What Stripe says of payments, refunds and disputes, in the contract's words.

A payment is a Checkout Session. Its Payment Intent exists once the payer has typed a card, and the
latest charge of that says what was taken.

A session's id is longer than any other provider's. What it begins with says only whether money is
real, as the key does, so our PSP reference is the rest of it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from ims_wagtail.clock import accounting_date
from ims_wagtail.money import from_pence

from ..contract import (
    DisputeObservation,
    DisputeState,
    Observation,
    ProviderState,
    RefundObservation,
    RefundStatus,
)


#: Where our reference stands, on the session and its Payment Intent, and that of a refund.
REFERENCE = "reference"
REFUND_REFERENCE = "refund_reference"
#: How the ids of sessions begin where money is real, and where not.
LIVE, TEST = "cs_live_", "cs_test_"
#: Set before a session is ended, for Stripe itself has one word for ended and run out.
CANCELLED = "cancelled_by_council"

INTENT_STATES = {
    "succeeded": ProviderState.PAID,
    "requires_capture": ProviderState.CAPTURABLE,
    "processing": ProviderState.SUBMITTED,
    "canceled": ProviderState.CANCELLED_BY_US,
}
#: Reserved money that nobody took in time goes back by itself.
RUN_OUT = "automatic"

REFUND_STATES = {
    "pending": RefundStatus.SUBMITTED,
    "requires_action": RefundStatus.SUBMITTED,
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}

DISPUTE_STATES = {
    "warning_needs_response": DisputeState.NEEDS_RESPONSE,
    "needs_response": DisputeState.NEEDS_RESPONSE,
    "warning_under_review": DisputeState.UNDER_REVIEW,
    "under_review": DisputeState.UNDER_REVIEW,
    "warning_closed": DisputeState.WON,
    "prevented": DisputeState.WON,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
}


def psp_reference(session_id: str) -> str:
    """Return our PSP reference of a session."""
    return session_id.removeprefix(LIVE).removeprefix(TEST)


def observe(session: Mapping[str, Any]) -> Observation:
    """Return what a session says, read with its intent, charge and balance transaction."""
    intent = session["payment_intent"] or {}
    charge = intent.get("latest_charge") or {}
    state = _state(session, intent)
    captured = state == ProviderState.PAID and bool(charge.get("captured"))
    card = (charge.get("payment_method_details") or {}).get("card") or {}
    balance = charge.get("balance_transaction") or {}
    left = charge["amount_captured"] - charge["amount_refunded"] if captured else None
    paid_at = _time(charge["created"]) if charge and charge.get("paid") else None
    return Observation(
        provider_id=psp_reference(session["id"]),
        reference=session["client_reference_id"] or "",
        state=state,
        raw_state=intent.get("status") or session["status"],
        amount=from_pence(charge["amount_captured"] if captured else session["amount_total"]),
        currency=session["currency"].upper(),
        next_url=session["url"] or "" if state == ProviderState.OPEN else "",
        captured=captured,
        paid_at=paid_at,
        card_brand=(card.get("brand") or "").replace("_", " ").title(),
        card_last_four=card.get("last4") or "",
        fee=from_pence(balance["fee"]) if "fee" in balance else None,
        captured_on=accounting_date(paid_at) if captured else None,
        refundable=None if left is None else from_pence(left),
        refund_block="full" if left == 0 else "",
        metadata=dict(session["metadata"] or {}),
    )


def observe_refund(refund: Mapping[str, Any], *, provider_id: str) -> RefundObservation:
    """Return what a refund says."""
    return RefundObservation(
        refund_id=refund["id"],
        provider_id=provider_id,
        amount=from_pence(refund["amount"]),
        status=REFUND_STATES[refund["status"]],
        raw_state=refund["status"],
        created_at=_time(refund["created"]),
        reference=(refund["metadata"] or {}).get(REFUND_REFERENCE, ""),
    )


def observe_dispute(dispute: Mapping[str, Any], *, provider_id: str) -> DisputeObservation:
    """Return what a dispute says; its fee is what its own balance transactions took."""
    fees = sum(entry["fee"] for entry in dispute["balance_transactions"])
    due = (dispute["evidence_details"] or {}).get("due_by")
    return DisputeObservation(
        dispute_id=dispute["id"],
        provider_id=provider_id,
        amount=from_pence(dispute["amount"]),
        status=DISPUTE_STATES[dispute["status"]],
        reason=dispute["reason"],
        opened_at=_time(dispute["created"]),
        fee=from_pence(fees) if fees > 0 else Decimal("0.00"),
        evidence_due_at=_time(due) if due else None,
    )


def _state(session: Mapping[str, Any], intent: Mapping[str, Any]) -> ProviderState:
    if session["status"] == "complete" and intent:
        state = INTENT_STATES.get(intent["status"], ProviderState.SUBMITTED)
        if state == ProviderState.CANCELLED_BY_US and intent["cancellation_reason"] == RUN_OUT:
            return ProviderState.EXPIRED
        return state
    if session["status"] == "expired":
        cancelled = CANCELLED in (session["metadata"] or {})
        return ProviderState.CANCELLED_BY_US if cancelled else ProviderState.EXPIRED
    return ProviderState.OPEN if session["status"] == "open" else ProviderState.SUBMITTED


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
