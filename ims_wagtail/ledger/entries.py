"""What goes into the book: plain values handed to ``ledger.services``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .enums import PostingKind


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a posting. ``amount`` is gross pounds, ``vat_rate`` a fraction."""

    fund_id: int
    account_reference: str
    method_id: int
    amount: Decimal
    vat_code_id: int
    vat_rate: Decimal
    vat_amount: Decimal
    receipt_number: str
    narrative: str = ""
    psp_reference: str = ""
    corrects_id: int | None = None


@dataclass(frozen=True, slots=True)
class Payer:
    """Personal data of a posting, kept apart from the book."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    postcode: str = ""
    card_brand: str = ""
    card_last_four: str = ""


@dataclass(frozen=True, slots=True)
class NewPosting:
    """A posting for the bulk twin of ``post()``."""

    kind: PostingKind
    source: str
    lines: Sequence[Line]
    at: datetime
    by_id: int | None = None
    office_id: int | None = None
    payer: Payer | None = None
