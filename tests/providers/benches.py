"""Each provider on a bench: the real client, and levers for what payers and services do.

``test_contract`` asks the same of all of them. A bench says how its provider is made to do
something; what has to follow is in the tests only.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID, uuid4

import stripe
from django.test import Client

from ims_wagtail.conf import Credential, ims_settings
from ims_wagtail.money import to_pence
from ims_wagtail.payments.providers.contract import (
    CardHolder,
    Created,
    CreateRequest,
    Provider,
    RefundObservation,
    RefundRequest,
)
from ims_wagtail.payments.providers.registry import provider_class
from ims_wagtail.payments.providers.sandbox import remote, remote_refunds
from ims_wagtail.payments.providers.sandbox.cards import BY_NUMBER
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment, SandboxRefund
from ims_wagtail.payments.providers.sandbox.provider import SIGNATURE_HEADER
from ims_wagtail.payments.providers.signatures import sign
from ims_wagtail.payments.providers.smartpay_fuse.models import FusePayment
from ims_wagtail.payments.providers.stripe_checkout import client as stripe_client
from tests.providers.fakes import fuse
from tests.providers.fakes.serving import Fault
from tests.providers.fakes.stripe import StripeFake
from tests.providers.forms import form_of
from tests.providers.govukpay import messages
from tests.providers.govukpay.faults import Fault as PayFault
from tests.providers.govukpay.stub import Stub


SECRET = "the first secret"
#: Nothing listens here.
NOBODY = "http://127.0.0.1:9"
NAME = "Ffion Payer"
EMAIL = "ffion.payer@example.org"
BASE = "http://testserver"


class Bench(ABC):
    """One provider and what may be done around it."""

    key: ClassVar[str]
    #: Faults that can be brought about when a payment is created, and when one is refunded.
    creating: ClassVar[frozenset[Fault]] = frozenset(Fault)
    refunding: ClassVar[frozenset[Fault]] = frozenset(Fault)
    #: Faults when something is only looked at.
    looking: ClassVar[frozenset[Fault]] = frozenset({Fault.BREAKS, Fault.GARBAGE, Fault.BUSY})
    #: Whether a payment can be found by our reference before anybody has paid it.
    finds_unpaid: ClassVar[bool] = True
    #: Whether it keeps our reference of a refund.
    keeps_refund_reference: ClassVar[bool] = True
    #: Whether it knows of every refund at once, rather than by a search that is behind.
    tells_what_is_left: ClassVar[bool] = True
    credential: Credential

    @property
    def provider(self) -> Provider:
        """The client, made anew as for every call."""
        return self.provider_with()

    def provider_with(self, **changes: Any) -> Provider:
        """Return a client with another credential."""
        return provider_class(self.key)(credential=replace(self.credential, **changes))

    def request(self, reference: str = "P1-1", amount: str = "20.00", **values: Any) -> Any:
        """Return what the house would ask for."""
        asked: dict[str, Any] = {
            "description": "Council tax",
            "language": "en-gb",
            "return_url": f"{BASE}/pay/return/a-token/",
            "webhook_url": f"{BASE}/ims/webhooks/{self.key}/",
            "email": EMAIL,
            "card_holder": CardHolder(name=NAME, line_1="1 High Street", postcode="AB1 2CD"),
            "metadata": {"fund": "CT"},
        }
        return CreateRequest(reference=reference, amount=Decimal(amount), **asked | values)

    def create(self, reference: str = "P1-1", amount: str = "20.00", **values: Any) -> Created:
        """Create a payment."""
        return self.provider.create(self.request(reference, amount, **values))

    def create_with(self, fault: Fault, reference: str = "P1-1") -> Created:
        """Create a payment while the service fails."""
        with self.create_failing(fault):
            return self.create(reference)

    def refund(
        self, provider_id: str, amount: str = "5.00", *, available: str = "20.00", number: str = "1"
    ) -> RefundObservation:
        """Refund some of a payment."""
        return self.provider.refund(self._refund_request(provider_id, amount, available, number))

    def refund_with(self, fault: Fault, provider_id: str) -> RefundObservation:
        """Refund £5 while the service fails."""
        with self.refund_failing(fault):
            return self.refund(provider_id)

    def _refund_request(
        self, provider_id: str, amount: str, available: str, number: str
    ) -> RefundRequest:
        return RefundRequest(
            provider_id=provider_id,
            reference=f"F{number}",
            amount=Decimal(amount),
            available=Decimal(available),
        )

    @abstractmethod
    def pay(self, provider_id: str) -> None:
        """Let the payer pay, and the provider confirm it."""

    def reserve(self, provider_id: str) -> None:
        """Let the payer use a card of which the money is taken later."""
        self.pay(provider_id)

    @abstractmethod
    def refund_elsewhere(self, provider_id: str, amount: str) -> None:
        """Give money back in the provider's own console."""

    def finish_refunds(self) -> None:
        """Let refunds that are under way arrive."""
        return

    @abstractmethod
    def payments_there(self) -> int:
        """Return how many payments the provider knows."""

    @abstractmethod
    def refunded_there(self) -> Decimal:
        """Return how much the provider has given back in all."""

    @abstractmethod
    def cut_off(self) -> Provider:
        """Return a client that can't reach the service."""

    @abstractmethod
    def message(self, provider_id: str, secret: str = SECRET) -> tuple[bytes, Mapping[str, str]]:
        """Return body and headers of a message about a payment."""

    def changed(self, body: bytes) -> bytes:
        """Return a body that somebody changed on its way."""
        return body.replace(b"P1-1", b"P1-2")

    @contextmanager
    def create_failing(self, fault: Fault) -> Iterator[None]:
        """Fail while payments are created."""
        raise NotImplementedError
        yield

    @contextmanager
    def refund_failing(self, fault: Fault) -> Iterator[None]:
        """Fail while refunds are made."""
        raise NotImplementedError
        yield

    @contextmanager
    def look_failing(self, fault: Fault) -> Iterator[None]:
        """Fail while something is looked at."""
        raise NotImplementedError
        yield


