"""Smartpay Fuse as a provider. Its own word for a payment is our reference."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

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
from . import api
from .keys import Incomplete, Keys, keys_of
from .models import FusePayment
from .observations import REFUND_REFERENCE, Kind, Transaction, observe, read, refunds
from .replies import MAY_HAVE_PAID, Decision, NotAReply, checked, fields_of, remember


#: How long our page offers its form. Barclaycard's own page gives the payer a quarter of an hour.
OFFERED = timedelta(minutes=60)
#: After so long, a payment that can't be found was never made.
LIFETIME = timedelta(minutes=90)
#: The service keeps what can be searched for about half a year.
KEPT_DAYS = 180

#: What a reply means as long as the search finds no transaction.
UNSEEN = {
    Decision.ACCEPT: ProviderState.SUBMITTED,
    Decision.REVIEW: ProviderState.SUBMITTED,
    Decision.DECLINE: ProviderState.DECLINED,
    Decision.CANCEL: ProviderState.CANCELLED_BY_PAYER,
    Decision.ERROR: ProviderState.ERROR,
}


class SmartpayFuseProvider(Provider):
    """Payments by card, online and by telephone, on Barclaycard's page."""

    #: A payment is ours from the start, and known without searching.
    search_lag = timedelta(seconds=0)
    can = frozenset({Can.REFUND, Can.TELEPHONE, Can.LIST})

    def create(self, request: CreateRequest) -> Created:
        try:
            keys_of(self.credential)
        except Incomplete as error:
            raise Refused("not_configured", account_fault=True) from error
        if request.delayed_capture:
            raise Refused("delayed_capture_not_offered")
        payment, made = FusePayment.objects.get_or_create(
            reference=request.reference,
            defaults={
                "amount": request.amount,
                "return_url": request.return_url,
                "webhook_url": request.webhook_url,
                "language": request.language,
                "telephone": request.telephone,
                "created_at": timezone.now(),
            },
        )
        if not made and payment.amount != request.amount:
            raise OutcomeUnknown
        return Created(
            provider_id=payment.reference, next_url=_page_of(payment), raw_state="offered"
        )

    def read(self, provider_id: str) -> Observation:
        seen = self.find(provider_id)
        if seen is None:
            raise NotFound
        return seen

    def find(self, reference: str) -> Observation | None:
        payment = FusePayment.objects.filter(reference=reference).first()
        seen = observe(self._transactions_of(reference, payment))
        if payment is None:
            return seen
        if seen is None or (seen.paid_at is None and seen.state != ProviderState.SUBMITTED):
            return _unpaid(payment, seen)
        return seen

    def cancel(self, provider_id: str) -> None:
        seen = self.read(provider_id)
        if seen.state == ProviderState.CANCELLED_BY_US:
            return
        if seen.state != ProviderState.OPEN:
            raise TooLate
        # A reply that says otherwise may have come since.
        changed = (
            FusePayment.objects.filter(reference=provider_id)
            .exclude(decision__in=MAY_HAVE_PAID)
            .update(cancelled_at=timezone.now())
        )
        if not changed:
            raise TooLate

    @classmethod
    def forget_old(cls) -> int:
        # What the service itself can't be asked about any more tells nobody anything here either.
        old = FusePayment.objects.filter(created_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))
        number, _tables = old.delete()
        return number

    def refund(self, request: RefundRequest) -> RefundObservation:
        # Nothing has been asked for yet, so that nothing is uncertain.
        try:
            keys = self._keys()
            paid = [
                transaction
                for transaction in self._transactions_of(request.provider_id, None)
                if transaction.kind == Kind.PAYMENT and transaction.succeeded
            ]
        except Unreachable as error:
            raise Refused("not_sent") from error
        if not paid:
            raise Refused("payment_not_found")
        made = api.refund(
            keys=keys,
            transaction_id=paid[-1].id,
            body={
                "clientReferenceInformation": {"code": request.provider_id},
                "merchantDefinedInformation": [
                    {"key": REFUND_REFERENCE, "value": request.reference}
                ],
                "orderInformation": {
                    "amountDetails": {"totalAmount": f"{request.amount:.2f}", "currency": "GBP"}
                },
            },
        )
        return RefundObservation(
            refund_id=str(made["id"]),
            provider_id=request.provider_id,
            amount=request.amount,
            status=RefundStatus.SUBMITTED,
            raw_state=str(made.get("status", ""))[:60],
            created_at=timezone.now(),
            reference=request.reference,
        )

    def read_refund(self, *, provider_id: str, refund_id: str) -> RefundObservation:
        found = self._search(f"id:{api.quoted(refund_id)}")
        for refund in refunds(transaction for transaction in found if transaction.id == refund_id):
            return refund
        # A refund that the service took may take a while to be found: nothing was learnt.
        raise Unreachable

    def refunds_of(self, provider_id: str) -> list[RefundObservation]:
        return refunds(self._transactions_of(provider_id, None))

    def payments_between(self, since: datetime, until: datetime) -> Iterator[Observation]:
        by_reference: dict[str, list[Transaction]] = {}
        for transaction in self._search(_window(since, until)):
            by_reference.setdefault(transaction.reference, []).append(transaction)
        for transactions in by_reference.values():
            seen = observe(transactions)
            if seen is not None:
                yield seen

    def refunds_between(self, since: datetime, until: datetime) -> Iterator[RefundObservation]:
        yield from refunds(self._search(_window(since, until)))

    def parse_webhook(self, *, body: bytes, headers: Mapping[str, str]) -> WebhookMessage:
        try:
            reply = checked(fields=fields_of(body), secrets=self.credential.webhook_secrets)
        except NotAReply as error:
            raise WebhookInvalid(str(error)) from error
        remember(reply)
        told_of = reply.transaction_id or f"{reply.reference}:{reply.signed_at}"
        return WebhookMessage(
            message_id=f"{told_of}:{reply.decision}"[:80],
            provider_id=reply.reference,
            event=reply.decision,
            reference=reply.reference,
            secret_number=reply.secret_number,
        )

    def _keys(self) -> Keys:
        try:
            return keys_of(self.credential)
        except Incomplete as error:
            raise Unreachable(str(error)) from error

    def _transactions_of(self, reference: str, payment: FusePayment | None) -> list[Transaction]:
        days = KEPT_DAYS
        if payment is not None:
            days = min(days, (timezone.now() - payment.created_at).days + 1)
        query = (
            f"clientReferenceInformation.code:{api.quoted(reference)}"
            f" AND submitTimeUtc:[NOW/DAY-{days}DAYS TO NOW/DAY+1DAY}}"
        )
        return [found for found in self._search(query) if found.reference == reference]

    def _search(self, query: str) -> Iterator[Transaction]:
        for summary in api.search(keys=self._keys(), query=query):
            yield read(summary)


