"""What a file of journals says, line by line, before anything is looked up."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ims_wagtail.access.spreadsheets import (
    SpreadsheetUnreadable,
    TableRow,
    amount_of,
    read_table,
    text_of,
)
from ims_wagtail.money import AmountError


REFERENCE, AMOUNT, FUND, ACCOUNT, VAT, NARRATIVE = HEADINGS = (
    "transaction reference",
    "amount",
    "to fund",
    "to account",
    "vat",
    "narrative",
)
_OPTIONAL = (VAT, NARRATIVE)
_OTHER_NAMES = {"reference": REFERENCE, "fund": FUND, "account": ACCOUNT, "vat code": VAT}
#: As many as a web request can take in: above them, the file is refused as a whole.
MOST_LINES = 10_000
_LONGEST = {ACCOUNT: 36, NARRATIVE: 200}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line: in which column, what was found there, and what to do."""

    line: int
    column: str
    found: str
    to_do: str


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One journal as the file asks for it; ``number`` is the one the spreadsheet shows."""

    number: int
    reference: str
    amount: Decimal | None
    fund: str
    account: str
    vat: str
    narrative: str
    faults: tuple[Fault, ...] = ()

    def found(self, column: str) -> str:
        """Return what stands in a column, as people wrote it."""
        cells = (self.reference, self.amount, self.fund, self.account, self.vat, self.narrative)
        return str(dict(zip(HEADINGS, cells, strict=True))[column] or "")

    def fault(self, column: str, to_do: str) -> Fault:
        """Return something that is wrong with this line."""
        return Fault(self.number, column, self.found(column), to_do)


def read_journals(content: bytes) -> list[JournalLine]:
    """Read every line that says something. Raises ``SpreadsheetUnreadable``."""
    table = read_table(
        content,
        headings=HEADINGS,
        optional=_OPTIONAL,
        other_names=_OTHER_NAMES,
        most_rows=MOST_LINES,
    )
    if not table:
        raise SpreadsheetUnreadable(_("There are no journals under the headings"))
    return [_line(row) for row in table]


def fingerprint_of(lines: Sequence[JournalLine]) -> str:
    """Return a fingerprint of what lines say, whatever the file's format or name."""
    said = [[line.found(column) for column in HEADINGS] for line in lines]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _line(row: TableRow) -> JournalLine:
    said = {column: " ".join(text_of(row.given[column]).split()) for column in HEADINGS}
    faults = []
    for column, missing in (
        (REFERENCE, _("Enter the reference of the transaction, such as T10000001A")),
        (FUND, _("Enter the code of the fund the money goes to")),
        (ACCOUNT, _("Enter the account the money goes to")),
    ):
        if not said[column]:
            faults.append(Fault(row.number, column, "", missing))
    for column, most in _LONGEST.items():
        if len(said[column]) > most:
            shorter = _("Use %(most)d characters or fewer") % {"most": most}
            faults.append(Fault(row.number, column, said[column][:60], shorter))
    amount: Any = None
    try:
        amount = amount_of(row.given[AMOUNT])
    except AmountError as error:
        faults.append(Fault(row.number, AMOUNT, said[AMOUNT], str(error)))
    return JournalLine(
        number=row.number,
        reference=said[REFERENCE].upper().replace(" ", ""),
        amount=amount,
        fund=said[FUND].upper(),
        account=said[ACCOUNT],
        vat=said[VAT].upper(),
        narrative=said[NARRATIVE],
        faults=tuple(faults),
    )
