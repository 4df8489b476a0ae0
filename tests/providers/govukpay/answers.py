"""What the stub of GOV.UK Pay says of its records, in the service's own shapes."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from .records import MESSAGES, UNFINISHED, Dispute, Payment, Refund


def instant(at: datetime) -> str:
    """Return a time as the service writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


def state(status: str, code: str, *, finished: bool) -> dict[str, Any]:
    """Return where a payment stands."""
    said: dict[str, Any] = {"status": status, "finished": finished}
    if code:
        said |= {"code": code, "message": MESSAGES[code]}
    return said


def created(payment: Payment, *, url: str) -> dict[str, Any]:
    """Return the answer to the creation of a payment."""
    whole = read(payment, url=url)
    wanted = """_links amount created_date delayed_capture description email language metadata moto
        payment_id payment_provider provider_id reference refund_summary return_url
        settlement_summary state""".split()
    return {name: whole[name] for name in wanted if name in whole}


def read(payment: Payment, *, url: str) -> dict[str, Any]:
    """Return a payment with fresh links: the address of its page is another each time."""
    said = found(payment, url=url)
    here = f"{url}/v1/payments/{payment.payment_id}"
    if payment.status in ("created", "started", "submitted"):
        token = secrets.token_urlsafe(16)
        said["_links"]["next_url"] = {"href": f"{url}/secure/{token}", "method": "GET"}
    if not payment.finished:
        said["_links"]["cancel"] = {"href": f"{here}/cancel", "method": "POST"}
    if payment.status == "capturable":
        said["_links"]["capture"] = {"href": f"{here}/capture", "method": "POST"}
    return said


def found(payment: Payment, *, url: str) -> dict[str, Any]:
    """Return a payment as a search shows it: without the address of its page."""
    here = f"{url}/v1/payments/{payment.payment_id}"
    asked = payment.asked
    said: dict[str, Any] = {
        "payment_id": payment.payment_id,
        "amount": payment.amount,
        "reference": payment.reference,
        "description": asked["description"],
        "return_url": asked["return_url"],
        "email": asked.get("email"),
        "language": asked.get("language", "en"),
        "delayed_capture": asked.get("delayed_capture", False),
        "moto": asked.get("moto", False),
        "authorisation_mode": "web",
        "payment_provider": payment.service.provider,
        "provider_id": f"psp-{payment.payment_id}" if payment.card else None,
        "created_date": instant(payment.created),
        "state": state(payment.status, payment.code, finished=payment.finished),
        "refund_summary": {
            "status": payment.refund_status,
            "amount_available": payment.total - payment.refunded,
            "amount_submitted": payment.refunded,
        },
        "settlement_summary": _settlement(payment),
        "_links": {
            "self": {"href": here, "method": "GET"},
            "events": {"href": f"{here}/events", "method": "GET"},
            "refunds": {"href": f"{here}/refunds", "method": "GET"},
        },
    }
    if "metadata" in asked:
        said["metadata"] = asked["metadata"]
    if payment.card:
        said |= {"card_details": payment.card, "card_brand": payment.card["card_brand"]}
    if payment.surcharge:
        said |= {"corporate_card_surcharge": payment.surcharge, "total_amount": payment.total}
    if payment.fee is not None:
        said |= {"fee": payment.fee, "net_amount": payment.total - payment.fee}
    return said


def _settlement(payment: Payment) -> dict[str, Any]:
    if payment.capture_submitted is None:
        return {}
    captured = payment.captured_on.isoformat() if payment.captured_on else None
    said = {"capture_submit_time": instant(payment.capture_submitted), "captured_date": captured}
    if payment.settled_on:
        said["settled_date"] = payment.settled_on.isoformat()
    return said


def events(payment: Payment, *, url: str) -> dict[str, Any]:
    """Return everything that has happened to a payment."""
    here = {"href": f"{url}/v1/payments/{payment.payment_id}", "method": "GET"}
    return {
        "payment_id": payment.payment_id,
        "_links": {"self": {"href": here["href"] + "/events", "method": "GET"}},
        "events": [
            {
                "payment_id": payment.payment_id,
                "state": state(status, code, finished=status not in UNFINISHED),
                "updated": instant(at),
                "_links": {"payment_url": here},
            }
            for status, code, at in payment.history
        ],
    }


def refund(entry: Refund, *, url: str) -> dict[str, Any]:
    """Return a refund, as itself or as a search shows it."""
    here = f"{url}/v1/payments/{entry.payment.payment_id}"
    said: dict[str, Any] = {
        "refund_id": entry.refund_id,
        "payment_id": entry.payment.payment_id,
        "amount": entry.amount,
        "status": entry.status,
        "created_date": instant(entry.created),
        "settlement_summary": {},
        "_links": {
            "self": {"href": f"{here}/refunds/{entry.refund_id}", "method": "GET"},
            "payment": {"href": here, "method": "GET"},
        },
    }
    if entry.settled_on:
        said["settlement_summary"] = {"settled_date": entry.settled_on.isoformat()}
    return said


def refunds_of(payment: Payment, refunds: Sequence[Refund], *, url: str) -> dict[str, Any]:
    """Return the refunds of one payment."""
    here = f"{url}/v1/payments/{payment.payment_id}"
    return {
        "payment_id": payment.payment_id,
        "_links": {
            "self": {"href": f"{here}/refunds", "method": "GET"},
            "payment": {"href": here, "method": "GET"},
        },
        "_embedded": {"refunds": [refund(entry, url=url) for entry in refunds]},
    }


def dispute(entry: Dispute, *, url: str) -> dict[str, Any]:
    """Return a dispute; its fee is known, and taken with the amount, once it is lost."""
    payment = f"{url}/v1/payments/{entry.payment.payment_id}"
    said: dict[str, Any] = {
        "dispute_id": entry.dispute_id,
        "payment_id": entry.payment.payment_id,
        "amount": entry.amount,
        "reason": entry.reason,
        "status": entry.status,
        "created_date": instant(entry.created),
        "evidence_due_date": instant(entry.evidence_due),
        "_links": {"payment": {"href": payment, "method": "GET"}},
    }
    if entry.fee is not None:
        said["fee"] = entry.fee
    if entry.status == "lost":
        said["net_amount"] = -entry.amount - (entry.fee or 0)
    if entry.settled_on:
        said["settlement_summary"] = {"settled_date": entry.settled_on.isoformat()}
    return said


def page(
    entries: Sequence[Any],
    *,
    number: int,
    size: int,
    address: str,
    show: Callable[[Any], dict[str, Any]],
    links: str = "_links",
) -> dict[str, Any] | None:
    """Return one page of a search, or ``None`` when it lies beyond the end."""
    last = max(1, -(-len(entries) // size))
    if not 1 <= number <= last:
        return None
    shown = entries[(number - 1) * size : number * size]
    pages = {"self": number, "first_page": 1, "last_page": last}
    if number < last:
        pages["next_page"] = number + 1
    if number > 1:
        pages["prev_page"] = number - 1
    return {
        "total": len(entries),
        "count": len(shown),
        "page": number,
        "results": [show(entry) for entry in shown],
        links: {
            name: {"href": f"{address}?display_size={size}&page={page}", "method": "GET"}
            for name, page in pages.items()
        },
    }
