"""How long a provider waits for its message to be taken, at a steady rate of messages."""

import json
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import cycle, islice
from statistics import median, quantiles
from urllib.parse import urlsplit

from ims_wagtail.payments.providers.sandbox.provider import SIGNATURE_HEADER
from ims_wagtail.payments.providers.signatures import sign

from .site import WEBHOOK_SECRET


#: Messages a second.
RATE = 20
_PATH = "/ims/webhooks/sandbox/"

Send = Callable[[HTTPConnection, str, str], int]


@dataclass(frozen=True, slots=True)
class Waits:
    """How long answers took, in milliseconds, and how many were not what they should be."""

    median: float
    p95: float
    refused: int


def message(connection: HTTPConnection, provider_id: str, reference: str) -> int:
    """Send one signed message, as the provider would; return the status."""
    body = json.dumps(
        {
            "message_id": uuid.uuid4().hex,
            "payment_id": provider_id,
            "reference": reference,
            "event": "card_payment_captured",
        }
    ).encode()
    headers = {
        SIGNATURE_HEADER: sign(secret=WEBHOOK_SECRET, body=body),
        "Content-Type": "application/json",
    }
    connection.request("POST", _PATH, body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def bare(connection: HTTPConnection, provider_id: str, reference: str) -> int:
    """Ask for the bare view, which reads one row and the session; return the status."""
    connection.request("GET", "/bench/bare/")
    answer = connection.getresponse()
    answer.read()
    return answer.status


def send_steadily(
    *, address: str, send: Send, payments: Sequence[tuple[str, str]], seconds: float
) -> Waits:
    """Send at the rate, each at its own moment whether or not earlier ones have been answered.

    A wait counts from the moment the message was due, so that a queue can't hide.
    """
    host = urlsplit(address).netloc
    begin = time.monotonic() + 0.2

    def one(number: int, payment: tuple[str, str]) -> tuple[float, int]:
        due = begin + number / RATE
        time.sleep(max(due - time.monotonic(), 0))
        connection = HTTPConnection(host, timeout=30)
        status = send(connection, *payment)
        connection.close()
        return (time.monotonic() - due) * 1000, status

    count = int(RATE * seconds)
    with ThreadPoolExecutor(RATE * 2) as pool:
        done = list(pool.map(one, range(count), islice(cycle(payments), count)))
    waits = [wait for wait, _status in done]
    return Waits(
        median=median(waits),
        p95=quantiles(waits, n=20)[-1],
        refused=sum(status >= 300 for _wait, status in done),
    )
