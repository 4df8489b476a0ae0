"""GOV.UK Pay's stub without a network: what our client sends goes straight to its memory."""

import json
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import requests

from tests.providers.govukpay.operations import operation_at
from tests.providers.govukpay.server import answer
from tests.providers.govukpay.stub import Stub


class Wire:
    """Stands where ``requests`` stood; ``misbehaved`` counts the faults that went over it."""

    def __init__(self) -> None:
        self.stub = Stub()
        self.misbehaved = 0

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Any = None,
        json: Any = None,
        auth: Any = None,
        **_: Any,
    ) -> requests.Response:
        """Answer as ``requests.request`` does. Raises its errors for an answer that is lost."""
        operation, names = operation_at(method, urlsplit(url).path)
        sent = auth(SimpleNamespace(headers={})).headers["Authorization"]
        asked = _copy(json) if method == "POST" and json else dict(params or {})
        reply, fault = answer(
            self.stub, operation, key=sent.removeprefix("Bearer "), asked=asked, names=names
        )
        if fault.silent or fault.cut_off or fault.reply:
            self.misbehaved += 1
        if fault.silent:
            raise requests.ReadTimeout
        if fault.cut_off:
            raise requests.ConnectionError("broken off")
        response = requests.Response()
        response.status_code = reply.status
        response._content = reply.body
        return response


def _copy(body: Any) -> Any:
    return json.loads(json.dumps(body))
