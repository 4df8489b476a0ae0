"""Signatures of forms and replies: names and values of the signed fields, in their order."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence


#: The field that lists the signed fields, and the one that holds the signature.
NAMES = "signed_field_names"
SIGNATURE = "signature"


def sign(*, secret: str, fields: Mapping[str, str], names: Sequence[str]) -> str:
    """Return the signature of some of the fields. Raises ``KeyError`` when one is missing."""
    text = ",".join(f"{name}={fields[name]}" for name in names)
    made = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return base64.b64encode(made).decode()


def signed_with(*, secrets: Sequence[str], fields: Mapping[str, str]) -> int | None:
    """Return which secret signed the fields as they say, counted from 1, or ``None``.

    All are tried in constant time. What is signed counts only if the caller's fields are among it.
    """
    names = signed_names(fields)
    given = fields.get(SIGNATURE, "").encode()
    found = None
    if not names or any(name not in fields for name in names):
        return None
    for number, secret in enumerate(secrets, start=1):
        made = sign(secret=secret, fields=fields, names=names).encode()
        if hmac.compare_digest(made, given) and secret:
            found = found or number
    return found


def signed_names(fields: Mapping[str, str]) -> list[str]:
    """Return the names of the fields that the signature is said to cover."""
    return [name for name in fields.get(NAMES, "").split(",") if name]
