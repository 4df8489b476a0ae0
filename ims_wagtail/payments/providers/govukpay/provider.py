"""GOV.UK Pay as a provider: the contract's verbs, in its words."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import quote

from ims_wagtail.conf import Credential
from ims_wagtail.money import to_pence

from ..connections import busy
from ..contract import (
    Can,
    Created,
    CreateRequest,
    DisputeObservation,
    NotFound,
    Observation,
    OutcomeUnknown,
    Provider,
    ProviderError,
    ProviderState,
    RefundObservation,
    RefundRequest,
    Refused,
    TooLate,
    Unreachable,
    WebhookInvalid,
    WebhookMessage,
)
from ..signatures import signing_secret
from . import reading
from .asking import body_of, clean
from .client import Client, Failed, NoAnswer, NotSent
from .errors import BLOCKED, Meaning


SIGNATURE_HEADER = "Pay-Signature"
#: The most that a page of a search may hold.
PAGE = 500

#: What may be learnt from an error when a payment is read, and when it is to be changed.
_READING: Mapping[Meaning, type[ProviderError]] = {Meaning.NOT_FOUND: NotFound}
_CHANGING: Mapping[Meaning, type[ProviderError]] = {
    Meaning.NOT_FOUND: NotFound,
    Meaning.TOO_LATE: TooLate,
}

Row = TypeVar("Row")


class GovUkPayProvider(Provider):
    """GOV.UK Pay. ``states`` and ``errors`` say what each of its words leads to."""

    # Searches follow after seconds, usually. A payment that turns up later is adopted all the same.
    search_lag = timedelta(minutes=1)
    can = frozenset(Can)
    live_key_prefixes = ("api_live_",)
    test_key_prefixes = ("api_test_",)

    def __init__(self, *, credential: Credential) -> None:
        super().__init__(credential=credential)
        self._client = Client(
            api_key=credential.api_key, base_url=credential.extra.get("base_url", "")
        )

    def create(self, request: CreateRequest) -> Created:
        body = body_of(request)
        with _doing():
            said = self._client.post("/v1/payments", body)
            return Created(
                provider_id=reading.text(said["payment_id"]),
                next_url=reading.next_url(said),
                raw_state=reading.text(said["state"]["status"]),
            )

    def read(self, provider_id: str) -> Observation:
        with _learning(_READING):
            said = self._client.get(_path(provider_id))
            seen = reading.payment(said)
            if seen.state != ProviderState.PAID:
                return seen
            return reading.payment(said, paid_at=self._paid_at(provider_id))

    def find(self, reference: str) -> Observation | None:
        for seen in self._pages("/v1/payments", {"reference": clean(reference)}, reading.payment):
            if seen.reference == reference:
                # A search may lag behind, and knows no address for the payer to go on at.
                try:
                    return self.read(seen.provider_id)
                except NotFound as error:
                    raise Unreachable("found, but can't be read") from error
        return None

    def cancel(self, provider_id: str) -> None:
        with _learning(_CHANGING):
            self._tell(_path(provider_id, "cancel"))

    def capture(self, provider_id: str) -> None:
        with _learning(_CHANGING):
            self._tell(_path(provider_id, "capture"))

    def refund(self, request: RefundRequest) -> RefundObservation:
        body = {
            "amount": to_pence(request.amount),
            # Without it GOV.UK Pay fills in the right one, and guards against nothing.
            "refund_amount_available": to_pence(request.available),
        }
        with _doing():
            said = self._client.post(_path(request.provider_id, "refunds"), body)
            return reading.refund(said, payment_id=request.provider_id)

    def read_refund(self, *, provider_id: str, refund_id: str) -> RefundObservation:
        with _learning(_READING):
            said = self._client.get(_path(provider_id, "refunds", refund_id))
            return reading.refund(said, payment_id=provider_id)

    def refunds_of(self, provider_id: str) -> list[RefundObservation]:
        with _learning():
            said = self._client.get(_path(provider_id, "refunds"))
            return [
                reading.refund(refund, payment_id=provider_id)
                for refund in said["_embedded"]["refunds"]
            ]

    def payments_between(self, since: datetime, until: datetime) -> Iterator[Observation]:
        return self._pages("/v1/payments", _window(since, until), reading.payment)

    def refunds_between(self, since: datetime, until: datetime) -> Iterator[RefundObservation]:
        return self._pages("/v1/refunds", _window(since, until), reading.refund)

    def disputes_between(self, since: datetime, until: datetime) -> Iterator[DisputeObservation]:
        return self._pages("/v1/disputes", _window(since, until), reading.dispute)

    def parse_webhook(self, *, body: bytes, headers: Mapping[str, str]) -> WebhookMessage:
        secret_number = signing_secret(
            secrets=self.credential.webhook_secrets,
            body=body,
            signature=headers.get(SIGNATURE_HEADER, ""),
        )
        if secret_number is None:
            raise WebhookInvalid("the signature is not of one of our secrets")
        try:
            said = json.loads(body)
            # Its documentation and its source don't agree on upper or lower case. Messages about
            # anything else are kept for people to see.
            about_payment = str(said["resource_type"]).lower() == "payment"
            resource = said.get("resource") or {}
            return WebhookMessage(
                message_id=reading.text(said["webhook_message_id"]),
                provider_id=reading.text(said["resource_id"]),
                event=reading.text(said["event_type"]),
                reference=str(resource.get("reference") or "")[:40] if about_payment else "",
                secret_number=secret_number,
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise WebhookInvalid("the message can't be read") from error

    def _tell(self, path: str) -> None:
        """Have something done that takes no body; should the firewall want one, with an empty one.

        GOV.UK Pay's documentation says both: that no body is needed, and that its firewall blocks
        requests without one. What is blocked was certainly not done.
        """
        try:
            self._client.post(path)
        except Failed as error:
            if error.code != BLOCKED:
                raise
            self._client.post(path, {})

    def _paid_at(self, provider_id: str) -> datetime | None:
        """Return when a payment was paid, if that can be learnt: its day counts, not ours."""
        try:
            said = self._client.get(_path(provider_id, "events"))
        except (Failed, NotSent, NoAnswer):
            return None
        return reading.moment_of_success(said["events"])

    def _pages(
        self, path: str, query: Mapping[str, str], row: Callable[[Mapping[str, Any]], Row]
    ) -> Iterator[Row]:
        """Yield all rows of a search. Links to further pages are not followed, but counted."""
        seen, page = 0, 1
        while True:
            with _learning():
                try:
                    said = self._client.get(
                        path, {**query, "page": str(page), "display_size": str(PAGE)}
                    )
                except Failed as error:
                    if error.meaning == Meaning.END:
                        return
                    raise
                rows = [row(result) for result in said["results"]]
                total = int(said["total"])
            yield from rows
            seen, page = seen + len(rows), page + 1
            if not rows or seen >= total:
                return


@contextmanager
def _doing() -> Iterator[None]:
    """Tell a certain refusal from an unknown outcome while something is being done."""
    try:
        yield
    except NotSent as error:
        raise Refused("no_connection") from error
    except Failed as error:
        if error.meaning == Meaning.UNKNOWN:
            raise OutcomeUnknown(error.code) from error
        fault = error.meaning == Meaning.ACCOUNT
        raise _told_if_busy(Refused(error.code, account_fault=fault), error) from error
    except (NoAnswer, Unreachable, AttributeError, KeyError, TypeError, ValueError) as error:
        raise OutcomeUnknown(type(error).__name__) from error


@contextmanager
def _learning(
    expected: Mapping[Meaning, type[ProviderError]] = MappingProxyType({}),
) -> Iterator[None]:
    """Say what was learnt, where asking again does no harm: what is expected, or nothing."""
    try:
        yield
    except Failed as error:
        learnt = expected.get(error.meaning, Unreachable)(error.code)
        raise _told_if_busy(learnt, error) from error
    except (NotSent, NoAnswer, AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unreachable(type(error).__name__) from error


def _told_if_busy(learnt: ProviderError, error: Failed) -> ProviderError:
    if error.meaning == Meaning.BUSY:
        return busy(learnt, retry_after=error.retry_after)
    return learnt


def _path(provider_id: str, *further: str) -> str:
    return "/".join(["/v1/payments", *(quote(part, safe="") for part in (provider_id, *further))])


def _window(since: datetime, until: datetime) -> dict[str, str]:
    """Return the filter for ``[since, until)``, to the second and in UTC."""
    return {
        "from_date": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "to_date": until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
