"""HTTP to GOV.UK Pay: one request, one answer, and certainty about which requests were sent."""

import json
import logging
import random
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from ..connections import never_sent
from ..contract import TIMEOUT
from .errors import Meaning, meaning_of


logger = logging.getLogger(__name__)

#: The same for test and live: the key decides.
BASE_URL = "https://publicapi.payments.service.gov.uk"

#: A request that was refused because of too many others is sent so many times in all, after pauses
#: of so many seconds: a payer is waiting.
TRIES = 3
PAUSE = (0.4, 1.2)

#: The hosts that a key may be sent to without encryption: this machine.
_LOCAL = ("127.0.0.1", "localhost")


class Failed(Exception):
    """GOV.UK Pay answered that it would not, or could not."""

    def __init__(self, *, status: int, code: str, retry_after: str | None = None) -> None:
        super().__init__(f"{status} {code}".strip())
        self.code = code or str(status)
        self.retry_after = retry_after
        self.meaning = meaning_of(status=status, code=code)


class NotSent(Exception):
    """No connection could be made: the request never left this machine."""


class NoAnswer(Exception):
    """The request was sent, and what became of it is not known."""


class TimedOut(NoAnswer):
    """There was no answer in time."""


class Client:
    """Speaks with one key. A connection is made for each request, so that none can be stale."""

    def __init__(self, *, api_key: str, base_url: str = "") -> None:
        self._auth = _Bearer(api_key)
        self._base_url = (base_url or BASE_URL).rstrip("/")
        address = urlsplit(self._base_url)
        if address.scheme != "https" and address.hostname not in _LOCAL:
            raise ValueError("GOV.UK Pay's base_url must begin with https://")

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """Ask for something; once more when the connection breaks, but not after a time-out.

        Raises ``Failed``, ``NotSent`` or ``NoAnswer``.
        """
        try:
            return self._patiently("GET", path, query=query)
        except TimedOut:
            raise
        except NoAnswer:
            return self._patiently("GET", path, query=query)

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """Have something done. Only a refusal for too many requests is tried again.

        Raises ``Failed``, ``NotSent`` or ``NoAnswer``.
        """
        return self._patiently("POST", path, body=body)

    def _patiently(self, method: str, path: str, **sent: Any) -> Mapping[str, Any]:
        for _try in range(TRIES - 1):
            try:
                return self._once(method, path, **sent)
            except Failed as error:
                if error.meaning != Meaning.BUSY:
                    raise
            # Jitter keeps workers that were refused together from coming back together.
            time.sleep(random.uniform(*PAUSE))  # noqa: S311
        return self._once(method, path, **sent)

    def _once(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Any]:
        try:
            response = requests.request(
                method,
                self._base_url + path,
                params=query,
                json=body,
                auth=self._auth,
                headers={"Accept": "application/json"},
                timeout=TIMEOUT,
                # An API that answers elsewhere is none of ours, and the key is not for it.
                allow_redirects=False,
            )
        except requests.RequestException as error:
            # Never the error's own words: they hold the address.
            logger.warning("GOV.UK Pay %s %s: %s", method, path, type(error).__name__)
            raise _certainty(error) from error
        if 200 <= response.status_code < 300:
            return _read(response)
        code, field = _error_of(response)
        logger.warning(
            "GOV.UK Pay %s %s: %s %s %s", method, path, response.status_code, code, field
        )
        raise Failed(
            status=response.status_code,
            code=code,
            retry_after=response.headers.get("Retry-After"),
        )


class _Bearer(AuthBase):
    """The key as GOV.UK Pay wants it. An ``AuthBase``, or a .netrc of the machine would win."""

    def __init__(self, api_key: str) -> None:
        self._api_key = api_key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._api_key}"
        return request


def _certainty(error: requests.RequestException) -> Exception:
    """Return what is certain after a request that was not answered."""
    if never_sent(error):
        return NotSent("no connection")
    return TimedOut() if isinstance(error, requests.Timeout) else NoAnswer("connection broke")


def _read(response: requests.Response) -> Mapping[str, Any]:
    if not response.content:
        return {}
    try:
        said = json.loads(response.content)
    except ValueError as error:
        raise NoAnswer("not JSON") from error
    if not isinstance(said, dict):
        raise NoAnswer("not an object")
    return said


def _error_of(response: requests.Response) -> tuple[str, str]:
    """Return code and field of an error; not every one has a body that can be read."""
    try:
        said = json.loads(response.content)
        return str(said.get("code") or "")[:10], str(said.get("field") or "")[:40]
    except (ValueError, AttributeError):
        return "", ""
