"""GOV.UK Pay in a process of its own: its API, its card page, its messages, all of them unreliable.

The parent speaks with it through ``PayDesk``, over a pipe of ``multiprocessing``.
"""

import random
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from http.server import ThreadingHTTPServer
from multiprocessing.managers import BaseManager
from typing import Any

import requests
import time_machine
from django.utils import timezone

from tests.providers.govukpay.faults import Fault, Misbehaviour
from tests.providers.govukpay.records import Payment
from tests.providers.govukpay.stub import Stub

from .card_page import CardPage


#: What may happen to a request, and to which: one in seven of them meets something.
FAULTS = (
    Fault.TIMEOUT_AFTER_ACCEPTING,
    Fault.TIMEOUT_BEFORE_ACCEPTING,
    Fault.DROP_AFTER_ACCEPTING,
    Fault.DROP_BEFORE_ACCEPTING,
    Fault.ERROR_AFTER_ACCEPTING,
    Fault.ERROR_BEFORE_ACCEPTING,
    Fault.DOWN,
    Fault.BAD_GATEWAY,
    Fault.GARBAGE_AFTER_ACCEPTING,
    Fault.RATE_LIMITED,
)
OPERATIONS = ("create", "read", "search", "cancel", "refund", "refunds_of", "read_refund", "events")
CHANCE = 1 / 7
LAG = timedelta(seconds=2)
ROUND = 0.3


class CountingStub(Stub):
    """Counts how often it misbehaved, and remembers which payment each address of a page is for."""

    def __init__(self) -> None:
        super().__init__()
        self.misbehaved: Counter[str] = Counter()
        self.pages: dict[str, str] = {}

    def fault(self, operation: str) -> Misbehaviour | None:
        found = super().fault(operation)
        if found is not None:
            self.misbehaved[operation] += 1
        return found


class Server(ThreadingHTTPServer):
    """A server to whom clients that hang up, or are killed, are nothing to speak of."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell of everything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class PayDesk:
    """What may be asked of GOV.UK Pay, besides its API."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._stub = CountingStub()
        self._stub.search_lag = LAG
        self._messages: Counter[str] = Counter()
        self._travel: Any = None
        self._over = threading.Event()
        handler = type("StubHandler", (CardPage,), {"stub": self._stub})
        server = Server(("127.0.0.1", 0), handler)
        self._stub.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def url(self) -> str:
        """Return where it is."""
        return self._stub.url

    def begin(self, webhook: str) -> None:
        """Begin to misbehave and to send messages to an address."""
        self._stub.at_random(
            *FAULTS, operations=OPERATIONS, chance=CHANCE, random=random.Random(self._dice.random())
        )
        self._webhook = webhook
        threading.Thread(target=self._live, daemon=True).start()

    def end(self) -> None:
        """Misbehave no more and send no more."""
        self._over.set()
        self._stub.behave()
        self._stub.search_lag = timedelta(0)

    def finish(self) -> None:
        """Capture every payment that succeeded and make every refund that is on its way."""
        with self._stub.lock:
            for payment in self._stub.payments.values():
                if payment.status == "success" and not payment.captured_on:
                    self._stub.take(payment)
                for refund in payment.refunds:
                    if refund.status == "submitted":
                        self._stub.finish_refund(refund)

    def pass_time(self, passed: timedelta) -> None:
        """Let it be so much later than it is, from now on."""
        if self._travel:
            self._travel.stop()
        self._travel = time_machine.travel(timezone.now() + passed, tick=True)
        self._travel.start()

    def payments(self) -> dict[str, Payment]:
        """Return a copy of everything it keeps."""
        with self._stub.lock:
            return dict(self._stub.payments)

    def refund_in_console(self, payment_id: str, pence: int) -> bool:
        """Refund as somebody does in its admin tool; return whether that could be done."""
        with self._stub.lock:
            payment = self._stub.payments[payment_id]
            able = payment.refund_status == "available" and payment.captured_on is not None
            if able and pence <= payment.total - payment.refunded:
                self._stub.refund_in_console(payment, pence)
                return True
        return False

    def story(self) -> dict[str, int]:
        """Return how often it did what."""
        return {
            "faults": self._stub.misbehaved.total(),
            "faults while creating": self._stub.misbehaved["create"],
            **self._messages,
        }

    def breaches(self) -> list[str]:
        """Return every exchange that departed from the description of GOV.UK Pay's API."""
        return list(self._stub.breaches)

    def _live(self) -> None:
        while not self._over.wait(ROUND):
            with self._stub.lock:
                self._card_company()
                self._lose_messages()
            times = 1 + (self._dice.random() < 0.3)
            self._messages["messages repeated"] += (times - 1) * len(self._stub.messages)
            self._stub.deliver(to=self._send, times=times, shuffled_by=self._dice)

    def _card_company(self) -> None:
        for payment in self._stub.payments.values():
            if payment.status == "success" and not payment.captured_on:
                if self._dice.random() < 0.01 and not payment.refunds:
                    self._stub.fail_capture(payment)
                elif self._dice.random() < 0.1:
                    self._stub.take(payment)
            for refund in payment.refunds:
                if refund.status == "submitted" and self._dice.random() < 0.1:
                    status = "error" if self._dice.random() < 0.15 else "success"
                    self._stub.finish_refund(refund, status=status)

    def _lose_messages(self) -> None:
        # What was sent twice and met nobody waits as one.
        waiting = {message.body: message for message in self._stub.messages}.values()
        kept = [message for message in waiting if self._dice.random() > 0.2]
        self._messages["messages lost"] += len(waiting) - len(kept)
        self._stub.messages.clear()
        self._stub.messages.extend(kept)

    def _send(self, body: bytes, headers: Mapping[str, str]) -> int:
        self._messages["messages sent"] += 1
        try:
            return requests.post(self._webhook, data=body, headers=headers, timeout=5).status_code
        except requests.RequestException:
            self._messages["messages that met nobody"] += 1
            return 0


class Pay(BaseManager):
    """The process. ``PayDesk`` lives in it."""


Pay.register("PayDesk", PayDesk)
