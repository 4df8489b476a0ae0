"""The one door through which providers are called.

No call is made inside a database transaction: a slow provider would hold locks, and a rollback
would forget money that was taken. Whatever a provider breaks becomes one of the contract's errors.
While a provider is asked too much, nothing is asked of it in the background.
"""

import logging
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from django.db import connection

from ims_wagtail.conf import ims_settings

from .availability import answered
from .models import Attempt, MerchantAccount
from .pausing import must_wait, pause
from .providers.contract import (
    Can,
    Created,
    CreateRequest,
    DisputeObservation,
    Observation,
    OutcomeUnknown,
    Provider,
    ProviderError,
    RefundObservation,
    RefundRequest,
    Refused,
    Unreachable,
    WebhookInvalid,
    WebhookMessage,
)
from .providers.registry import UnknownProvider, provider_class


logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class CalledInTransaction(RuntimeError):
    """A defect of ours: a provider was about to be called inside a database transaction."""


class NotConfigured(LookupError):
    """The merchant account has no credential, or names a provider that is not installed."""


def create(*, account: MerchantAccount, request: CreateRequest) -> Created:
    """Create a payment. Raises ``Refused`` (certain) or ``OutcomeUnknown``, nothing else."""
    try:
        provider = _provider(account)
    except NotConfigured as error:
        logger.error("merchant account %s: %s", account.code, error)
        raise Refused("not_configured") from error
    return _call(
        account, "create", request.reference, OutcomeUnknown, lambda: provider.create(request)
    )


def read(*, attempt: Attempt) -> Observation | None:
    """Return what the provider says of an attempt, or ``None`` when it does not know it.

    An attempt without a PSP reference is searched for by our own. Raises ``Unreachable`` or
    ``NotFound`` (for a payment that the provider had told us of).
    """
    provider = _provider_to_ask(attempt.account)
    verb = "read" if attempt.provider_id else "find"
    seen = _call(
        attempt.account,
        verb,
        attempt.reference,
        Unreachable,
        lambda: (
            provider.read(attempt.provider_id)
            if attempt.provider_id
            else provider.find(attempt.reference)
        ),
    )
    answered(account=attempt.account)
    return seen


def cancel(*, account: MerchantAccount, provider_id: str) -> None:
    """Cancel a payment. Raises ``TooLate``, ``NotFound`` or ``Unreachable``."""
    _ask(account, "cancel", provider_id, lambda provider: provider.cancel(provider_id))


def capture(*, account: MerchantAccount, provider_id: str) -> None:
    """Take money that is reserved. Raises ``TooLate``, ``NotFound`` or ``Unreachable``."""
    _ask(account, "capture", provider_id, lambda provider: provider.capture(provider_id))


def refund(*, account: MerchantAccount, request: RefundRequest) -> RefundObservation:
    """Give money back. Raises ``Refused`` (certain) or ``OutcomeUnknown``."""
    try:
        provider = _provider(account)
    except NotConfigured as error:
        raise Refused("not_configured") from error
    return _call(
        account, "refund", request.reference, OutcomeUnknown, lambda: provider.refund(request)
    )


def read_refund(*, account: MerchantAccount, provider_id: str, refund_id: str) -> RefundObservation:
    """Return what is true of a refund. Raises ``NotFound`` or ``Unreachable``."""
    return _ask(
        account,
        "read refund",
        refund_id,
        lambda provider: provider.read_refund(provider_id=provider_id, refund_id=refund_id),
    )


def refunds_of(*, account: MerchantAccount, provider_id: str) -> list[RefundObservation]:
    """Return all refunds of a payment that the provider knows. Raises ``Unreachable``."""
    return _ask(
        account, "refunds of", provider_id, lambda provider: provider.refunds_of(provider_id)
    )


def payments_between(
    *, account: MerchantAccount, since: datetime, until: datetime
) -> list[Observation]:
    """Return the payments created in ``[since, until)``. Raises ``Unreachable``."""
    return _between(account, "payments", since, lambda p: p.payments_between(since, until))


