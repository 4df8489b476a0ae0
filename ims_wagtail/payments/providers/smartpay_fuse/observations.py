"""What found transactions say of a payment, in the contract's words.

Everything of one payment carries our reference: each card that was tried, what was given back and
what was taken back in the service's own console. Each transaction lists its applications (what was
asked of the card's bank), and each application has a flag that says how it went.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from ims_wagtail.clock import accounting_date

from ..contract import Observation, ProviderState, RefundObservation, RefundStatus


DONE = "SOK"
IN_REVIEW = "DREVIEW"
#: Not the service's word: the bank agreed, but a check of the payer failed and it was let go.
LET_GO = "DREVERSED"
#: Our number of a refund stands in the first of the fields that merchants may use.
REFUND_REFERENCE = "1"

#: The service's numbers for brands of cards.
BRANDS = {
    "001": "Visa",
    "002": "Mastercard",
    "003": "American Express",
    "004": "Discover",
    "005": "Diners Club",
    "007": "JCB",
    "024": "Maestro",
    "033": "Visa Electron",
    "042": "Maestro",
}


class Kind(StrEnum):
    """What a transaction is."""

    PAYMENT = "payment"
    REFUND = "refund"
    #: Undoes another before its money has moved.
    VOID = "void"
    #: Checks of the payer, and whatever else moves no money.
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction as a search shows it, without anything personal."""

    id: str
    reference: str
    kind: Kind
    flag: str
    amount: Decimal
    currency: str
    at: datetime
    brand: str
    last_four: str
    refund_reference: str
    #: Whether the money was asked for, rather than only reserved.
    billed: bool

    @property
    def succeeded(self) -> bool:
        """Whether what was asked for was done."""
        return self.flag == DONE


def read(summary: Mapping[str, Any]) -> Transaction:
    """Return a transaction of a search."""
    applications = summary.get("applicationInformation", {}).get("applications", [])
    flags = {app.get("name", ""): app.get("rFlag", "") for app in applications}
    kind = _kind(flags)
    amount = summary.get("orderInformation", {}).get("amountDetails", {})
    card = summary.get("paymentInformation", {}).get("card", {})
    defined = summary.get("merchantDefinedInformation") or []
    return Transaction(
        id=summary["id"],
        reference=summary.get("clientReferenceInformation", {}).get("code", ""),
        kind=kind,
        flag=_flag(kind, flags),
        amount=Decimal(amount.get("totalAmount") or 0).quantize(Decimal("0.01")),
        currency=amount.get("currency", ""),
        at=datetime.fromisoformat(summary["submitTimeUtc"].replace("Z", "+00:00")),
        brand=BRANDS.get(card.get("type", ""), ""),
        last_four=card.get("suffix") or "",
        refund_reference=next(
            (field["value"] for field in defined if field.get("key") == REFUND_REFERENCE), ""
        ),
        billed="ics_bill" in flags,
    )


def observe(transactions: Sequence[Transaction]) -> Observation | None:
    """Return what the transactions of one reference say, or ``None``: nobody has paid yet.

    Two payments of one reference are told as their sum, which is not what was asked for: nothing
    that was taken may be overlooked.
    """
    payments = [t for t in transactions if t.kind == Kind.PAYMENT]
    taken = [t for t in payments if t.succeeded]
    refunds = [t for t in transactions if t.kind == Kind.REFUND and t.succeeded]
    reviewed = [t for t in payments if t.flag == IN_REVIEW]
    if not payments:
        return None
    last = (taken or reviewed or payments)[-1]
    # A void does not say what it undoes. After the payment and without refunds, it is the payment.
    voided = not refunds and any(
        t.kind == Kind.VOID and t.succeeded and t.at >= last.at for t in transactions
    )
    if taken:
        state, word = (ProviderState.ERROR, "VOIDED") if voided else (ProviderState.PAID, last.flag)
    elif reviewed:
        state, word = ProviderState.SUBMITTED, last.flag
    else:
        # Flags that say the system failed begin with E, those that say the bank refused with D.
        failed = last.flag.startswith("E")
        state = ProviderState.ERROR if failed else ProviderState.DECLINED
        word = last.flag
    paid = state == ProviderState.PAID
    total = sum((t.amount for t in taken), Decimal("0.00")) if taken else last.amount
    back = sum((t.amount for t in refunds), Decimal("0.00"))
    return Observation(
        provider_id=last.reference,
        reference=last.reference,
        state=state,
        raw_state=word,
        amount=total,
        currency=last.currency,
        captured=paid and all(t.billed for t in taken),
        paid_at=last.at if taken else None,
        card_brand=last.brand,
        card_last_four=last.last_four,
        captured_on=accounting_date(last.at) if paid else None,
        # What is left is not told: the newest refund may be missing from what was found.
        refund_block="full" if paid and back >= total else "",
    )


def refunds(transactions: Iterable[Transaction]) -> list[RefundObservation]:
    """Return the refunds among some transactions."""
    return [
        RefundObservation(
            refund_id=t.id,
            provider_id=t.reference,
            amount=t.amount,
            status=RefundStatus.SUCCEEDED if t.succeeded else RefundStatus.FAILED,
            raw_state=t.flag,
            created_at=t.at,
            reference=t.refund_reference,
        )
        for t in transactions
        if t.kind == Kind.REFUND
    ]


def _kind(flags: Mapping[str, str]) -> Kind:
    if "ics_void" in flags:
        return Kind.VOID
    if "ics_credit" in flags:
        return Kind.REFUND
    if "ics_auth" in flags or "ics_bill" in flags:
        return Kind.PAYMENT
    return Kind.OTHER


def _flag(kind: Kind, flags: Mapping[str, str]) -> str:
    """Return how it went: the first word that is not well, or that all is.

    Of a payment or refund, only the applications that move money count.
    """
    if kind == Kind.PAYMENT and flags.get("ics_auth_reversal") == DONE:
        return LET_GO
    counted = [
        flag for name, flag in flags.items() if flag and (kind == Kind.VOID or name in _MONEY)
    ]
    return next((flag for flag in counted if flag != DONE), DONE if counted else "")


_MONEY = frozenset({"ics_auth", "ics_bill", "ics_credit"})
