"""The first visible sheet of an .xlsx workbook, row by row, in constant memory.

A workbook is a zip of XML parts, so it is looked at before it is opened: what kind it is, and how
large its parts are once unpacked. Document types and entities in its XML are refused.
"""

from __future__ import annotations

import csv
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

import openpyxl
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from .contract import Problem, Unreadable


#: Bytes of all parts unpacked, and of those that are held in memory as a whole.
LARGEST_UNPACKED = 2_000_000_000
LARGEST_PART = 64_000_000
_MOST_PARTS = 2_000
#: Sheets shrink to a tenth or a fortieth. A part that shrank more is one cell without end, or so.
_MOST_SHRUNK = 200
_SMALL_PART = 10_000_000
#: No sheet of any program has more.
_MOST_ROWS = 1_048_576
_SHEETS = "xl/worksheets/"
#: A number of more digits was rounded when the sheet was saved.
_EXACT = 10**15
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DAMAGED = (
    AttributeError,
    BadZipFile,
    EOFError,
    InvalidFileException,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    TypeError,
    ValueError,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A cell that holds no value of its own."""

    #: The number of its column, from 0.
    place: int
    found: str
    expected: str

    @property
    def name(self) -> str:
        """What a sheet calls its column."""
        return get_column_letter(self.place + 1)


class Sheet:
    """One sheet as lines of text with tabs between the cells; days as a layout writes them."""

    def __init__(self, file: BinaryIO, *, date_format: str) -> None:
        self._spoilt: deque[tuple[int, Spoilt]] = deque()
        self._file = file
        self._date_format = date_format

    def lines(self) -> Iterator[str]:
        """Yield a line for each row from the first, blank ones too. Raises ``Unreadable``."""
        look_before_opening(self._file)
        number = 0
        try:
            book = openpyxl.load_workbook(self._file, read_only=True, keep_links=False)
            try:
                sheet = _only_sheet(book)
                buffer = StringIO()
                writer = csv.writer(buffer, delimiter="\t", lineterminator="")
                for number, row in enumerate(sheet.iter_rows(max_row=_MOST_ROWS), start=1):
                    texts = [self._text(number, at, cell) for at, cell in enumerate(row)]
                    while texts and not texts[-1]:
                        texts.pop()
                    if texts:
                        writer.writerow(texts)
                    yield buffer.getvalue()
                    buffer.seek(0)
                    buffer.truncate()
            finally:
                book.close()
        except (ParseError, *_DAMAGED) as error:
            # The library wraps what the parser of XML says.
            forbidden = isinstance(error, DefusedXmlException) or isinstance(
                error.__cause__, DefusedXmlException
            )
            raise Unreadable(_entities(number) if forbidden else _damaged(number)) from error

    def spoilt_in(self, number: int) -> list[Spoilt]:
        """Return the formulas, errors and rounded numbers of a row just read; ask in order."""
        found = []
        while self._spoilt and self._spoilt[0][0] <= number:
            row, cell = self._spoilt.popleft()
            if row == number:
                found.append(cell)
        return found

    def _text(self, number: int, at: int, cell: Any) -> str:
        value, kind = cell.value, cell.data_type
        if value is None:
            return ""
        if kind in ("f", "e"):
            text = str(getattr(value, "text", value))
            expected = _("a value of its own") if kind == "f" else _("no error")
            self._spoilt.append((number, Spoilt(at, text[:200], expected)))
            return " ".join(text.split())
        if isinstance(value, str):
            return " ".join(value.split())
        if isinstance(value, bool):
            return str(value).upper()
        if isinstance(value, (int, float)):
            if abs(value) >= _EXACT:
                expected = _("text: of a number a sheet keeps 15 digits only")
                self._spoilt.append((number, Spoilt(at, f"{value:.0f}", expected)))
            # Fifteen digits are what the sheet shows; the rest is noise of binary fractions.
            text = f"{value:.15g}"
            return text if "e" not in text else f"{value:.10f}".rstrip("0").rstrip(".")
        if isinstance(value, date):
            return value.strftime(self._date_format)
        return str(value)


def look_before_opening(file: BinaryIO) -> None:
    """Raise ``Unreadable`` unless a file is a workbook that can safely be opened."""
    file.seek(0)
    first = file.read(1 << 16)
    file.seek(0)
    if first.startswith(_OLE):
        # The list of what is in such a file may stand at its end.
        file.seek(0, 2)
        file.seek(max(file.tell() - (1 << 20), 0))
        encrypted = _ENCRYPTED in first or _ENCRYPTED in file.read()
        file.seek(0)
        raise Unreadable(_old_or_locked(encrypted))
    try:
        with ZipFile(file) as archive:
            parts = archive.infolist()
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable(_damaged(0) if first.startswith(b"PK") else _no_workbook(first)) from error
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise Unreadable(_no_workbook(first))
    unpacked = sum(part.file_size for part in parts)
    held = max(
        (part.file_size for part in parts if not part.filename.startswith(_SHEETS)), default=0
    )
    shrunk = any(
        part.file_size > max(_SMALL_PART, part.compress_size * _MOST_SHRUNK) for part in parts
    )
    too_large = unpacked > LARGEST_UNPACKED or held > LARGEST_PART or len(parts) > _MOST_PARTS
    if too_large or shrunk:
        raise Unreadable(_too_large(max(unpacked, held)))


def _only_sheet(book: Any) -> Any:
    """Return the visible sheet that holds something; people may not see that there are two."""
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    for sheet in visible:
        # What the sheet says of its size need not be so.
        sheet.reset_dimensions()
    filled = [sheet for sheet in visible if _holds_something(sheet)]
    if len(filled) > 1:
        raise Unreadable(
            Problem(
                line=0,
                column="",
                found=_("sheets %(names)s")
                % {"names": ", ".join(f"“{sheet.title}”" for sheet in filled)[:200]},
                expected=_("one sheet that holds something"),
                remedy=_("Save each sheet as a file of its own, or take the others away"),
            )
        )
    if not filled:
        raise Unreadable(
            Problem(
                line=0,
                column="",
                found=_("no visible sheet that holds something"),
                expected=_("one"),
                remedy=_("Look whether it is the right file, and whether its sheet is hidden"),
            )
        )
    return filled[0]


def _holds_something(sheet: Any) -> bool:
    rows = sheet.iter_rows(max_row=_MOST_ROWS, values_only=True)
    return any(value is not None for row in rows for value in row)


def _old_or_locked(encrypted: bool) -> Problem:
    return Problem(
        line=0,
        column="",
        found=_("a workbook with a password")
        if encrypted
        else _("a workbook of the old kind, .xls"),
        expected=_("a workbook without a password, .xlsx"),
        remedy=_("Open it, take the password off, and save it as .xlsx")
        if encrypted
        else _("Open it and save it as .xlsx"),
    )


def _no_workbook(first: bytes) -> Problem:
    return Problem(
        line=0,
        column="",
        found=first[:40].decode("ascii", "replace").replace("\0", " "),
        expected=_("a workbook, .xlsx"),
        remedy=_("Save the file as .xlsx, or choose the import type for this kind of file"),
    )


def _too_large(size: int) -> Problem:
    return Problem(
        line=0,
        column="",
        found=_("%(size)s MB once unpacked") % {"size": f"{size // 1_000_000:,}"},
        expected=_(
            "at most %(most)s MB, of which %(part)s MB are no sheets, and no part that is "
            "%(times)d times as large as its packed form"
        )
        % {
            "most": f"{LARGEST_UNPACKED // 1_000_000:,}",
            "part": f"{LARGEST_PART // 1_000_000:,}",
            "times": _MOST_SHRUNK,
        },
        remedy=_("Don't open this file. Ask the sender whether it is theirs"),
    )


def _entities(row: int) -> Problem:
    return Problem(
        line=row,
        column="XML",
        found=_("A document type or entity declaration"),
        expected=_("a workbook as spreadsheets save it"),
        remedy=_("Don't use this file. Ask the sender whether it is theirs"),
    )


def _damaged(row: int) -> Problem:
    return Problem(
        line=row,
        column="",
        found=_("a workbook that can't be opened, or not beyond this row"),
        expected=_("a whole workbook, .xlsx"),
        remedy=_("The file was cut off or damaged: ask for it again"),
    )