def _unpaid(payment: FusePayment, seen: Observation | None) -> Observation:
    """Return how a payment stands of which no money was found.

    A card that was declined is not the end: the payer may try another on Barclaycard's page.
    """
    state = ProviderState.OPEN
    word = seen.raw_state if seen else "offered"
    if payment.decision in MAY_HAVE_PAID or (payment.decision and not payment.cancelled_at):
        decision = Decision(payment.decision)
        state, word = UNSEEN[decision], decision.value
    elif payment.cancelled_at:
        state, word = ProviderState.CANCELLED_BY_US, "cancelled"
    elif timezone.now() - payment.created_at >= LIFETIME:
        state = seen.state if seen else ProviderState.EXPIRED
    offered = Observation(
        provider_id=payment.reference,
        reference=payment.reference,
        state=state,
        raw_state=word,
        amount=payment.amount,
        currency="GBP",
        next_url=_page_of(payment) if state == ProviderState.OPEN else "",
    )
    if seen is None:
        return offered
    return replace(offered, card_brand=seen.card_brand, card_last_four=seen.card_last_four)


def _page_of(payment: FusePayment) -> str:
    return ims_settings().base_url + reverse("ims_smartpay_fuse:pay", args=[payment.pk])


def _window(since: datetime, until: datetime) -> str:
    return f"submitTimeUtc:[{api.instant(since)} TO {api.instant(until)}}}"
