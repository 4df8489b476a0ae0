"""Messages from Stripe: a signature with a time in it, made with one of several secrets."""

import json
from collections.abc import Mapping, Sequence

import stripe

from ..contract import WebhookInvalid, WebhookMessage
from .observations import REFERENCE, psp_reference


SIGNATURE_HEADER = "Stripe-Signature"
#: Seconds after which a message is taken for a recording of an old one.
TOLERANCE = 300


def parse(*, body: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> WebhookMessage:
    """Check and read a message. Raises ``WebhookInvalid``."""
    number = _signed_with(body=body, header=headers.get(SIGNATURE_HEADER, ""), secrets=secrets)
    if number is None:
        raise WebhookInvalid("the signature is not of one of our secrets, or too old")
    try:
        event = json.loads(body)
        about = event["data"]["object"]
        return WebhookMessage(
            message_id=str(event["id"]),
            provider_id=_payment_of(about),
            event=str(event["type"]),
            reference=str((about.get("metadata") or {}).get(REFERENCE, "")),
            secret_number=number,
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise WebhookInvalid("the message can't be read") from error


def _signed_with(*, body: bytes, header: str, secrets: Sequence[str]) -> int | None:
    """Return which secret signed, counted from 1. All are tried, whichever it is."""
    found = None
    for number, secret in enumerate(secrets, start=1):
        try:
            stripe.WebhookSignature.verify_header(body, header, secret, TOLERANCE)
        except (stripe.SignatureVerificationError, ValueError, TypeError):
            continue
        found = found or number
    return found


def _payment_of(about: Mapping[str, object]) -> str:
    """Return the session, or what else tells of the payment: our reference then finds it."""
    if about["object"] == "checkout.session":
        return psp_reference(str(about["id"]))
    return str(about.get("payment_intent") or about["id"])