class SandboxBench(Bench):
    """The sandbox misbehaves by exact amounts."""

    key = "sandbox"
    creating = frozenset({Fault.ANSWER_LOST, Fault.REFUSES, Fault.BREAKS})
    refunding = creating
    looking = frozenset()

    amounts: ClassVar[dict[Fault, str]] = {
        Fault.ANSWER_LOST: "77.77",
        Fault.REFUSES: "77.78",
        Fault.BREAKS: "77.79",
    }
    refund_amounts: ClassVar[dict[Fault, str]] = {
        Fault.ANSWER_LOST: "6.62",
        Fault.REFUSES: "6.61",
        Fault.BREAKS: "6.63",
    }

    def __init__(self) -> None:
        self.credential = Credential(api_key="demo-key", webhook_secrets=(SECRET,))

    def create_with(self, fault: Fault, reference: str = "P1-1") -> Created:
        return self.create(reference, self.amounts[fault])

    def refund_with(self, fault: Fault, provider_id: str) -> RefundObservation:
        return self.refund(provider_id, self.refund_amounts[fault])

    def pay(self, provider_id: str) -> None:
        payment = SandboxPayment.objects.get(pk=UUID(provider_id))
        remote.use_card(payment=payment, card=BY_NUMBER["4242424242424242"])

    def refund_elsewhere(self, provider_id: str, amount: str) -> None:
        payment = SandboxPayment.objects.get(pk=UUID(provider_id))
        remote_refunds.refund_in_console(payment=payment, amount=Decimal(amount))

    def payments_there(self) -> int:
        return SandboxPayment.objects.count()

    def refunded_there(self) -> Decimal:
        return sum((r.amount for r in SandboxRefund.objects.all()), Decimal(0))

    def cut_off(self) -> Provider:
        return self.provider_with(api_key="")

    def message(self, provider_id: str, secret: str = SECRET) -> tuple[bytes, Mapping[str, str]]:
        said = {
            "message_id": str(uuid4()),
            "event": "card_payment_succeeded",
            "payment_id": provider_id,
            "reference": "P1-1",
        }
        body = json.dumps(said).encode()
        return body, {SIGNATURE_HEADER: sign(secret=secret, body=body)}


