"""What the house asks of a payment provider, and what it is told in return.

A provider knows how to talk to one service. It knows nothing of orders, funds or the ledger: it
may not read or write the house's tables, or decide what a payment means. Between two calls it keeps
nothing, unless its service knows nothing of a payment yet; then in a table of its own. Only
``payments.gateway`` calls it, never inside a database transaction.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
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
    #: Reserved on the payer's card, taken only once we ask for it.
    CAPTURABLE = "capturable"
    PAID = "paid"
    DECLINED = "declined"
    CANCELLED_BY_PAYER = "cancelled_by_payer"
    CANCELLED_BY_US = "cancelled_by_us"
    EXPIRED = "expired"
    ERROR = "error"


class RefundStatus(StrEnum):
    """What may be true of a refund at a provider, in our words."""

    SUBMITTED = "submitted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class DisputeState(StrEnum):
    """What may be true of a dispute at a provider, in our words."""

    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"


class Can(StrEnum):
    """What not every provider can do. Nothing is offered that the account's provider can't."""

    REFUND = "refund"
    TELEPHONE = "telephone"
    DELAYED_CAPTURE = "delayed_capture"
    LIST = "list"
    DISPUTES = "disputes"


@dataclass(frozen=True, slots=True)
class CardHolder:
    """What the payer has told us already, so that they need not type it again."""

    name: str = ""
    line_1: str = ""
    line_2: str = ""
    town: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class CreateRequest:
    """A payment to be created. ``amount`` is in pounds; ``reference`` is ours and unique.

    ``metadata`` says what is paid for (funds, payment types) and never who pays. ``telephone``
    means that staff type the card for the payer on the provider's page.
    """

    reference: str
    amount: Decimal
    description: str
    language: str
    return_url: str
    webhook_url: str
    email: str = ""
    card_holder: CardHolder = field(default_factory=CardHolder)
    metadata: Mapping[str, str] = field(default_factory=dict)
    telephone: bool = False
    delayed_capture: bool = False


@dataclass(frozen=True, slots=True)
class Created:
    """The provider accepted a payment; the payer goes to ``next_url``, which is never stored."""

    provider_id: str
    next_url: str
    raw_state: str


@dataclass(frozen=True, slots=True)
class Observation:
    """What a provider says of one payment at one moment.

    ``amount`` is what the payer is asked for or, once paid, what was taken, without ``surcharge``,
    which the provider adds for a corporate card. ``captured`` means the provider has confirmed
    that the money is ours. ``next_url`` is empty when there is nothing left to do for the payer.
    ``fee`` is what the provider keeps and ``refundable`` what may still be given back, as far as
    it says; ``refund_block`` is its word for why nothing may be. ``metadata`` is what we sent.
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
    surcharge: Decimal = Decimal("0.00")
    fee: Decimal | None = None
    captured_on: date | None = None
    settled_on: date | None = None
    refundable: Decimal | None = None
    refund_block: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """A refund to be made, in pounds. ``reference`` is ours and unique.

    ``available`` is what the provider said just before could still be refunded: where it takes
    that as a guard, a refund made meanwhile by somebody else makes it refuse ours.
    """

    provider_id: str
    reference: str
    amount: Decimal
    available: Decimal


@dataclass(frozen=True, slots=True)
class RefundObservation:
    """What a provider says of one refund at one moment. ``reference`` only if it keeps ours."""

    refund_id: str
    provider_id: str
    amount: Decimal
    status: RefundStatus
    raw_state: str
    created_at: datetime | None = None
    reference: str = ""
    settled_on: date | None = None


@dataclass(frozen=True, slots=True)
class DisputeObservation:
    """What a provider says of one dispute: pounds, ``fee`` as a positive amount."""

    dispute_id: str
    provider_id: str
    amount: Decimal
    status: DisputeState
    reason: str
    opened_at: datetime
    fee: Decimal | None = None
    evidence_due_at: datetime | None = None
    settled_on: date | None = None


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

    #: For how many seconds the provider wants to be asked less, if that is why it did not answer.
    busy_for: float | None = None


