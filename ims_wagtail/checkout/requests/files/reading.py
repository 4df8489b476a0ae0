"""What a file of requests says, row by row, before anything is looked up."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from ims_wagtail.access.spreadsheets import (
    SpreadsheetUnreadable,
    TableRow,
    amount_of,
    date_of,
    read_table,
    text_of,
)
from ims_wagtail.checkout.requests.models import MESSAGE_LENGTH
from ims_wagtail.money import AmountError


REFERENCE, AMOUNT, NAME, EMAIL, EXPIRY, MESSAGE = HEADINGS = (
    "reference",
    "amount",
    "name",
    "email",
    "expiry",
    "message",
)
_OTHER_NAMES = {
    "account reference": REFERENCE,
    "account": REFERENCE,
    "email address": EMAIL,
    "e-mail": EMAIL,
    "expires": EXPIRY,
    "open until": EXPIRY,
}
MOST_ROWS = 10_000
_LONGEST = {REFERENCE: 50, NAME: 100, EMAIL: 254, MESSAGE: MESSAGE_LENGTH}


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row: in which column, what was found there, and what to do."""

    row: int
    column: str
    found: str
    to_do: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """One request as the file asks for it; ``number`` is the row the spreadsheet shows."""

    number: int
    reference: str
    amount: Decimal | None
    name: str
    email: str
    expires_on: date | None
    message: str
    faults: tuple[RowFault, ...] = ()

    def packed(self) -> list[Any]:
        """Return it as JSON can keep it."""
        return [
            self.number,
            self.reference,
            None if self.amount is None else str(self.amount),
            self.name,
            self.email,
            None if self.expires_on is None else self.expires_on.isoformat(),
            self.message,
        ]

    @classmethod
    def unpacked(cls, kept: list[Any]) -> "FileRow":
        """Return what ``packed`` kept."""
        number, reference, amount, name, email, expires_on, message = kept
        return cls(
            number,
            reference,
            None if amount is None else Decimal(amount),
            name,
            email,
            None if expires_on is None else date.fromisoformat(expires_on),
            message,
        )


def read_requests(content: bytes) -> list[FileRow]:
    """Read every row that says something. Raises ``SpreadsheetUnreadable``."""
    table = read_table(
        content,
        headings=HEADINGS,
        optional=HEADINGS,
        other_names=_OTHER_NAMES,
        most_rows=MOST_ROWS,
    )
    if not table:
        raise SpreadsheetUnreadable(
            _("There is nothing under the headings. The first row must hold some of: %(them)s")
            % {"them": ", ".join(HEADINGS)}
        )
    return [_row(row) for row in table]


def _row(row: TableRow) -> FileRow:
    said = {column: " ".join(text_of(row.given[column]).split()) for column in HEADINGS}
    faults = [
        RowFault(
            row.number,
            column,
            said[column][:60],
            _("Use %(most)d characters or fewer") % {"most": most},
        )
        for column, most in _LONGEST.items()
        if len(said[column]) > most
    ]
    amount = expires_on = None
    try:
        amount = amount_of(row.given[AMOUNT]) if said[AMOUNT] else None
    except AmountError as error:
        faults.append(RowFault(row.number, AMOUNT, said[AMOUNT][:60], str(error)))
    try:
        expires_on = date_of(row.given[EXPIRY]) if said[EXPIRY] else None
    except ValueError:
        to_do = _("Give a day, like 31/03/2027")
        faults.append(RowFault(row.number, EXPIRY, said[EXPIRY][:60], to_do))
    try:
        if said[EMAIL]:
            validate_email(said[EMAIL])
    except ValidationError:
        to_do = _("Give an email address, like name@example.com")
        faults.append(RowFault(row.number, EMAIL, said[EMAIL][:60], to_do))
    return FileRow(
        number=row.number,
        reference=said[REFERENCE],
        amount=amount,
        name=said[NAME],
        email=said[EMAIL],
        expires_on=expires_on,
        message=said[MESSAGE],
        faults=tuple(faults),
    )
