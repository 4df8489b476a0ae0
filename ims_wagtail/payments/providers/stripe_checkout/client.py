"""Speaking to Stripe through its own library, and what its errors mean for the house.

A client of our own is made for every call: the library's global settings, its logging of bodies and
its repetitions stay unused.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import requests
import stripe

from ..connections import OwnHeaders, busy, never_sent
from ..contract import TIMEOUT, NotFound, OutcomeUnknown, Refused, Unreachable


Answer = TypeVar("Answer")

API_BASE = stripe.DEFAULT_API_BASE
#: Seconds to wait before each further try of what Stripe was too busy to look at.
PAUSES = (0.5, 1.0)

# The library logs what it sends and receives, names and e-mail addresses included, when a site
# turns logging up: nothing below a warning may leave it.
logging.getLogger("stripe").setLevel(logging.WARNING)


def client(api_key: str) -> stripe.StripeClient:
    """Return a client for one call. Raises ``Refused`` when there is no key."""
    if not api_key:
        raise Refused("no_key", account_fault=True)
    session = requests.Session()
    session.auth = OwnHeaders()
    return stripe.StripeClient(
        api_key,
        base_addresses={"api": API_BASE},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=TIMEOUT, session=session),
    )


def change(call: Callable[[], Answer]) -> Answer:
    """Ask for something to be made. Raises ``Refused`` (certain) or ``OutcomeUnknown``."""
    for pause in (*PAUSES, None):
        try:
            return call()
        except stripe.RateLimitError as error:
            if pause is None:
                raise busy(
                    Refused(error.code or "rate_limit"), retry_after=_retry_after(error)
                ) from error
            time.sleep(pause)
        except (stripe.AuthenticationError, stripe.PermissionError) as error:
            raise Refused(error.code or "not_allowed", account_fault=True) from error
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            raise Refused(error.code or "invalid_request") from error
        except stripe.APIConnectionError as error:
            if never_sent(error):
                raise Refused("no_connection") from error
            raise OutcomeUnknown from error
        except stripe.StripeError as error:
            raise OutcomeUnknown from error
    raise AssertionError("the last try returns or raises")


@contextmanager
def asking() -> Iterator[None]:
    """Look at something. Raises ``NotFound``, or ``Unreachable`` when nothing was learnt."""
    try:
        yield
    except stripe.InvalidRequestError as error:
        if error.http_status == 404:
            raise NotFound from error
        raise Unreachable(error.code or "invalid_request") from error
    except stripe.RateLimitError as error:
        raise busy(
            Unreachable(error.code or "rate_limit"), retry_after=_retry_after(error)
        ) from error
    except stripe.StripeError as error:
        raise Unreachable(error.code or type(error).__name__) from error
    except Refused as error:
        raise Unreachable(error.code) from error


def _retry_after(error: stripe.RateLimitError) -> str | None:
    return (error.headers or {}).get("Retry-After")
