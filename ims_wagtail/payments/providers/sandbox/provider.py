"""The sandbox as a provider: called like a service elsewhere, though it lives on this site."""

import json
from collections.abc import Mapping
from datetime import timedelta

from django.urls import reverse

from ims_wagtail.conf import ims_settings

from ..contract import (
    Created,
    CreateRequest,
    NotFound,
    Observation,
    OutcomeUnknown,
    Provider,
    ProviderState,
    Refused,
    TooLate,
    Unreachable,
    WebhookInvalid,
    WebhookMessage,
)
from ..signatures import signing_secret
from . import remote
from .models import SandboxPayment
from .states import State


SIGNATURE_HEADER = "Sandbox-Signature"

STATES = {
    State.CREATED: ProviderState.OPEN,
    State.SUBMITTED: ProviderState.SUBMITTED,
    State.SUCCESS: ProviderState.PAID,
    State.CAPTURED: ProviderState.PAID,
    State.DECLINED: ProviderState.DECLINED,
    State.CANCELLED: ProviderState.CANCELLED_BY_PAYER,
    State.WITHDRAWN: ProviderState.CANCELLED_BY_US,
    State.EXPIRED: ProviderState.EXPIRED,
    State.ERROR: ProviderState.ERROR,
}


class SandboxProvider(Provider):
    """A provider that moves no money. ``cards`` lists all that it can be made to do."""

    search_lag = timedelta(seconds=0)

    def create(self, request: CreateRequest) -> Created:
        try:
            payment = remote.create(
                api_key=self.credential.api_key,
                payment=remote.NewPayment(
                    reference=request.reference,
                    amount=request.amount,
                    description=request.description,
                    return_url=request.return_url,
                    webhook_url=request.webhook_url,
                    language=request.language,
                ),
            )
        except remote.Denied as error:
            raise Refused(error.code) from error
        except remote.NoAnswer as error:
            raise OutcomeUnknown from error
        return Created(
            provider_id=str(payment.pk), next_url=_page_of(payment), raw_state=payment.state
        )

    def read(self, provider_id: str) -> Observation:
        try:
            payment = remote.get(api_key=self.credential.api_key, payment_id=provider_id)
        except (remote.Denied, remote.NoAnswer) as error:
            raise Unreachable from error
        if payment is None:
            raise NotFound
        return _observe(payment)

    def find(self, reference: str) -> Observation | None:
        try:
            payment = remote.search(api_key=self.credential.api_key, reference=reference)
        except (remote.Denied, remote.NoAnswer) as error:
            raise Unreachable from error
        return _observe(payment) if payment else None

    def cancel(self, provider_id: str) -> None:
        try:
            in_time = remote.cancel(api_key=self.credential.api_key, payment_id=provider_id)
        except remote.Denied as error:
            raise Unreachable from error
        if not in_time:
            raise TooLate

    def parse_webhook(self, *, body: bytes, headers: Mapping[str, str]) -> WebhookMessage:
        secret_number = signing_secret(
            secrets=self.credential.webhook_secrets,
            body=body,
            signature=headers.get(SIGNATURE_HEADER, ""),
        )
        if secret_number is None:
            raise WebhookInvalid("the signature is not of one of our secrets")
        try:
            message = json.loads(body)
            return WebhookMessage(
                message_id=str(message["message_id"]),
                provider_id=str(message["payment_id"]),
                event=str(message["event"]),
                reference=str(message["reference"]),
                secret_number=secret_number,
            )
        except (ValueError, TypeError, KeyError) as error:
            raise WebhookInvalid("the message can't be read") from error


def _page_of(payment: SandboxPayment) -> str:
    return ims_settings().base_url + reverse("ims_sandbox:pay", args=[payment.pk])


def _observe(payment: SandboxPayment) -> Observation:
    state = State(payment.state)
    return Observation(
        provider_id=str(payment.pk),
        reference=payment.reference,
        state=STATES[state],
        raw_state=state,
        amount=payment.amount if payment.taken is None else payment.taken,
        currency="GBP",
        next_url=_page_of(payment) if state == State.CREATED else "",
        captured=state == State.CAPTURED,
        paid_at=payment.paid_at,
        card_brand=payment.card_brand,
        card_last_four=payment.card_last_four,
    )
