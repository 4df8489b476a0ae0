"""What the stub of GOV.UK Pay keeps: payments, refunds and disputes, in pence and in its words."""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone


LIFETIME = timedelta(minutes=90)
LIFETIME_DELAYED = timedelta(hours=120)

UNFINISHED = ("created", "started", "submitted", "capturable")
#: State and code of every way in which a payment can end without money.
DECLINED = ("failed", "P0010")
EXPIRED = ("failed", "P0020")
CANCELLED_BY_PAYER = ("failed", "P0030")
CANCELLED_BY_SERVICE = ("cancelled", "P0040")
ERROR = ("error", "P0050")
MESSAGES = {
    "P0010": "Payment method rejected",
    "P0020": "Payment expired",
    "P0030": "Payment was cancelled by the user",
    "P0040": "Payment was cancelled by the service",
    "P0050": "Payment provider returned an error",
}


def new_id() -> str:
    """Return 26 characters, as the service's ids have."""
    return secrets.token_hex(13)


@dataclass
class Service:
    """One service at GOV.UK Pay: its key sees its own payments and nobody else's."""

    key: str
    provider: str = "sandbox"
    moto: bool = True
    minimum: int = 1
    maximum: int = 10_000_000


@dataclass
class Refund:
    """Money given back."""

    payment: "Payment"
    amount: int
    status: str = "submitted"
    refund_id: str = field(default_factory=new_id)
    created: datetime = field(default_factory=timezone.now)
    settled_on: date | None = None


@dataclass
class Dispute:
    """A payment that its payer's bank has called back."""

    payment: "Payment"
    amount: int
    reason: str
    fee: int | None = None
    status: str = "needs_response"
    dispute_id: str = field(default_factory=new_id)
    created: datetime = field(default_factory=timezone.now)
    settled_on: date | None = None

    @property
    def evidence_due(self) -> datetime:
        """When the bank wants to be told."""
        return self.created + timedelta(days=7)


@dataclass
class Payment:
    """One payment: what was asked for, and what has become of it."""

    service: Service
    asked: dict[str, Any]
    payment_id: str = field(default_factory=new_id)
    created: datetime = field(default_factory=timezone.now)
    status: str = "created"
    code: str = ""
    history: list[tuple[str, str, datetime]] = field(default_factory=list)
    surcharge: int = 0
    card: dict[str, Any] | None = None
    capture_submitted: datetime | None = None
    captured_on: date | None = None
    settled_on: date | None = None
    fee: int | None = None
    refunds: list[Refund] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.history.append((self.status, self.code, self.created))

    @property
    def reference(self) -> str:
        """The reference of the service that created it."""
        return self.asked["reference"]

    @property
    def amount(self) -> int:
        """What was asked for."""
        return self.asked["amount"]

    @property
    def total(self) -> int:
        """What the payer pays, a corporate card's surcharge included."""
        return self.amount + self.surcharge

    @property
    def finished(self) -> bool:
        """Whether its state is a last one."""
        return self.status not in UNFINISHED

    @property
    def refunded(self) -> int:
        """What has been given back or is on its way."""
        return sum(refund.amount for refund in self.refunds if refund.status != "error")

    @property
    def refund_status(self) -> str:
        """The service's word for whether it may be refunded."""
        if self.status in UNFINISHED:
            return "pending"
        if self.status != "success" or self.disputed:
            return "unavailable"
        return "available" if self.refunded < self.total else "full"

    @property
    def disputed(self) -> bool:
        """Whether its bank has called it back."""
        return any(dispute.status != "won" for dispute in self.disputes)

    def enter(self, status: str, code: str = "") -> None:
        """Move to another state."""
        self.status, self.code = status, code
        self.history.append((status, code, timezone.now()))

    @property
    def is_overdue(self) -> bool:
        """Whether the service's sweep would let it expire."""
        lifetime = LIFETIME_DELAYED if self.status == "capturable" else LIFETIME
        return not self.finished and timezone.now() - self.created >= lifetime