class FuseBench(Bench):
    """Smartpay Fuse hears of a payment only from the payer's browser."""

    key = "smartpay_fuse"
    creating = frozenset()
    tells_what_is_left = False

    def __init__(self, fake: fuse.FuseFake, settings: Any) -> None:
        self.fake = fake
        credentials = {self.key: fake.credential()}
        settings.IMS = {**settings.IMS, "BASE_URL": BASE, "CREDENTIALS": credentials}
        self.credential = ims_settings().credentials[self.key]

    def pay(self, provider_id: str) -> None:
        self.visit(provider_id)

    def visit(self, provider_id: str, decision: str = "ACCEPT") -> dict[str, str]:
        """Go through our page with the form and type a card; return the fields of the reply."""
        return self.fake.take_form(self.form(provider_id), decision)

    def form(self, provider_id: str) -> dict[str, str]:
        """Return the fields of our page's form."""
        address = self.provider.read(provider_id).next_url.removeprefix(BASE)
        return form_of(Client().get(address).content, self.fake.url + "/pay")

    def refund_elsewhere(self, provider_id: str, amount: str) -> None:
        self.fake.credit(provider_id, amount, [])

    def payments_there(self) -> int:
        return FusePayment.objects.count()

    def refunded_there(self) -> Decimal:
        return sum(
            (
                Decimal(s["orderInformation"]["amountDetails"]["totalAmount"])
                for s in self.fake.summaries
                if s["applicationInformation"]["applications"][0]["name"] == "ics_credit"
            ),
            Decimal(0),
        )

    def cut_off(self) -> Provider:
        return self.provider_with(extra={**self.credential.extra, "api_url": NOBODY})

    def message(self, provider_id: str, secret: str = SECRET) -> tuple[bytes, Mapping[str, str]]:
        payment = FusePayment.objects.get(reference=provider_id)
        said = {
            "decision": "ACCEPT",
            "transaction_id": "6590834057836283403955",
            "req_reference_number": provider_id,
            "req_amount": f"{payment.amount}",
            "req_currency": "GBP",
        }
        return encoded(fuse.reply(said, secret)), {}

    def refund_failing(self, fault: Fault) -> Any:
        return self.fake.failing("/refunds", fault)

    def look_failing(self, fault: Fault) -> Any:
        return self.fake.failing("/searches", fault)


class StripeBench(Bench):
    """Stripe, through its own library."""

    key = "stripe_checkout"
    finds_unpaid = False

    def __init__(self, fake: StripeFake, monkeypatch: Any) -> None:
        self.fake = fake
        self.monkeypatch = monkeypatch
        monkeypatch.setattr(stripe_client, "API_BASE", fake.url)
        self.credential = Credential(api_key=fake.key, webhook_secrets=(SECRET,))

    def session(self, provider_id: str) -> str:
        """Return Stripe's own id."""
        return f"cs_test_{provider_id}"

    def pay(self, provider_id: str) -> None:
        self.fake.pay(self.session(provider_id))

    def refund_elsewhere(self, provider_id: str, amount: str) -> None:
        intent = self.fake.sessions[self.session(provider_id)]["payment_intent"]
        self.fake.make_refund(intent, to_pence(Decimal(amount)))

    def payments_there(self) -> int:
        return len(self.fake.sessions)

    def refunded_there(self) -> Decimal:
        return Decimal(sum(refund["amount"] for refund in self.fake.refunds.values())) / 100

    def cut_off(self) -> Provider:
        self.monkeypatch.setattr(stripe_client, "API_BASE", NOBODY)
        return self.provider

    def message(self, provider_id: str, secret: str = SECRET) -> tuple[bytes, Mapping[str, str]]:
        said = {
            "id": f"evt_{uuid4().hex[:24]}",
            "object": "event",
            "type": "checkout.session.completed",
            "data": {
                "object": {
                    "id": self.session(provider_id),
                    "object": "checkout.session",
                    "metadata": {"reference": "P1-1"},
                }
            },
        }
        body = json.dumps(said).encode()
        header = stripe.WebhookSignature.generate_signature_header(body.decode(), secret)
        return body, {"Stripe-Signature": header}

    def create_failing(self, fault: Fault) -> Any:
        return self.fake.failing("POST /v1/checkout/sessions", fault)

    def refund_failing(self, fault: Fault) -> Any:
        return self.fake.failing("POST /v1/refunds", fault)

    @contextmanager
    def look_failing(self, fault: Fault) -> Iterator[None]:
        everything = ("sessions", "search", "refunds", "disputes")
        self.fake.faults.update(dict.fromkeys(everything, fault))
        for session_id in self.fake.sessions:
            self.fake.faults[f"/{session_id}"] = fault
        yield
        self.fake.faults.clear()


