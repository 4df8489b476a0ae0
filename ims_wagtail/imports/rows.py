"""What every reader makes of a row of money, whatever the file looked like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


#: So much of a row's text is kept with its outcome.
LONGEST_RAW = 2000


@dataclass(slots=True)
class Row:
    """One row of a file of transactions, as it was read. Rules change it in place."""

    #: Where it stands in the file, from 1, as a person counts lines or records.
    number: int
    #: The text as it was received.
    raw: str
    #: The account reference as it was found.
    reference: str = ""
    #: Pounds; money in is positive, money out negative.
    amount: Decimal | None = None
    #: When the money moved.
    date: date | None = None
    narrative: str = ""
    #: Codes, when the file says them or a rule sets them.
    fund: str = ""
    method: str = ""
    office: str = ""
    vat: str = ""
    #: The sender's own number of the row: the same number is the same money.
    external_id: str = ""
    #: The payment provider's reference of the payment.
    psp_reference: str = ""
    #: Personal data; kept apart from the book.
    payer: str = ""
    #: Why it is to go to suspense, when a rule says so.
    suspense: str = ""
    #: What it was split into; the amounts of the parts add up to its own.
    parts: list[Row] | None = None
