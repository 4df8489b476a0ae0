"""Every state in which GOV.UK Pay may report a payment, refund or dispute, and what we call it."""

import logging
from collections.abc import Mapping
from typing import Any

from ..contract import DisputeState, ProviderState, RefundStatus, Unreachable


logger = logging.getLogger(__name__)

#: Status and code of a payment. Only a failure needs its code to be understood.
PAYMENT: Mapping[tuple[str, str], ProviderState] = {
    ("created", ""): ProviderState.OPEN,
    ("started", ""): ProviderState.OPEN,
    ("submitted", ""): ProviderState.SUBMITTED,
    ("capturable", ""): ProviderState.CAPTURABLE,
    ("success", ""): ProviderState.PAID,
    ("failed", "P0010"): ProviderState.DECLINED,
    ("failed", "P0020"): ProviderState.EXPIRED,
    ("failed", "P0030"): ProviderState.CANCELLED_BY_PAYER,
    ("cancelled", ""): ProviderState.CANCELLED_BY_US,
    ("error", ""): ProviderState.ERROR,
}

REFUND: Mapping[str, RefundStatus] = {
    "submitted": RefundStatus.SUBMITTED,
    "success": RefundStatus.SUCCEEDED,
    "error": RefundStatus.FAILED,
}

DISPUTE: Mapping[str, DisputeState] = {
    "needs_response": DisputeState.NEEDS_RESPONSE,
    "under_review": DisputeState.UNDER_REVIEW,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
}


def payment_state(said: Mapping[str, Any]) -> tuple[ProviderState, str]:
    """Return what a payment's ``state`` means, and its own words for it.

    Raises ``Unreachable`` for one that GOV.UK Pay had not when this was written: nothing is learnt
    from it, and the payment stays as it was until a person looks.
    """
    status, code = str(said["status"]).lower(), str(said.get("code") or "")
    found = PAYMENT.get((status, code)) or PAYMENT.get((status, ""))
    if found is None:
        logger.error("GOV.UK Pay has a new state of payments: %.20s %.10s", status, code)
        raise Unreachable("unknown state")
    return found, f"{status} {code}".strip()


def refund_status(said: str) -> RefundStatus:
    """Return what a refund's status means. Raises ``Unreachable`` for a new one."""
    found = REFUND.get(said.lower())
    if found is None:
        logger.error("GOV.UK Pay has a new state of refunds: %.20s", said)
        raise Unreachable("unknown state")
    return found


def dispute_state(said: str) -> DisputeState:
    """Return what a dispute's status means. Raises ``Unreachable`` for a new one."""
    found = DISPUTE.get(said.lower())
    if found is None:
        logger.error("GOV.UK Pay has a new state of disputes: %.20s", said)
        raise Unreachable("unknown state")
    return found
