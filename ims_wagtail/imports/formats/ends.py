"""Header and trailer of a file by a layout: what it says of itself, and that it is all there."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ims_wagtail.imports.enums import ColumnField as C
from ims_wagtail.imports.enums import LayoutShape, LinePart
from ims_wagtail.imports.rows import LONGEST_RAW

from .contract import Problem, Totals
from .layouts import LayoutFacts
from .values import NotAValue


class Ends:
    """Takes header and trailer aside, and notes what they say in ``totals``."""

    def __init__(
        self,
        layout: LayoutFacts,
        totals: Totals,
        *,
        read_amount: Callable[[str], Decimal],
        read_date: Callable[[str], Any],
    ) -> None:
        self._layout = layout
        self._totals = totals
        self._read_amount = read_amount
        self._read_date = read_date
        apart = (*layout.skip_starting, layout.header_starts, layout.trailer_starts)
        #: How lines begin that are no rows.
        self.starts = tuple(start for start in apart if start)
        self._has_header = self.has_trailer = False
        #: What was wrong with them, told with the next row.
        self.told: list[Problem] = []

    def take(self, line: str, number: int) -> None:
        """Take a line that is no row: header, trailer, or one to leave out."""
        layout = self._layout
        if layout.header_starts and line.startswith(layout.header_starts):
            self._has_header = True
            self._note_all(line, number, LinePart.HEADER)
        elif layout.trailer_starts and line.startswith(layout.trailer_starts):
            self.has_trailer = True
            self._note_all(line, number, LinePart.TRAILER)

    def missing(self) -> Iterator[Problem]:
        """Yield what says that header or trailer did not come."""
        layout = self._layout
        for starts, is_there, name in (
            (layout.header_starts, self._has_header, _("The header line")),
            (layout.trailer_starts, self.has_trailer, _("The trailer line")),
        ):
            if starts and not is_there:
                yield Problem(
                    line=0,
                    column=name,
                    found=_("no line that begins with “%(starts)s”") % {"starts": starts},
                    expected=_("one"),
                    remedy=_("The file was cut off: ask for it again"),
                )

    def _note_all(self, line: str, number: int, part: LinePart) -> None:
        columns = self._layout.of(part)
        if self._layout.shape == LayoutShape.FIXED:
            cells = {c: line[c.place - 1 : c.place - 1 + c.length] for c in columns}
        else:
            reader = csv.reader(
                [line],
                delimiter=self._layout.delimiter,
                quoting=csv.QUOTE_MINIMAL if self._layout.quoted else csv.QUOTE_NONE,
            )
            found = next(reader, [])
            cells = {c: found[c.place - 1] if c.place <= len(found) else "" for c in columns}
        for column, cell in cells.items():
            try:
                self._note(column.field, cell.strip())
            except NotAValue as error:
                self.told.append(wrong_cell(number, column.name, cell.strip(), str(error)))

    def _note(self, field: C, text: str) -> None:
        if field == C.ROW_COUNT:
            if not text.isascii() or not text.isdigit():
                raise NotAValue(_("a number of rows"))
            self._totals.count = int(text)
        elif field == C.TOTAL:
            self._totals.amount = self._read_amount(text)
        elif field == C.SEQUENCE:
            self._totals.sequence = text[:40]
        elif field == C.DATE:
            self._totals.date = self._read_date(text)


def wrong_cell(line: int, column: str, found: str, expected: str) -> Problem:
    """Return what says that a cell is not as expected."""
    return Problem(
        line=line,
        column=column,
        found=found[:200] or _("nothing"),
        expected=expected,
        remedy=_("Ask the sender to correct the row, or the layout if all rows are so"),
    )


def after_the_trailer(line: int, raw: str) -> Problem:
    """Return what says that something follows the end."""
    return Problem(
        line=line,
        column="",
        found=_("a row after the trailer line"),
        expected=_("the trailer at the end"),
        remedy=_("Two files may have been put together: ask for each by itself"),
        raw=raw[:LONGEST_RAW],
    )
