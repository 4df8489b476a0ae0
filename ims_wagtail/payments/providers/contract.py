"""What the house asks of a payment provider, and what it is told in return.

A provider knows how to talk to one service. It knows nothing of orders, funds or the ledger: it
may not read or write our database, decide what a payment means, or keep anything between two
calls. Only ``payments.gateway`` calls it, never inside a database transaction.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from ims_wagtail.conf import Credential


#: Seconds to connect and to wait for an answer: what every HTTP call of a provider must pass on.
TIMEOUT = (3.05, 12)


class ProviderState(StrEnum):
    """What may be true of a payment at a provider, in our words."""

    OPEN = "open"
    SUBMITTED = "submitted"
    PAID = "paid"
    DECLINED = "declined"
    CANCELLED_BY_PAYER = "cancelled_by_payer"
    CANCELLED_BY_US = "cancelled_by_us"
    EXPIRED = "expired"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class CreateRequest:
    """A payment to be created. ``amount`` is in pounds; ``reference`` is ours and unique."""

    reference: str
    amount: Decimal
    description: str
    language: str
    return_url: str
    webhook_url: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Created:
    """The provider accepted a payment; the payer goes to ``next_url``, which is never stored."""

    provider_id: str
    next_url: str
    raw_state: str


@dataclass(frozen=True, slots=True)
class Observation:
    """What a provider says of one payment at one moment.

    ``amount`` is what the payer is asked for or, once paid, what was taken. ``captured`` means the
    provider has confirmed that the money is ours. ``next_url`` is empty when there is nothing left
    to do for the payer.
    """

    provider_id: str
    reference: str
    state: ProviderState
    raw_state: str
    amount: Decimal
    currency: str
    next_url: str = ""
    captured: bool = False
    paid_at: datetime | None = None
    card_brand: str = ""
    card_last_four: str = ""


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """A message whose signature was checked. It says where to look, not what is true."""

    message_id: str
    provider_id: str
    event: str
    reference: str = ""
    #: Which of the secrets signed it, counted from 1, so that a rotation can be followed.
    secret_number: int = 1


class ProviderError(Exception):
    """Anything a provider may answer instead of what was asked for."""


class Refused(ProviderError):
    """Certain: the provider did nothing. ``code`` is its own and holds no personal data."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class OutcomeUnknown(ProviderError):
    """The request may or may not have been carried out."""


class Unreachable(ProviderError):
    """The provider did not answer, or not in a way that can be understood; nothing was learnt."""


class NotFound(ProviderError):
    """The provider does not know such a payment."""


class TooLate(ProviderError):
    """The payment has gone too far to be cancelled."""


class WebhookInvalid(ProviderError):
    """The message is not signed with one of our secrets, or can't be read."""


class Provider(ABC):
    """One payment service, spoken to with the credential of one merchant account.

    A new object is made for every call, so that a changed secret counts at once. Every method may
    raise ``Unreachable`` when nothing was learnt, apart from ``create``, which must tell a certain
    refusal from an unknown outcome. Logs hold ids, never keys, addresses, bodies or names.
    """

    #: How long a payment that was created may be missing from ``find``. After that, not found means
    #: never created.
    search_lag: ClassVar[timedelta]

    def __init__(self, *, credential: Credential) -> None:
        self.credential = credential

    @abstractmethod
    def create(self, request: CreateRequest) -> Created:
        """Create a payment.

        Called once for each attempt, after the attempt has been committed and while the payer
        waits. Raises ``Refused`` only when it is certain that nothing was created (a refusal, no
        connection, too many requests after a few tries within the time-out), and
        ``OutcomeUnknown`` for everything else that is not a clear yes: a time-out, a 5xx, an answer
        that can't be read. It must not repeat a request whose outcome is unknown.
        """

    @abstractmethod
    def read(self, provider_id: str) -> Observation:
        """Return what is true of a payment now.

        Called whenever somebody has a reason to look: the return page, a webhook, the schedule, an
        officer. It is the only source of a payment's state, so it must ask the provider each time.
        Raises ``NotFound`` or ``Unreachable``.
        """

    @abstractmethod
    def find(self, reference: str) -> Observation | None:
        """Return the payment that was created with our reference, or ``None`` when there is none.

        Called when the outcome of ``create`` is unknown, and later to adopt a payment that turned
        up late. Only an exact match counts. Raises ``Unreachable``.
        """

    @abstractmethod
    def cancel(self, provider_id: str) -> None:
        """Cancel a payment that the payer has not finished.

        Called when the payer gives up on our side or has changed the basket. The caller reads the
        payment afterwards, whatever happened. Raises ``TooLate``, ``NotFound`` or ``Unreachable``.
        """

    @abstractmethod
    def parse_webhook(self, *, body: bytes, headers: Mapping[str, str]) -> WebhookMessage:
        """Check the signature of a message and say which payment it is about.

        Called by the webhook address with the raw body, before anything is stored; the sender is
        waiting, so it must not call out. Signatures are compared in constant time against every
        secret of the credential, and without a secret every message is refused. Raises
        ``WebhookInvalid``.
        """
