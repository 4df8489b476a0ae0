"""Reading a spreadsheet of prices, CSV or XLSX, by its headings."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from ims_wagtail.money import MAXIMUM, PENNY, AmountError, parse_amount


HEADINGS = ("code", "name", "amount", "from date")
MOST_BYTES = 1_000_000
MOST_ROWS = 2_000
#: What a small XLSX file may unpack to.
_MOST_UNPACKED = 50_000_000
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y")


class SpreadsheetUnreadable(Exception):
    """Nothing can be made of the file; the message tells staff what to do."""


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
    if len(content) > MOST_BYTES:
        raise SpreadsheetUnreadable(_("The file is larger than 1 MB. Split it"))
    table = _xlsx(content) if content.startswith(b"PK") else _csv(content)
    filled = ((number, cells) for number, cells in enumerate(table, 1) if any(map(_text, cells)))
    _number, head = next(filled, (0, ()))
    columns = _columns(head)
    rows: list[SheetRow] = []
    for number, cells in filled:
        if len(rows) == MOST_ROWS:
            raise SpreadsheetUnreadable(
                _("The file has more than %(most)d rows. Split it") % {"most": MOST_ROWS}
            )
        given = {
            name: cells[column] if column < len(cells) else None for name, column in columns.items()
        }
        # A row can be blank in our columns and hold a note in another.
        if any(_text(value) for value in given.values()):
            rows.append(_row(number, given))
    if not rows:
        raise SpreadsheetUnreadable(_("There are no prices under the headings"))
    return rows


def _columns(head: Sequence[Any]) -> dict[str, int]:
    """Say where each heading stands; blank columns and other headings do no harm."""
    found: dict[str, int] = {}
    for position, cell in enumerate(head):
        heading = " ".join(_text(cell).casefold().replace("_", " ").split())
        heading = "from date" if heading == "from" else heading
        if heading in HEADINGS:
            if heading in found:
                raise SpreadsheetUnreadable(
                    _("Two columns are headed “%(heading)s”. Keep one") % {"heading": heading}
                )
            found[heading] = position
    missing = [heading for heading in HEADINGS if heading not in found]
    if missing:
        raise SpreadsheetUnreadable(
            _(
                "The first row must have the headings code, name, amount and from date. "
                "Add: %(them)s"
            )
            % {"them": ", ".join(missing)}
        )
    return found


def _row(number: int, given: dict[str, Any]) -> SheetRow:
    problems: list[str] = []
    code = _text(given["code"]).upper()
    if not code:
        problems.append(_("Give the code"))
    amount = starts = None
    try:
        amount = _amount(given["amount"])
    except AmountError as error:
        problems.append(str(error))
    try:
        starts = _date(given["from date"])
    except ValueError:
        problems.append(_("Give the day it starts, like 01/04/2027"))
    return SheetRow(number, code, _text(given["name"]), amount, starts, tuple(problems))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a code typed as a number
    return str(value).replace("\x00", "").strip()


def _amount(value: Any) -> Decimal:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return parse_amount(_text(value))
    try:
        amount = Decimal(str(value))
        exact = amount.quantize(PENNY)
    except InvalidOperation:
        exact = amount = Decimal("NaN")
    if not exact.is_finite() or exact != amount or not 0 < exact <= MAXIMUM:
        raise AmountError(
            _("Amount must be pounds and pence in figures, like 45.50 – not “%(typed)s”")
            % {"typed": value}
        )
    return exact


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    for form in _DATES:
        try:
            return datetime.strptime(_text(value), form).date()
        except ValueError:
            continue
    raise ValueError(value)


def _csv(content: bytes) -> Iterator[Sequence[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # as Excel saves plain CSV
    text = text.replace("\x00", "")
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=head.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise SpreadsheetUnreadable(
            _("The file can’t be read as CSV: %(error)s") % {"error": error}
        ) from error


def _xlsx(content: bytes) -> Iterator[Sequence[Any]]:
    unreadable = SpreadsheetUnreadable(_("The file can’t be read. Save it as XLSX or CSV again"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > _MOST_UNPACKED:
                raise unreadable
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows: Iterable[Sequence[Any]] = book.worksheets[0].iter_rows(values_only=True, max_col=50)
        yield from rows
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        KeyError,
        IndexError,
        ValueError,
        OSError,
        SyntaxError,  # what the XML parser raises
    ) as error:
        raise unreadable from error
