"""Reading a spreadsheet that staff upload, CSV or XLSX, by its headings."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from ims_wagtail.money import MAXIMUM, PENNY, AmountError, parse_amount


MOST_BYTES = 1_000_000
#: What a small XLSX file may unpack to.
_MOST_UNPACKED = 50_000_000
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y")


class SpreadsheetUnreadable(Exception):
    """Nothing can be made of the file; the message tells staff what to do."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """What stands under each heading of one row; ``number`` is the one the spreadsheet shows."""

    number: int
    given: dict[str, Any]


def read_table(
    content: bytes,
    *,
    headings: Sequence[str],
    optional: Sequence[str] = (),
    other_names: dict[str, str] | None = None,
    most_rows: int,
) -> list[TableRow]:
    """Read every row that holds something, its columns in any order.

    The first row holds the headings; those that are ``optional`` may be missing, and others do no
    harm. ``other_names`` says what else people call a heading. Raises ``SpreadsheetUnreadable``.
    """
    if len(content) > MOST_BYTES:
        raise SpreadsheetUnreadable(_("The file is larger than 1 MB. Split it"))
    table = _xlsx(content) if content.startswith(b"PK") else _csv(content)
    filled = ((number, cells) for number, cells in enumerate(table, 1) if any(map(text_of, cells)))
    _number, head = next(filled, (0, ()))
    columns = _columns(head, headings, optional, other_names or {})
    rows: list[TableRow] = []
    for number, cells in filled:
        if len(rows) == most_rows:
            raise SpreadsheetUnreadable(
                _("The file has more than %(most)d rows. Split it") % {"most": most_rows}
            )
        given = {
            name: cells[column] if column is not None and column < len(cells) else None
            for name, column in columns.items()
        }
        # A row can be blank in our columns and hold a note in another.
        if any(text_of(value) for value in given.values()):
            rows.append(TableRow(number, given))
    return rows


def text_of(value: Any) -> str:
    """Return a cell as text; a code typed as a number without its point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("\x00", "").strip()


def amount_of(value: Any) -> Decimal:
    """Return a cell as pounds and pence. Raises ``money.AmountError``."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return parse_amount(text_of(value))
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


def date_of(value: Any) -> date:
    """Return a cell as a day, however it is written. Raises ``ValueError``."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    for form in _DATES:
        try:
            return datetime.strptime(text_of(value), form).date()
        except ValueError:
            continue
    raise ValueError(value)


def _columns(
    head: Sequence[Any],
    headings: Sequence[str],
    optional: Sequence[str],
    other_names: dict[str, str],
) -> dict[str, int | None]:
    """Say where each heading stands; blank columns and other headings do no harm."""
    found: dict[str, int | None] = {}
    for position, cell in enumerate(head):
        heading = " ".join(text_of(cell).casefold().replace("_", " ").split())
        heading = other_names.get(heading, heading)
        if heading in headings:
            if heading in found:
                raise SpreadsheetUnreadable(
                    _("Two columns are headed “%(heading)s”. Keep one") % {"heading": heading}
                )
            found[heading] = position
    missing = [name for name in headings if name not in found and name not in optional]
    if missing:
        named = [name for name in headings if name not in optional]
        raise SpreadsheetUnreadable(
            _("The first row must have the headings %(some)s and %(last)s. Add: %(them)s")
            % {"some": ", ".join(named[:-1]), "last": named[-1], "them": ", ".join(missing)}
        )
    return {name: found.get(name) for name in headings}


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
    # The library is large, and most processes never open a workbook.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

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
