"""Lines of a file cut into the cells of rows, by places, by a character, or as a sheet has them.

A sheet becomes lines of text, so that a layout means the same for it and for what is copied out of
it. Only its cells are different: a formula is no value, and a day is a day however it is shown.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from django.utils.translation import gettext as _

from ims_wagtail.imports.enums import ColumnField as C
from ims_wagtail.imports.enums import LayoutShape
from ims_wagtail.imports.rows import LONGEST_RAW

from .columns import Columns
from .contract import Problem, Reading, Unreadable
from .ends import Ends
from .layouts import LayoutFacts
from .text import lines


if TYPE_CHECKING:
    from .workbooks import Sheet

#: One row: the number of its first line, its text, and its cells or what is wrong with it.
Record = tuple[int, str, list[str] | Problem]


class Records:
    """The records of one file, in its order; lines that are no rows are taken aside."""

    def __init__(
        self, file: BinaryIO, reading: Reading, layout: LayoutFacts, columns: Columns, ends: Ends
    ) -> None:
        self._layout = layout
        self._columns = columns
        self._ends = ends
        self._sheet: Sheet | None = None
        #: Whether cells may hold what is no value.
        self.is_sheet = layout.shape == LayoutShape.SPREADSHEET
        if self.is_sheet:
            # What opens workbooks is large, and most processes never do.
            from .workbooks import Sheet

            self._sheet = Sheet(file, date_format=layout.date_format)
            self._lines = self._sheet.lines()
        else:
            self._lines = lines(file, reading.encoding)
        self._line = 0
        #: The lines of the record at hand: a text in quotes may go over several.
        self._taken: list[str] = []

    def __iter__(self) -> Iterator[Record]:
        taken = self._taken
        for cells in self._cells():
            raw = taken[0] if len(taken) == 1 else "\n".join(taken)
            number = self._line - len(taken) + 1
            taken.clear()
            yield number, raw, cells

    def spoilt(self, number: int, raw: str) -> list[Problem]:
        """Return the cells of a sheet's row that are needed and hold no value."""
        if self._sheet is None:
            return []
        columns = {at: column for column, at in self._columns.places.items()}
        return [
            Problem(
                line=number,
                column=f"{cell.name}, {columns[cell.place].name}",
                found=cell.found,
                expected=cell.expected,
                remedy=_("In the sheet, copy the column and paste it as values, then save it"),
                raw=raw[:LONGEST_RAW],
            )
            for cell in self._sheet.spoilt_in(number)
            if cell.place in columns and columns[cell.place].field != C.IGNORED
        ]

    def _cells(self) -> Iterator[list[str] | Problem]:
        if self._layout.shape == LayoutShape.FIXED:
            for line in self._lines_of_rows():
                yield self._columns.cut(line, self._line)
            return
        reader = csv.reader(
            (f"{line}\n" for line in self._lines_of_rows()),
            delimiter=self._layout.delimiter,
            quoting=csv.QUOTE_MINIMAL if self._layout.quoted else csv.QUOTE_NONE,
            strict=True,
        )
        try:
            expected = 0
            if self._layout.has_headings:
                headings = next(reader, None) or []
                self._taken.clear()
                expected = self._columns.find(headings, self._line)
            needed = self._columns.needed
            for cells in reader:
                if self._sheet:
                    expected = expected or needed
                    cells = self._as_wide(cells, expected)
                expected = expected or len(cells)
                if len(cells) == expected and expected >= needed:
                    cells.append("")
                    yield cells
                else:
                    yield self._wrong_count(len(cells), max(expected, needed))
        except csv.Error as error:
            raise Unreadable(self._broken_quotes()) from error

    def _as_wide(self, cells: list[str], expected: int) -> list[str]:
        """Return cells as wide as the sheet: it keeps no blank ones at the end of a row.

        Without headings nobody said how many there are, and columns that are not asked for count
        as little as in the middle.
        """
        if len(cells) < expected:
            return [*cells, *[""] * (expected - len(cells))]
        return cells if self._layout.has_headings else cells[:expected]

    def _lines_of_rows(self) -> Iterator[str]:
        """Yield the lines that are rows, or go on with one."""
        skipped, taken, apart = self._layout.skip_first, self._taken, self._ends.starts
        for line in self._lines:
            self._line += 1
            if not taken:
                if not line.strip() or self._line <= skipped:
                    continue
                if apart and line.startswith(apart):
                    self._ends.take(line, self._line)
                    continue
            taken.append(line)
            yield line

    def _wrong_count(self, found: int, expected: int) -> Problem:
        return Problem(
            line=self._line - len(self._taken) + 1,
            column="",
            found=_("%(count)d columns") % {"count": found},
            expected=_("%(count)d columns") % {"count": expected},
            remedy=_(
                "A column is missing, or a text holds the character between columns: ask the "
                "sender to put texts in double quotes"
            ),
            raw="\n".join(self._taken)[:LONGEST_RAW],
        )

    def _broken_quotes(self) -> Problem:
        return Problem(
            line=self._line - len(self._taken) + 1,
            column="",
            found=_("a double quote that opens and doesn't close as it should"),
            expected=_("texts in pairs of double quotes, with quotes inside them doubled"),
            remedy=_("The file was cut off or its quotes are broken: ask for it again"),
        )
