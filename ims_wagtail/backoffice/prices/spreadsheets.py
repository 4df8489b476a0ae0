"""Reading a spreadsheet of prices, CSV or XLSX, by its headings."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ims_wagtail.access.spreadsheets import (
    SpreadsheetUnreadable,
    amount_of,
    date_of,
    read_table,
    text_of,
)
from ims_wagtail.money import AmountError


HEADINGS = ("code", "name", "amount", "from date")
MOST_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as it was read; ``number`` is the one the spreadsheet shows."""

    number: int
    code: str
    name: str
    amount: Decimal | None
    starts: date | None
    problems: tuple[str, ...] = ()


def read_prices(content: bytes) -> list[SheetRow]:
    """Read every row that holds something. Raises ``SpreadsheetUnreadable``."""
    table = read_table(
        content,
        headings=HEADINGS,
        other_names={"from": "from date"},
        most_rows=MOST_ROWS,
    )
    rows = [_row(row.number, row.given) for row in table]
    if not rows:
        raise SpreadsheetUnreadable(_("There are no prices under the headings"))
    return rows


def _row(number: int, given: dict[str, Any]) -> SheetRow:
    problems: list[str] = []
    code = text_of(given["code"]).upper()
    if not code:
        problems.append(_("Give the code"))
    amount = starts = None
    try:
        amount = amount_of(given["amount"])
    except AmountError as error:
        problems.append(str(error))
    try:
        starts = date_of(given["from date"])
    except ValueError:
        problems.append(_("Give the day it starts, like 01/04/2027"))
    return SheetRow(number, code, text_of(given["name"]), amount, starts, tuple(problems))