class Refused(ProviderError):
    """Certain: the provider did nothing. ``code`` is its own and holds no personal data.

    ``account_fault`` means that the account itself is refused (a revoked key, an account that is
    switched off), whatever is asked of it.
    """

    def __init__(self, code: str, *, account_fault: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.account_fault = account_fault


class OutcomeUnknown(ProviderError):
    """The request may or may not have been carried out."""


class Unreachable(ProviderError):
    """The provider did not answer, or not in a way that can be understood; nothing was learnt."""


class NotFound(ProviderError):
    """The provider does not know such a payment."""


class TooLate(ProviderError):
    """The payment has gone too far to be cancelled, or can't be captured any more."""


class Unsupported(ProviderError):
    """This provider can't do that: ``Provider.can`` says so beforehand."""


class WebhookInvalid(ProviderError):
    """The message is not signed with one of our secrets, or can't be read."""


class Provider(ABC):
    """One payment service, spoken to with the credential of one merchant account.

    A new object is made for every call, so that a changed secret counts at once. Every method may
    raise ``Unreachable`` when nothing was learnt, apart from ``create``, which must tell a certain
    refusal from an unknown outcome. Whatever is raised because the service was asked too much has
    ``busy_for``, so that background work leaves it alone for a while. Logs hold ids, never keys,
    addresses, bodies or names.
    """

    #: How long a payment that was created may be missing from ``find``. After that, not found means
    #: never created.
    search_lag: ClassVar[timedelta]
    #: What it can do besides taking a payment. The methods for the rest raise ``Unsupported``.
    can: ClassVar[frozenset[Can]] = frozenset()
    #: How the keys of accounts that take real money begin, and those of the others; empty when a
    #: key does not tell.
    live_key_prefixes: ClassVar[tuple[str, ...]] = ()
    test_key_prefixes: ClassVar[tuple[str, ...]] = ()

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

    @classmethod
    def forget_old(cls) -> int:
        """Delete what it keeps of payments too old for anybody to ask after; return how many.

        Called every morning. Most keep nothing.
        """
        return 0

    def capture(self, provider_id: str) -> None:
        """Take money that is reserved on a card.

        Called when a ``CAPTURABLE`` payment is what was asked for. The caller reads the payment
        afterwards, whatever happened. Raises ``TooLate``, ``NotFound`` or ``Unreachable``.
        """
        raise Unsupported

    def refund(self, request: RefundRequest) -> RefundObservation:
        """Give money back.

        Called once for each refund, after it has been committed as being sent. Raises ``Refused``
        only when it is certain that nothing was refunded, and ``OutcomeUnknown`` for everything
        else that is not a clear yes. It must not repeat a request whose outcome is unknown, unless
        the provider itself makes a repetition harmless by our reference.
        """
        raise Unsupported

    def read_refund(self, *, provider_id: str, refund_id: str) -> RefundObservation:
        """Return what is true of a refund now. Raises ``NotFound`` or ``Unreachable``.

        Called while a refund is on its way: no provider tells of every refund that fails.
        """
        raise Unsupported

    def refunds_of(self, provider_id: str) -> list[RefundObservation]:
        """Return all refunds of one payment, ours and those made elsewhere. Raises
        ``Unreachable``.

        Called when the outcome of ``refund`` is unknown. The newest may be missing for a while.
        """
        raise Unsupported

    def payments_between(self, since: datetime, until: datetime) -> Iterator[Observation]:
        """Yield the payments created in ``[since, until)``, page by page. Raises ``Unreachable``.

        Called by the daily comparison.
        """
        raise Unsupported

    def refunds_between(self, since: datetime, until: datetime) -> Iterator[RefundObservation]:
        """Yield the refunds created in ``[since, until)``, page by page. Raises ``Unreachable``.

        Called by the daily comparison, which finds refunds made in the provider's own console.
        """
        raise Unsupported

    def disputes_between(self, since: datetime, until: datetime) -> Iterator[DisputeObservation]:
        """Yield the disputes opened in ``[since, until)``, page by page. Raises ``Unreachable``.

        Called daily: providers send no message about disputes.
        """
        raise Unsupported
