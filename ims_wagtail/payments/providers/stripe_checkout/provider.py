"""Stripe Checkout: the payer types the card on Stripe's page.

A payment is a Checkout Session. Stripe repeats nothing that carries the same key, so our reference
is the key of all we ask for.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import stripe
from django.utils import timezone

from ims_wagtail.money import to_pence

from ..contract import (
    Can,
    Created,
    CreateRequest,
    DisputeObservation,
    NotFound,
    Observation,
    Provider,
    RefundObservation,
    RefundRequest,
    Refused,
    TooLate,
    Unreachable,
    WebhookMessage,
)
from . import webhooks
from .client import asking, change, client
from .observations import (
    CANCELLED,
    LIVE,
    REFERENCE,
    REFUND_REFERENCE,
    TEST,
    observe,
    observe_dispute,
    observe_refund,
    psp_reference,
)


#: A payer has so long; Stripe allows between half an hour and a day.
LIFETIME = timedelta(minutes=90)
#: What ``observe`` needs, in one answer.
WHOLE = "payment_intent.latest_charge.balance_transaction"
#: Stripe's pages know no Welsh; left to itself it would follow the browser, not the resident.
LOCALE = "en-GB"
_PAGE = 100


class StripeProvider(Provider):
    """Payments by card and by the wallets that Stripe offers with cards; no other methods."""

    #: Searching is a minute behind. A session whose address was lost can't be paid meanwhile.
    search_lag = timedelta(minutes=2)
    can = frozenset({Can.REFUND, Can.DELAYED_CAPTURE, Can.LIST, Can.DISPUTES})
    live_key_prefixes = ("sk_live_", "rk_live_")
    test_key_prefixes = ("sk_test_", "rk_test_")

    def create(self, request: CreateRequest) -> Created:
        if request.telephone:
            raise Refused("telephone_not_offered")
        checkout = self._client().v1.checkout
        session = change(
            lambda: checkout.sessions.create(_session_of(request), _once(request.reference))
        )
        if not session.url:
            raise Refused("no_page")
        return Created(
            provider_id=psp_reference(session.id),
            next_url=session.url,
            raw_state=session.status or "",
        )

    def read(self, provider_id: str) -> Observation:
        return observe(self._session(provider_id))

    def find(self, reference: str) -> Observation | None:
        # A session nobody has typed a card into has no intent to be found: as its address was lost
        # with the answer, nobody can.
        with asking():
            api = self._client().v1
            found = api.payment_intents.search(
                {"query": f"metadata['{REFERENCE}']:'{_quoted(reference)}'", "limit": 10}
            )
            for intent in found.data:
                if intent.metadata.to_dict().get(REFERENCE) == reference:
                    for session in api.checkout.sessions.list(
                        {"payment_intent": intent.id, "limit": 1, "expand": [f"data.{WHOLE}"]}
                    ).data:
                        return observe(session.to_dict())
        return None

    def cancel(self, provider_id: str) -> None:
        session = self._session(provider_id)
        intent = session["payment_intent"] or {}
        try:
            with asking():
                api = self._client().v1
                if session["status"] == "open":
                    api.checkout.sessions.update(session["id"], {"metadata": {CANCELLED: "yes"}})
                    api.checkout.sessions.expire(session["id"])
                elif intent.get("status") == "requires_capture":
                    api.payment_intents.cancel(intent["id"])
                elif session["status"] == "complete" and intent.get("status") != "canceled":
                    raise TooLate
        except Unreachable:
            # Refused because the payer was faster, perhaps: the session itself knows.
            if self._session(provider_id)["status"] == "complete":
                raise TooLate from None
            raise

    def capture(self, provider_id: str) -> None:
        intent = self._session(provider_id)["payment_intent"] or {}
        if intent.get("status") == "succeeded":
            return
        if intent.get("status") != "requires_capture":
            raise TooLate
        with asking():
            self._client().v1.payment_intents.capture(
                intent["id"], {}, _once(f"capture-{provider_id}")
            )

    def refund(self, request: RefundRequest) -> RefundObservation:
        try:
            intent = self._intent_of(request.provider_id)
        except (NotFound, Unreachable) as error:
            raise Refused("not_sent") from error
        made = change(
            lambda: self._client().v1.refunds.create(
                {
                    "payment_intent": intent,
                    "amount": to_pence(request.amount),
                    "metadata": {REFUND_REFERENCE: request.reference},
                },
                _once(request.reference),
            )
        )
        return observe_refund(made.to_dict(), provider_id=request.provider_id)

    def read_refund(self, *, provider_id: str, refund_id: str) -> RefundObservation:
        with asking():
            refund = self._client().v1.refunds.retrieve(refund_id)
        return observe_refund(refund.to_dict(), provider_id=provider_id)

    def refunds_of(self, provider_id: str) -> list[RefundObservation]:
        try:
            intent = self._intent_of(provider_id)
            with asking():
                made = self._client().v1.refunds.list({"payment_intent": intent, "limit": _PAGE})
                return [
                    observe_refund(refund.to_dict(), provider_id=provider_id)
                    for refund in made.auto_paging_iter()
                ]
        except NotFound:
            return []

    def payments_between(self, since: datetime, until: datetime) -> Iterator[Observation]:
        with asking():
            page = self._client().v1.checkout.sessions.list(
                {"created": _between(since, until), "limit": _PAGE, "expand": [f"data.{WHOLE}"]}
            )
            for session in page.auto_paging_iter():
                yield observe(session.to_dict())

    def refunds_between(self, since: datetime, until: datetime) -> Iterator[RefundObservation]:
        sessions: dict[str, str] = {}
        with asking():
            page = self._client().v1.refunds.list(
                {"created": _between(since, until), "limit": _PAGE}
            )
            for refund in page.auto_paging_iter():
                yield observe_refund(
                    refund.to_dict(), provider_id=self._payment_of(refund, sessions)
                )

    def disputes_between(self, since: datetime, until: datetime) -> Iterator[DisputeObservation]:
        sessions: dict[str, str] = {}
        with asking():
            page = self._client().v1.disputes.list(
                {"created": _between(since, until), "limit": _PAGE}
            )
            for dispute in page.auto_paging_iter():
                yield observe_dispute(
                    dispute.to_dict(), provider_id=self._payment_of(dispute, sessions)
                )

    def parse_webhook(self, *, body: bytes, headers: Mapping[str, str]) -> WebhookMessage:
        return webhooks.parse(body=body, headers=headers, secrets=self.credential.webhook_secrets)

    def _client(self) -> stripe.StripeClient:
        return client(self.credential.api_key)

    def _session_id(self, provider_id: str) -> str:
        live = self.credential.api_key.startswith(self.live_key_prefixes)
        return f"{LIVE if live else TEST}{provider_id}"

    def _session(self, provider_id: str) -> dict[str, Any]:
        with asking():
            session = self._client().v1.checkout.sessions.retrieve(
                self._session_id(provider_id), {"expand": [WHOLE]}
            )
        return session.to_dict()

    def _intent_of(self, provider_id: str) -> str:
        intent = self._session(provider_id)["payment_intent"]
        if intent is None:
            raise NotFound
        return str(intent["id"])

    def _payment_of(self, made: Any, sessions: dict[str, str]) -> str:
        """Return the session of a refund or dispute, which name only the intent.

        Each intent is asked about once. One that was made elsewhere has no session of ours.
        """
        intent = str(made.payment_intent or made.charge)
        if intent not in sessions:
            found = self._client().v1.checkout.sessions.list({"payment_intent": intent, "limit": 1})
            sessions[intent] = psp_reference(found.data[0].id) if found.data else intent
        return sessions[intent]


def _session_of(request: CreateRequest) -> Any:
    """Return the body of a new session. Only the e-mail address is personal."""
    metadata = {**request.metadata, REFERENCE: request.reference}
    body: dict[str, Any] = {
        "mode": "payment",
        "payment_method_types": ["card"],
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "gbp",
                    "unit_amount": to_pence(request.amount),
                    "product_data": {"name": request.description},
                },
            }
        ],
        "client_reference_id": request.reference,
        "metadata": metadata,
        "payment_intent_data": {
            "metadata": metadata,
            "description": request.description,
            "capture_method": "manual" if request.delayed_capture else "automatic",
        },
        "success_url": request.return_url,
        "cancel_url": request.return_url,
        "locale": LOCALE,
        "expires_at": int((timezone.now() + LIFETIME).timestamp()),
    }
    if request.email:
        body["customer_email"] = request.email
    return body


def _once(key: str) -> stripe.RequestOptions:
    return {"idempotency_key": key}


def _between(since: datetime, until: datetime) -> Any:
    return {"gte": int(since.timestamp()), "lt": int(until.timestamp())}


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
