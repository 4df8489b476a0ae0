"""Webhook messages of the stub: signed like the real ones, and no more to be relied upon."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from . import answers
from .records import Payment, new_id


HEADER = "Pay-Signature"

#: What happened, and the state the message gives: not the words that the API itself has for it.
_WORDS = {"P0010": "declined", "P0020": "timedout", "P0030": "cancelled", "P0040": "cancelled"}


@dataclass(frozen=True)
class Message:
    """One message, ready to be sent as often and in whatever order a test likes."""

    event: str
    body: bytes
    headers: Mapping[str, str]


def signature(*, secret: str, body: bytes) -> str:
    """Return what GOV.UK Pay's documentation says of a body."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def about(payment: Payment, event: str, *, secret: str, url: str) -> Message:
    """Return the message that something happened to a payment."""
    resource = answers.found(payment, url=url)
    del resource["_links"]
    resource["state"]["status"] = _WORDS.get(payment.code, payment.status)
    said = {
        "webhook_message_id": new_id(),
        "api_version": 1,
        "created_date": answers.instant(timezone.now()),
        "resource_id": payment.payment_id,
        "resource_type": "PAYMENT",
        "event_type": event,
        "resource": resource,
    }
    body = json.dumps(said).encode()
    headers = {"Content-Type": "application/json", HEADER: signature(secret=secret, body=body)}
    return Message(event=event, body=body, headers=headers)
