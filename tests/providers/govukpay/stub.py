"""A GOV.UK Pay that remembers, on a port of its own, for tests.

::

    with running_stub() as pay:
        settings.IMS = {**settings.IMS, "CREDENTIALS": {"govukpay": pay.credential()}}
        pay.next("create", Fault.TIMEOUT_AFTER_ACCEPTING)
        ...
        pay.pay(pay.payment(reference="P1-1"))    # what a payer does
        pay.fail_capture(payment)                 # what the card company does
        pay.deliver(to=lambda body, headers: 204) # the webhooks meanwhile due

Every exchange is held to GOV.UK Pay's own description of its API; leaving ``running_stub()`` fails
the test when one departed from it. Times come from ``timezone.now()``, so that ``time_machine``
moves the stub as well.
"""

import random
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import ThreadingHTTPServer
from typing import Any

from django.utils import timezone

from . import messages, records
from .faults import DOWNSTREAM, Fault, Misbehaviour, Reply
from .messages import Message
from .operations import Answer, Denied
from .records import Dispute, Payment, Refund, Service
from .server import Handler
from .specification import Exchange, breaches


KEY = "api_test_stub"
WEBHOOK_SECRET = "webhook_test_stub"


class Stub:
    """The stub's memory and what may be done to it."""

    def __init__(self) -> None:
        self.url = ""
        self.services = {KEY: Service(key=KEY)}
        self.payments: dict[str, Payment] = {}
        self.exchanges: list[Exchange] = []
        self.breaches: list[str] = []
        self.messages: deque[Message] = deque()
        #: How long a payment or refund may be missing from searches.
        self.search_lag = timedelta(0)
        #: Whether refunds are finished at once, as in GOV.UK Pay's own sandbox and never live.
        self.refunds_finish_at_once = False
        self.lock = threading.RLock()
        self.over = threading.Event()
        self._faults: dict[str, deque[Fault | Reply]] = defaultdict(deque)
        self._chances: list[tuple[frozenset[str], float, Sequence[Fault], random.Random]] = []

    # What a test sets up.

    def credential(self, key: str = KEY) -> dict[str, Any]:
        """Return what ``IMS["CREDENTIALS"]`` has to hold for a merchant account at the stub."""
        self.services.setdefault(key, Service(key=key))
        return {
            "api_key": key,
            "webhook_secrets": [WEBHOOK_SECRET],
            "extra": {"base_url": self.url},
        }

    def next(self, operation: str, fault: Fault | Reply, *, times: int = 1) -> None:
        """Misbehave at the next ``times`` requests for an operation, such as ``create``."""
        assert operation in DOWNSTREAM, f"there is no operation {operation}"
        self._faults[operation].extend([fault] * times)

    def at_random(
        self,
        *faults: Fault,
        operations: Sequence[str],
        chance: float,
        random: random.Random,
    ) -> None:
        """Misbehave in one of several ways at a share of the requests."""
        self._chances.append((frozenset(operations), chance, faults, random))

    def behave(self) -> None:
        """Forget every misbehaviour that was asked for."""
        self._faults.clear()
        self._chances.clear()

    def asked(self, operation: str) -> list[Exchange]:
        """Return the exchanges of one operation, oldest first."""
        return [exchange for exchange in self.exchanges if exchange.operation == operation]

    def payment(self, *, reference: str) -> Payment:
        """Return the only payment with a reference."""
        (only,) = [p for p in self.payments.values() if p.reference == reference]
        return only

    # What a payer does.

    def open(self, payment: Payment) -> None:
        """Open the payment's page."""
        self._move(payment, "started", of=("created",))

    def submit(self, payment: Payment) -> None:
        """Send the card's details, and leave everybody waiting."""
        self._move(payment, "submitted", of=("created", "started"))

    def pay(
        self,
        payment: Payment,
        *,
        surcharge: int = 0,
        brand: str = "Visa",
        last_four: str = "1111",
    ) -> None:
        """Pay with a card; a corporate one may cost more."""
        with self.lock:
            payment.surcharge = surcharge
            payment.card = {
                "card_brand": brand,
                "card_type": "credit",
                "first_digits_card_number": "411111",
                "last_digits_card_number": last_four,
                "expiry_date": "12/30",
                "cardholder_name": "A Payer",
            }
            if payment.asked.get("delayed_capture"):
                self._move(payment, "capturable", of=records.UNFINISHED)
            else:
                self.succeed(payment)

    def decline(self, payment: Payment) -> None:
        """Use a card that is refused."""
        self.end(payment, records.DECLINED, "card_payment_failed")

    def give_up(self, payment: Payment) -> None:
        """Choose to cancel on the payment's page."""
        self.end(payment, records.CANCELLED_BY_PAYER, "card_payment_failed")

    # What time, GOV.UK Pay and the card company do.

    def expire(self, payment: Payment) -> None:
        """Let its ninety minutes be over."""
        self.end(payment, records.EXPIRED, "card_payment_expired")

    def fail(self, payment: Payment) -> None:
        """Let GOV.UK Pay or the card company break while the payer waits."""
        self.end(payment, records.ERROR, "card_payment_failed")

    def take(self, payment: Payment, *, on: date | None = None, fee: int | None = None) -> None:
        """Confirm that the money has been captured, and what that cost."""
        with self.lock:
            payment.captured_on = on or timezone.now().date()
            payment.fee = fee
            self._tell(payment, "card_payment_captured")

    def settle(self, payment: Payment, *, on: date) -> None:
        """Pay the money out to the service."""
        payment.settled_on = on

    def fail_capture(self, payment: Payment) -> None:
        """Turn a success into an error, as after the last try to capture: nobody is told."""
        self._move(payment, *records.ERROR, of=("success",))

    def refund_in_console(self, payment: Payment, amount: int, status: str = "success") -> Refund:
        """Refund as somebody does in GOV.UK Pay's admin tool."""
        with self.lock:
            entry = Refund(payment=payment, amount=amount, status=status)
            payment.refunds.append(entry)
            if status == "success":
                self._tell(payment, "card_payment_refunded")
            return entry

    def finish_refund(self, refund: Refund, *, status: str = "success") -> None:
        """End a refund. Only of a success is anybody told."""
        with self.lock:
            refund.status = status
            if status == "success":
                self._tell(refund.payment, "card_payment_refunded")

    def dispute(self, payment: Payment, *, reason: str = "fraudulent") -> Dispute:
        """Have the payer's bank call a payment back."""
        with self.lock:
            entry = Dispute(payment=payment, amount=payment.total, reason=reason)
            payment.disputes.append(entry)
            return entry

    def finish_dispute(self, entry: Dispute, *, won: bool, fee: int = 1500) -> None:
        """Decide a dispute; who loses it pays a fee as well."""
        entry.status = "won" if won else "lost"
        if not won:
            entry.fee = fee
            entry.settled_on = timezone.now().date()

    # Webhooks.

    def deliver(
        self,
        *,
        to: Callable[[bytes, Mapping[str, str]], int],
        times: int = 1,
        shuffled_by: random.Random | None = None,
    ) -> list[Message]:
        """Send what is due, in any order and as often as told; return what was not taken."""
        with self.lock:
            due = [message for message in self.messages for _time in range(times)]
            self.messages.clear()
        if shuffled_by:
            shuffled_by.shuffle(due)
        refused = [message for message in due if not 200 <= to(message.body, message.headers) < 300]
        with self.lock:
            self.messages.extend(refused)
        return refused

    # What it is to its server and its operations.

    def fault(self, operation: str) -> Misbehaviour | None:
        """Return how to misbehave at a request that has just come in."""
        with self.lock:
            wanted: Fault | Reply | None = None
            if self._faults[operation]:
                wanted = self._faults[operation].popleft()
            else:
                for operations, chance, faults, dice in self._chances:
                    if operation in operations and dice.random() < chance:
                        wanted = dice.choice(faults)
                        break
        if isinstance(wanted, Reply):
            return Misbehaviour(accepts=False, reply=wanted)
        return wanted.value if wanted else None

    def do(
        self,
        operation: Callable[..., Answer],
        key: str,
        asked: dict[str, Any],
        names: Mapping[str, str],
    ) -> Answer:
        """Do what was asked for and return status and answer. Raises ``Denied``."""
        with self.lock:
            service = self.services.get(key)
            if service is None:
                raise Denied(401, "")
            for payment in self.payments.values():
                if payment.is_overdue:
                    self.expire(payment)
            return operation(self, service, asked, **names)

    def note(self, exchange: Exchange, *, answer_too: bool) -> None:
        """Keep an exchange, and whatever is wrong with it."""
        wrong = breaches(exchange, answer_too=answer_too)
        with self.lock:
            self.exchanges.append(exchange)
            self.breaches.extend(wrong)

    def succeed(self, payment: Payment) -> None:
        """Let a payment be paid."""
        with self.lock:
            self._move(payment, "success", of=records.UNFINISHED)
            payment.capture_submitted = timezone.now()
            self._tell(payment, "card_payment_succeeded")

    def end(self, payment: Payment, state: tuple[str, str], event: str) -> None:
        """Let a payment end without money."""
        with self.lock:
            self._move(payment, *state, of=records.UNFINISHED)
            self._tell(payment, event)

    def _move(self, payment: Payment, status: str, code: str = "", *, of: Sequence[str]) -> None:
        with self.lock:
            assert payment.status in of, f"a payment that is {payment.status} can't be {status}"
            payment.enter(status, code)

    def _tell(self, payment: Payment, event: str) -> None:
        message = messages.about(payment, event, secret=WEBHOOK_SECRET, url=self.url)
        self.messages.append(message)


@contextmanager
def running_stub() -> Iterator[Stub]:
    """Run a stub on a free port. Raises ``AssertionError`` for exchanges not as described."""
    stub = Stub()
    handler = type("StubHandler", (Handler,), {"stub": stub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    stub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield stub
    finally:
        stub.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
    assert not stub.breaches, "\n".join(stub.breaches)
