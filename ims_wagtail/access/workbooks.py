"""Workbooks: written row by row, safe to open."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from ims_wagtail.clock import LONDON


_POUNDS = "#,##0.00"
_DAY = "yyyy-mm-dd"
_MOMENT = "yyyy-mm-dd hh:mm:ss"
#: What a spreadsheet allows in the name of a sheet.
_LONGEST_NAME = 31


def xlsx_of(*, headings: Sequence[str], rows: Iterable[Sequence[Any]], title: str) -> bytes:
    """Return a workbook of one sheet. Text stays text, even when it looks like a formula.

    For reports, which have few rows: lists are downloaded as CSV.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:_LONGEST_NAME])
    sheet.append([_cell(sheet, heading) for heading in headings])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, datetime):
        # A workbook knows no zones: it shows what a clock in London showed.
        return _formatted(sheet, value.astimezone(LONDON).replace(tzinfo=None), _MOMENT)
    if isinstance(value, date):
        return _formatted(sheet, value, _DAY)
    if isinstance(value, Decimal):
        return _formatted(sheet, value, _POUNDS if value.as_tuple().exponent == -2 else "General")
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", str(value)))
    cell.data_type = "s"
    return cell


def _formatted(sheet: Any, value: Any, number_format: str) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    cell.number_format = number_format
    return cell
