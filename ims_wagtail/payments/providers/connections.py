"""What providers' HTTP has in common: who adds keys, what a failed connection or a 429 tells."""

from typing import TypeVar

import requests
from requests.auth import AuthBase
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from .contract import ProviderError


#: For how many seconds a service is left alone that does not say how long it is busy.
BUSY_FOR = 60.0

Error = TypeVar("Error", bound=ProviderError)


def never_sent(error: BaseException) -> bool:
    """Return whether a request certainly never left us: there was no connection to send it on.

    The exceptions that led to this one are looked at too, because libraries wrap their own around
    those of ``requests``.
    """
    current: BaseException | None = error
    while current is not None:
        if isinstance(current, requests.ConnectTimeout):
            return True
        reason = current.args[0] if current.args else None
        if isinstance(current, requests.ConnectionError) and isinstance(reason, MaxRetryError):
            return isinstance(reason.reason, (NewConnectionError, ConnectTimeoutError))
        current = current.__cause__ or current.__context__
    return False


def busy(error: Error, *, retry_after: str | None) -> Error:
    """Say of an error that the service was asked too much, and for how long it wants peace."""
    named = (retry_after or "").strip()
    error.busy_for = max(BUSY_FOR, float(named)) if named.isdecimal() else BUSY_FOR
    return error


class OwnHeaders(AuthBase):
    """Leaves a request as it is. Without it, a .netrc of the machine would add keys of its own."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request
