"""Smartpay Fuse's REST interface: signed requests, searching page by page, refunding."""

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from django.utils import timezone

from ..connections import OwnHeaders, busy, never_sent
from ..contract import TIMEOUT, OutcomeUnknown, Refused, Unreachable
from .keys import Keys


SEARCHES = "/tss/v2/searches"
#: So many transactions come in one answer.
PAGE = 1000
#: Seconds to wait before each further try of what the service was too busy to look at.
PAUSES = (0.5, 1.0)
#: What a query gives a meaning of its own.
_SPECIAL = re.compile(r'([+\-&|!(){}\[\]^"~*?:\\/\s])')
_CODE = re.compile(r"[A-Z_]{1,40}")


def quoted(text: str) -> str:
    """Return a text that a query takes for itself, whatever characters it has."""
    return _SPECIAL.sub(r"\\\1", text)


def search(*, keys: Keys, query: str) -> Iterator[dict[str, Any]]:
    """Yield what is found, oldest first, until there is no more. Raises ``Unreachable``."""
    offset = 0
    while True:
        page = _page(keys, query, offset)
        found = page.get("_embedded", {}).get("transactionSummaries", [])
        yield from found
        offset += len(found)
        if not found or offset >= page.get("totalCount", 0):
            return


def refund(*, keys: Keys, transaction_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask for a refund of a transaction. Raises ``Refused`` (certain) or ``OutcomeUnknown``."""
    path = f"/pts/v2/payments/{quote(transaction_id, safe='')}/refunds"
    for pause in (*PAUSES, None):
        try:
            answer = _post(keys, path, body)
        except requests.RequestException as error:
            if never_sent(error):
                raise Refused("no_connection") from error
            raise OutcomeUnknown from error
        if answer.status_code != 429 or pause is None:
            break
        time.sleep(pause)
    said = _read(answer)
    if answer.status_code == 201 and said.get("id"):
        return said
    if answer.status_code in (401, 403):
        raise Refused("not_allowed", account_fault=True)
    if answer.status_code == 429:
        raise busy(Refused("too_many_requests"), retry_after=answer.headers.get("Retry-After"))
    if 400 <= answer.status_code < 500 and answer.status_code != 408:
        raise Refused(_code(said))
    raise OutcomeUnknown


def _page(keys: Keys, query: str, offset: int) -> dict[str, Any]:
    body = {
        "save": False,
        "name": "ims_wagtail",
        "timezone": "Europe/London",
        "query": query,
        "offset": offset,
        "limit": PAGE,
        "sort": "submitTimeUtc:asc",
    }
    try:
        answer = _post(keys, SEARCHES, body)
    except requests.RequestException as error:
        raise Unreachable(type(error).__name__) from error
    if answer.status_code == 429:
        raise busy(Unreachable("too_many_requests"), retry_after=answer.headers.get("Retry-After"))
    said = _read(answer)
    if answer.status_code not in (200, 201) or "totalCount" not in said:
        raise Unreachable(f"HTTP {answer.status_code}")
    return said


def _post(keys: Keys, path: str, body: dict[str, Any]) -> requests.Response:
    payload = json.dumps(body).encode()
    digest = "SHA-256=" + base64.b64encode(hashlib.sha256(payload).digest()).decode()
    date = format_datetime(timezone.now().astimezone(UTC), usegmt=True)
    signed = {
        "host": urlsplit(keys.api_url).netloc,
        "v-c-date": date,
        "request-target": f"post {path}",
        "digest": digest,
        "v-c-merchant-id": keys.merchant_id,
    }
    text = "\n".join(f"{name}: {value}" for name, value in signed.items())
    made = hmac.new(base64.b64decode(keys.api_secret), text.encode(), hashlib.sha256).digest()
    return requests.post(
        keys.api_url + path,
        data=payload,
        headers={
            "Content-Type": "application/json",
            "v-c-merchant-id": keys.merchant_id,
            "v-c-date": date,
            "Digest": digest,
            "Signature": (
                f'keyid="{keys.api_key_id}", algorithm="HmacSHA256",'
                f' headers="{" ".join(signed)}",'
                f' signature="{base64.b64encode(made).decode()}"'
            ),
        },
        auth=OwnHeaders(),
        timeout=TIMEOUT,
        allow_redirects=False,
    )


def _read(answer: requests.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _code(said: dict[str, Any]) -> str:
    """Return the service's own word for a refusal, if it looks like a word."""
    reason = said.get("reason") or said.get("errorInformation", {}).get("reason")
    return reason if isinstance(reason, str) and _CODE.fullmatch(reason) else "refused"


def instant(at: datetime) -> str:
    """Return a time as queries write it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
