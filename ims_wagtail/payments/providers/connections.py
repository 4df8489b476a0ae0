"""What a failed connection tells: whether the other side can have heard anything of a request."""

import requests
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
