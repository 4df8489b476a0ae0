"""The sandbox as a provider: called like a service elsewhere, though it lives on this site."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.urls import reverse

from ims_wagtail.conf import ims_settings

from ..contract import (
    Can,
    Created,
    CreateRequest,
    NotFound,
    Observation,
    OutcomeUnknown,
    Provider,
    ProviderState,
    RefundObservation,
    RefundRequest,
    RefundStatus,
    Refused,
    TooLate,
    Unreachable,
    WebhookInvalid,
    WebhookMessage,
)
from ..signatures import signing_secret
from . import remote, remote_refunds
from .models import SandboxPayment, SandboxRefund
from .states import RefundWord, State


SIGNATURE_HEADER = "Sandbox-Signature"

STATES = {
    State.CREATED: ProviderState.OPEN,
    State.SUBMITTED: ProviderState.SUBMITTED,
    State.CAPTURABLE: ProviderState.CAPTURABLE,
    State.SUCCESS: ProviderState.PAID,
    State.CAPTURED: ProviderState.PAID,
    State.DECLINED: ProviderState.DECLINED,
    State.CANCELLED: ProviderState.CANCELLED_BY_PAYER,
    State.WITHDRAWN: ProviderState.CANCELLED_BY_US,
    State.EXPIRED: ProviderState.EXPIRED,
    State.ERROR: ProviderState.ERROR,
}

REFUND_STATES = {
    RefundWord.SUBMITTED: RefundStatus.SUBMITTED,
    RefundWord.SUCCESS: RefundStatus.SUCCEEDED,
    RefundWord.ERROR: RefundStatus.FAILED,
}


class SandboxProvider(Provider):
    """A provider that moves no money. ``cards`` lists all that it can be made to do."""

    search_lag = timedelta(seconds=0)
    #: Whatever its key: it never takes real money.
    test_key_prefixes = ("",)
    can = frozenset({Can.REFUND, Can.TELEPHONE, Can.DELAYED_CAPTURE, Can.LIST})

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
                    telephone=request.telephone,
                    delayed_capture=request.delayed_capture,
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

    def capture(self, provider_id: str) -> None:
        try:
            in_time = remote.capture(api_key=self.credential.api_key, payment_id=provider_id)
        except remote.Denied as error:
            raise Unreachable from error
        except ValueError as error:
            raise NotFound from error
        if not in_time:
            raise TooLate

    def refund(self, request: RefundRequest) -> RefundObservation:
        try:
            made = remote_refunds.refund(
                api_key=self.credential.api_key,
                payment_id=request.provider_id,
                amount=request.amount,
                available=request.available,
                reference=request.reference,
            )
        except remote.Denied as error:
            raise Refused(error.code) from error
        except remote.NoAnswer as error:
            raise OutcomeUnknown from error
        return _observe_refund(made)

    def read_refund(self, *, provider_id: str, refund_id: str) -> RefundObservation:
        try:
            made = remote_refunds.get_refund(api_key=self.credential.api_key, refund_id=refund_id)
        except remote.Denied as error:
            raise Unreachable from error
        if made is None:
            raise NotFound
        return _observe_refund(made)

    def refunds_of(self, provider_id: str) -> list[RefundObservation]:
        try:
            made = remote_refunds.refunds_of(
                api_key=self.credential.api_key, payment_id=provider_id
            )
        except remote.Denied as error:
            raise Unreachable from error
        return [_observe_refund(refund) for refund in made]

    def payments_between(self, since: datetime, until: datetime) -> Iterator[Observation]:
        try:
            yield from map(
                _observe,
                remote_refunds.payments_between(
                    api_key=self.credential.api_key, since=since, until=until
                ),
            )
        except remote.Denied as error:
            raise Unreachable from error

    def refunds_between(self, since: datetime, until: datetime) -> Iterator[RefundObservation]:
        try:
            yield from map(
                _observe_refund,
                remote_refunds.refunds_between(
                    api_key=self.credential.api_key, since=since, until=until
                ),
            )
        except remote.Denied as error:
            raise Unreachable from error

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
    refundable, refund_block = remote_refunds.refund_facts(payment)
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
        refundable=refundable,
        refund_block=refund_block,
    )


def _observe_refund(made: SandboxRefund) -> RefundObservation:
    return RefundObservation(
        refund_id=str(made.pk),
        provider_id=str(made.payment_id),
        amount=made.amount,
        status=REFUND_STATES[RefundWord(made.state)],
        raw_state=made.state,
        created_at=made.created_at,
        reference=made.reference,
    )
