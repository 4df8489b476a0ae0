"""Signatures of webhook messages: HMAC-SHA256 of the raw body, in hexadecimal."""

import hashlib
import hmac
from collections.abc import Sequence


def sign(*, secret: str, body: bytes) -> str:
    """Return the signature of a body."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def signing_secret(*, secrets: Sequence[str], body: bytes, signature: str) -> int | None:
    """Return which secret made the signature, counted from 1, or ``None``.

    All secrets are tried in constant time, so that the answer's timing tells nothing about them.
    """
    given = signature.strip().lower().encode()
    found = None
    for number, secret in enumerate(secrets, start=1):
        if hmac.compare_digest(sign(secret=secret, body=body).encode(), given) and secret:
            found = found or number
    return found
