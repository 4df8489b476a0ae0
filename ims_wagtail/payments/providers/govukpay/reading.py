"""What GOV.UK Pay says of payments, refunds and disputes, in the words of the contract.

Every function raises ``KeyError``, ``TypeError`` or ``ValueError`` for what can't be read, if ids,
states or money depend on it. A date that can't be read is left out: it holds up no payment.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from ims_wagtail.money import ZERO, from_pence

from ..contract import DisputeObservation, Observation, ProviderState, RefundObservation
from .states import dispute_state, payment_state, refund_status


logger = logging.getLogger(__name__)

#: It takes no other.
CURRENCY = "GBP"

Moment = TypeVar("Moment", date, datetime)


def payment(said: Mapping[str, Any], *, paid_at: datetime | None = None) -> Observation:
    """Read a payment, from itself or from a search. ``paid_at`` stands in its events."""
    state, raw_state = payment_state(said["state"])
    surcharge = pence(said.get("corporate_card_surcharge") or 0)
    # With a surcharge there is a total as well: what was really taken counts.
    total = said.get("total_amount")
    card = said.get("card_details") or {}
    settlement = said.get("settlement_summary") or {}
    refunds = said.get("refund_summary") or {}
    block = "" if refunds.get("status") == "available" else str(refunds.get("status") or "")
    return Observation(
        provider_id=text(said["payment_id"]),
        reference=text(said["reference"]),
        state=state,
        raw_state=raw_state,
        amount=pence(said["amount"]) if total is None else pence(total) - surcharge,
        currency=CURRENCY,
        next_url=_next_url(said) if state == ProviderState.OPEN else "",
        captured=bool(settlement.get("captured_date")),
        paid_at=paid_at or _instant(settlement.get("capture_submit_time")),
        card_brand=str(card.get("card_brand") or ""),
        card_last_four=str(card.get("last_digits_card_number") or "")[-4:],
        surcharge=surcharge,
        fee=_pence_or_none(said.get("fee")),
        captured_on=_day(settlement.get("captured_date")),
        settled_on=_day(settlement.get("settled_date")),
        refundable=ZERO if block else _pence_or_none(refunds.get("amount_available")),
        refund_block=block,
        metadata=_metadata(said.get("metadata")),
    )


def refund(said: Mapping[str, Any], *, payment_id: str = "") -> RefundObservation:
    """Read a refund. GOV.UK Pay keeps no reference of ours with it."""
    return RefundObservation(
        refund_id=text(said["refund_id"]),
        provider_id=text(said.get("payment_id") or payment_id),
        amount=pence(said["amount"]),
        status=refund_status(text(said["status"])),
        raw_state=text(said["status"]),
        created_at=_instant(said.get("created_date")),
        settled_on=_day((said.get("settlement_summary") or {}).get("settled_date")),
    )


def dispute(said: Mapping[str, Any]) -> DisputeObservation:
    """Read a dispute. Its net amount, which is negative, only repeats amount and fee."""
    opened_at = _instant(said["created_date"])
    if opened_at is None:
        raise ValueError("a dispute without a date")
    return DisputeObservation(
        dispute_id=text(said["dispute_id"]),
        provider_id=text(said["payment_id"]),
        amount=pence(said["amount"]),
        status=dispute_state(text(said["status"])),
        reason=str(said.get("reason") or ""),
        opened_at=opened_at,
        fee=_pence_or_none(said.get("fee")),
        evidence_due_at=_instant(said.get("evidence_due_date")),
        settled_on=_day((said.get("settlement_summary") or {}).get("settled_date")),
    )


def moment_of_success(events: Iterable[Mapping[str, Any]]) -> datetime | None:
    """Return when a payment was paid, from its events."""
    for event in events:
        if event["state"]["status"] == "success":
            return _instant(event["updated"])
    return None


def next_url(said: Mapping[str, Any]) -> str:
    """Return where the payer goes on. It works once. Raises ``ValueError`` without one."""
    found = _next_url(said)
    if not found:
        raise ValueError("no next_url")
    return found


def pence(value: object) -> Decimal:
    """Return pounds from whole pence; anything else than an integer is not an amount."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("an amount that is no number of pence")
    return from_pence(value)


def text(value: object) -> str:
    """Return a text that has to be there."""
    if not isinstance(value, str) or not value:
        raise TypeError("no text where there must be one")
    return value


def _next_url(said: Mapping[str, Any]) -> str:
    link = ((said.get("_links") or {}).get("next_url") or {}).get("href") or ""
    # The payer is sent there: no other kind of address is one to be sent to.
    return link if str(link).startswith(("https://", "http://")) else ""


def _metadata(said: object) -> dict[str, str]:
    """Return what we sent along. It only helps people: unreadable, it must hold up no payment."""
    if not isinstance(said, dict):
        return {}
    return {str(key): str(value) for key, value in said.items()}


def _pence_or_none(value: object) -> Decimal | None:
    return None if value is None else pence(value)


def _instant(value: object) -> datetime | None:
    """Return a time with its zone; one without is not a time that can be relied upon."""
    return _moment(datetime.fromisoformat, value, lambda found: found.tzinfo is not None)


def _day(value: object) -> date | None:
    return _moment(date.fromisoformat, value, lambda found: True)


def _moment(
    parse: Callable[[str], Moment], value: object, is_good: Callable[[Moment], bool]
) -> Moment | None:
    if not value:
        return None
    try:
        found = parse(text(value))
        if is_good(found):
            return found
    except (TypeError, ValueError):
        pass
    logger.error("GOV.UK Pay gave a date that can't be read: %.40s", value)
    return None
