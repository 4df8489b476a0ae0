"""What somebody wants moved, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ims_wagtail.funds.models import Fund, VatCode
from ims_wagtail.money import ZERO

from .enums import CorrectionKind


@dataclass(frozen=True, slots=True)
class From:
    """Pounds of whatever the book holds on an account: not tied to one receipt."""

    fund: Fund
    reference: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class To:
    """Pounds for an account, VAT included; without a VAT code, the fund's."""

    fund: Fund
    reference: str
    amount: Decimal
    vat_code: VatCode | None = None
    narrative: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A journal or write-off: pounds by the ids of lines of the book, and where they go."""

    takes: Mapping[int, Decimal]
    gives: Sequence[To]
    reason: str
    kind: CorrectionKind = CorrectionKind.JOURNAL


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer: from accounts to accounts, as many as one likes."""

    takes: Sequence[From]
    gives: Sequence[To]
    reason: str


def total(sides: "Sequence[From] | Sequence[To]") -> Decimal:
    """Return the pounds of one side."""
    return sum((side.amount for side in sides), ZERO)
