"""What providers' HTTP has in common: who adds keys, and what a failed connection tells."""

import requests
from requests.auth import AuthBase
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError


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


class OwnHeaders(AuthBase):
    """Leaves a request as it is. Without it, a .netrc of the machine would add keys of its own."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request