class GovUkPayBench(Bench):
    """GOV.UK Pay, by its own stub."""

    key = "govukpay"
    keeps_refund_reference = False

    faults: ClassVar[dict[Fault, PayFault]] = {
        Fault.ANSWER_LOST: PayFault.DROP_AFTER_ACCEPTING,
        Fault.BREAKS: PayFault.ERROR_BEFORE_ACCEPTING,
        Fault.GARBAGE: PayFault.GARBAGE_AFTER_ACCEPTING,
        Fault.REFUSES: PayFault.BLOCKED,
        Fault.LOCKED_OUT: PayFault.REVOKED,
        Fault.BUSY: PayFault.RATE_LIMITED,
    }

    def __init__(self, stub: Stub) -> None:
        self.stub = stub
        said = stub.credential()
        self.credential = Credential(
            api_key=said["api_key"], webhook_secrets=(SECRET,), extra=said["extra"]
        )

    def pay(self, provider_id: str) -> None:
        self.reserve(provider_id)
        self.stub.take(self.stub.payments[provider_id])

    def reserve(self, provider_id: str) -> None:
        self.stub.pay(self.stub.payments[provider_id])

    def refund_elsewhere(self, provider_id: str, amount: str) -> None:
        self.stub.refund_in_console(self.stub.payments[provider_id], to_pence(Decimal(amount)))

    def finish_refunds(self) -> None:
        for payment in self.stub.payments.values():
            for refund in payment.refunds:
                self.stub.finish_refund(refund)

    def payments_there(self) -> int:
        return len(self.stub.payments)

    def refunded_there(self) -> Decimal:
        payments = self.stub.payments.values()
        return Decimal(sum(r.amount for payment in payments for r in payment.refunds)) / 100

    def cut_off(self) -> Provider:
        return self.provider_with(extra={"base_url": NOBODY})

    def message(self, provider_id: str, secret: str = SECRET) -> tuple[bytes, Mapping[str, str]]:
        payment = self.stub.payments[provider_id]
        sent = messages.about(payment, "card_payment_succeeded", secret=secret, url=self.stub.url)
        return sent.body, sent.headers

    @contextmanager
    def create_failing(self, fault: Fault) -> Iterator[None]:
        self.stub.next("create", self.faults[fault], times=10)
        yield
        self.stub.behave()

    @contextmanager
    def refund_failing(self, fault: Fault) -> Iterator[None]:
        self.stub.next("refund", self.faults[fault], times=10)
        yield
        self.stub.behave()

    @contextmanager
    def look_failing(self, fault: Fault) -> Iterator[None]:
        for operation in ("read", "search", "refunds_of", "search_refunds", "read_refund"):
            self.stub.next(operation, self.faults[fault], times=10)
        yield
        self.stub.behave()


def encoded(fields: Mapping[str, str]) -> bytes:
    """Return a form as a browser sends it."""
    return urlencode(fields).encode()
