"""GOV.UK Pay's own description of its API, to which every exchange with the stub is held."""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse


SPECIFICATION = Path(__file__).parent / "openapi.json"
SERVER = "https://publicapi.payments.service.gov.uk"

_ERROR = {"schema": {"$ref": "#/components/schemas/RequestError"}}
_REFUND = {"schema": {"$ref": "#/components/schemas/Refund"}}

#: Answers the service gives and the file leaves out, with the reason.
MISSING_ANSWERS: dict[tuple[str, str], dict[str, Any]] = {
    # An account without a provider, or switched off, is refused with 403 (P0940, P0941); a key for
    # idempotency that was used before with 409 (P0191).
    ("post", "/v1/payments"): {"403": _ERROR, "409": _ERROR},
    # A refund is accepted with 202 and a body. It is refused with 400 when nothing may be given
    # back (P0603), 403 when the account is switched off, 412 when meanwhile something was given
    # back (P0604) and 422 for a wrong value (P0602).
    ("post", "/v1/payments/{paymentId}/refunds"): {
        "202": _REFUND,
        "400": _ERROR,
        "403": _ERROR,
        "412": _ERROR,
        "422": _ERROR,
    },
    # A page beyond the last one is not found: P0402, P0402 and P1100.
    ("get", "/v1/payments"): {"404": _ERROR},
    ("get", "/v1/disputes"): {"404": _ERROR},
    ("get", "/v1/refunds"): {"404": _ERROR, "429": _ERROR},
}

#: What the service answers with null until it is known; the file says only "string".
NULLABLE = {
    "CreatePaymentResult": ("provider_id", "email"),
    "PaymentWithAllLinks": ("provider_id", "email", "card_brand"),
    "PaymentDetailForSearch": ("provider_id", "email", "card_brand"),
    "CardDetails": ("card_type", "wallet_type"),
    "PaymentSettlementSummary": ("capture_submit_time", "captured_date", "settled_date"),
}

#: A firewall in front of every operation blocks with 400 (P0920), and the whole service may be down
#: with 503 (P0999).
EVERYWHERE = {"400": _ERROR, "503": _ERROR}


@dataclass(frozen=True)
class Exchange:
    """One request to the service and its answer."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    status: int
    answer: bytes
    operation: str = ""

    @property
    def asked(self) -> dict[str, Any]:
        """The body of the request."""
        return json.loads(self.body) if self.body else {}


@cache
def amended() -> dict[str, Any]:
    """Return the description with what it lacks, and stricter than it is.

    Unknown attributes are refused on both sides: the service refuses ours (P0104), and the stub
    must not invent any.
    """
    whole = copy.deepcopy(json.loads(SPECIFICATION.read_text(encoding="utf-8")))
    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            answers = EVERYWHERE | MISSING_ANSWERS.get((method, path), {})
            for status, content in answers.items():
                known = operation["responses"].setdefault(status, {"description": "see above"})
                known.setdefault("content", {"application/json": content})
    schemas = whole["components"]["schemas"]
    for name, fields in NULLABLE.items():
        for field in fields:
            schemas[name]["properties"][field]["nullable"] = True
            if "enum" in schemas[name]["properties"][field]:
                schemas[name]["properties"][field]["enum"].append(None)
    for name, schema in schemas.items():
        if name not in ("ExternalMetadata",):
            schema.setdefault("additionalProperties", False)
    return whole


@cache
def _description() -> OpenAPI:
    return OpenAPI.from_dict(amended())


def breaches(exchange: Exchange, *, answer_too: bool = True) -> list[str]:
    """Return how an exchange departs from the description, if at all."""
    request = MockRequest(
        host_url=SERVER,
        method=exchange.method.lower(),
        path=exchange.path,
        args=dict(exchange.query),
        headers=dict(exchange.headers),
        data=exchange.body or None,
        content_type=exchange.headers.get("Content-Type", "application/json"),
    )
    response = MockResponse(data=exchange.answer, status_code=exchange.status)
    checks = [lambda: _description().validate_request(request)]
    if answer_too:
        checks.append(lambda: _description().validate_response(request, response))
    found = []
    for check in checks:
        try:
            check()
        except Exception as error:  # noqa: BLE001 - the library's errors have no common base
            found.append(f"{exchange.method} {exchange.path} {exchange.status}: {error}")
    return found