def refunds_between(
    *, account: MerchantAccount, since: datetime, until: datetime
) -> list[RefundObservation]:
    """Return the refunds created in ``[since, until)``. Raises ``Unreachable``."""
    return _between(account, "refunds", since, lambda p: p.refunds_between(since, until))


def disputes_between(
    *, account: MerchantAccount, since: datetime, until: datetime
) -> list[DisputeObservation]:
    """Return the disputes opened in ``[since, until)``. Raises ``Unreachable``."""
    return _between(account, "disputes", since, lambda p: p.disputes_between(since, until))


def can(account: MerchantAccount, what: Can) -> bool:
    """Return whether an account's provider can do something."""
    try:
        return what in provider_class(account.provider).can
    except UnknownProvider:
        return False


def parse_webhook(
    *, account: MerchantAccount, body: bytes, headers: Mapping[str, str]
) -> WebhookMessage:
    """Check and read a provider's message, without calling out. Raises ``WebhookInvalid``."""
    try:
        provider = _provider(account)
    except NotConfigured as error:
        raise WebhookInvalid(str(error)) from error
    message = provider.parse_webhook(body=body, headers=headers)
    if not 0 < len(message.message_id) <= 80 or not 0 < len(message.provider_id) <= 64:
        raise WebhookInvalid("ids are missing or too long")
    return message


def forget_old(account: MerchantAccount) -> int:
    """Have an account's provider delete what it keeps of old payments; return how many."""
    try:
        return provider_class(account.provider).forget_old()
    except UnknownProvider:
        return 0


def search_lag(account: MerchantAccount) -> float:
    """Return after how many seconds a payment that can't be found was never created."""
    return provider_class(account.provider).search_lag.total_seconds()


def _ask(
    account: MerchantAccount, verb: str, about: str, ask: Callable[[Provider], Answer]
) -> Answer:
    provider = _provider_to_ask(account)
    return _call(account, verb, about, Unreachable, lambda: ask(provider))


def _between(
    account: MerchantAccount,
    verb: str,
    since: datetime,
    ask: Callable[[Provider], Iterator[Answer]],
) -> list[Answer]:
    return _ask(account, verb, f"{since:%Y-%m-%d}", lambda provider: list(ask(provider)))


def _provider_to_ask(account: MerchantAccount) -> Provider:
    """Return the provider if it may be asked at this moment. Raises ``Unreachable``."""
    if must_wait(account):
        raise Unreachable("it was asked too much: background work waits")
    try:
        return _provider(account)
    except NotConfigured as error:
        raise Unreachable(str(error)) from error


def _provider(account: MerchantAccount) -> Provider:
    credential = ims_settings().credentials.get(account.code)
    if credential is None:
        raise NotConfigured(f"IMS['CREDENTIALS'] lacks “{account.code}”")
    try:
        return provider_class(account.provider)(credential=credential)
    except UnknownProvider as error:
        raise NotConfigured(str(error)) from error


def _call(
    account: MerchantAccount,
    verb: str,
    reference: str,
    unexpected: type[ProviderError],
    call: Callable[[], Answer],
) -> Answer:
    if connection.in_atomic_block:
        raise CalledInTransaction(f"{verb} {reference} must not be called inside a transaction")
    started = time.monotonic()
    outcome = "answered"
    try:
        return call()
    except ProviderError as error:
        outcome = type(error).__name__
        if error.busy_for is not None:
            pause(account=account, seconds=error.busy_for)
        raise
    except Exception as error:
        # A provider's defect must not be taken for an answer: what it did is not known.
        # Its message may quote an address or a body, so only the place is logged.
        place = traceback.extract_tb(error.__traceback__)[-1]
        outcome = f"broke: {type(error).__name__} at {place.filename}:{place.lineno}"
        logger.error("provider %s %s", account.provider, outcome)
        raise unexpected(type(error).__name__) from error
    finally:
        logger.info(
            "%s %s %s: %s in %.2f s",
            account.code,
            verb,
            reference,
            outcome,
            time.monotonic() - started,
        )
