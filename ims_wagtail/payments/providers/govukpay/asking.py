"""What is sent to GOV.UK Pay to create a payment: everything it wants, nothing it would refuse."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from ims_wagtail.money import to_pence

from ..contract import CardHolder, CreateRequest


#: Lengths that GOV.UK Pay allows.
TEXT, POSTCODE, EMAIL = 255, 25, 254
METADATA_KEYS, METADATA_KEY, METADATA_VALUE = 15, 30, 100

#: Its firewall takes these for an attack, wherever they stand; it wants no addresses in texts.
_UNWELCOME = re.compile(r"""[<>|"\\\x00-\x1f\x7f]+|\bhttps?://|\bwww\.""", re.IGNORECASE)


def body_of(request: CreateRequest) -> dict[str, Any]:
    """Return the body that creates a payment."""
    body: dict[str, Any] = {
        "amount": to_pence(request.amount),
        "reference": clean(request.reference),
        "description": clean(request.description),
        "return_url": request.return_url,
        "language": "cy" if request.language.lower().startswith("cy") else "en",
    }
    if request.telephone:
        body["moto"] = True
    if request.delayed_capture:
        body["delayed_capture"] = True
    if is_email(request.email):
        body["email"] = request.email
    if prefilled := _prefilled(request.card_holder, with_address=not request.telephone):
        body["prefilled_cardholder_details"] = prefilled
    if metadata := _metadata(request.metadata):
        body["metadata"] = metadata
    return body


def clean(text: str, *, length: int = TEXT) -> str:
    """Return a text as the firewall lets it pass: without certain characters, and not too long."""
    return " ".join(_UNWELCOME.sub(" ", text).split())[:length]


def is_email(text: str) -> bool:
    """Return whether an address is worth sending. It only saves typing: it must not be refused."""
    if not text or len(text) > EMAIL or clean(text) != text:
        return False
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _prefilled(holder: CardHolder, *, with_address: bool) -> dict[str, Any]:
    """Return what the payer has told us already. On the telephone no address is asked for."""
    address = {
        "line1": clean(holder.line_1),
        "line2": clean(holder.line_2),
        "city": clean(holder.town),
        "postcode": clean(holder.postcode, length=POSTCODE),
    }
    details: dict[str, Any] = {}
    if name := clean(holder.name):
        details["cardholder_name"] = name
    if with_address and any(address.values()):
        details["billing_address"] = {key: text for key, text in address.items() if text}
    return details


def _metadata(metadata: Mapping[str, str]) -> dict[str, str]:
    """Return what is paid for, as much of it as may be sent."""
    return {
        key[:METADATA_KEY]: clean(str(value), length=METADATA_VALUE)
        for key, value in list(metadata.items())[:METADATA_KEYS]
        if key
    }
