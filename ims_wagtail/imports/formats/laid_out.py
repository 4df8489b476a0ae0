"""Files of lines and spreadsheets, read by a layout that finance drew up.

A sheet becomes lines of text, so that a layout means the same for it and for what is copied out of
it. Only its cells are different: a formula is no value, and a day is a day however it is shown.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from operator import itemgetter
from typing import Any, BinaryIO

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.imports.enums import ColumnField as C
from ims_wagtail.imports.enums import LayoutShape, LinePart
from ims_wagtail.imports.rows import LONGEST_RAW, Row

from .contract import Field, Format, Problem, Reading, Totals, Unreadable
from .layouts import ColumnFacts, LayoutFacts
from .text import lines
from .values import NotAValue, amount_reader, date_reader
from .workbooks import Sheet


#: The fields of a row, in the order in which ``LaidOutReader`` takes their cells.
_TEXT_FIELDS = (C.REFERENCE, C.FUND, C.METHOD, C.OFFICE, C.VAT, C.EXTERNAL_ID, C.PAYER)
_MONEY_FIELDS = (C.AMOUNT, C.MONEY_IN, C.MONEY_OUT, C.SIGN, C.DATE)


class LaidOutReader:
    """Reads one file by its layout."""

    def __init__(self, file: BinaryIO, reading: Reading) -> None:
        if reading.layout is None:
            raise ValueError("files of columns need a layout")
        self.layout: LayoutFacts = reading.layout
        self.totals = Totals()
        self._sheet: Sheet | None = None
        if self.layout.shape == LayoutShape.SPREADSHEET:
            self._sheet = Sheet(file, date_format=self.layout.date_format)
            self._lines = self._sheet.lines()
        else:
            self._lines = lines(file, reading.encoding)
        self._line = 0
        self._record: list[str] = []
        self._trailer_line = 0
        self._header_line = 0
        self._told: list[Problem] = []

    def __iter__(self) -> Iterator[Row | Problem]:
        for cells in self._records():
            if self._told:
                yield from self._told
                self._told.clear()
            record = self._record
            raw = record[0] if len(record) == 1 else "\n".join(record)
            number = self._line - len(record) + 1
            record.clear()
            if self._trailer_line:
                yield self._after_the_trailer(number, raw)
            elif isinstance(cells, Problem):
                yield cells
            elif self._sheet and (wrong := self._spoilt(number, raw)):
                yield from wrong
            else:
                try:
                    yield self._row(number, raw, cells)
                except NotAValue:
                    yield from self._problems(number, raw, cells)
        yield from self._told
        yield from self._ending()

    # Lines

    def _records(self) -> Iterator[list[str] | Problem]:
        """Yield the cells of each row; ``_record`` holds its lines."""
        if self.layout.shape == LayoutShape.FIXED:
            for line in self._lines_of_rows():
                yield self._cut(line)
            return
        reader = csv.reader(
            (f"{line}\n" for line in self._lines_of_rows()),
            delimiter=self.layout.delimiter,
            quoting=csv.QUOTE_MINIMAL if self.layout.quoted else csv.QUOTE_NONE,
            strict=True,
        )
        try:
            expected = self._headings(reader) if self.layout.has_headings else 0
            for cells in reader:
                if self._sheet:
                    expected = expected or self._needed
                    cells = self._as_wide(cells, expected)
                expected = expected or len(cells)
                if len(cells) == expected and expected >= self._needed:
                    cells.append("")
                    yield cells
                else:
                    yield self._wrong_count(len(cells), max(expected, self._needed))
        except csv.Error as error:
            raise Unreadable(self._broken_quotes()) from error

    def _as_wide(self, cells: list[str], expected: int) -> list[str]:
        """Return cells as wide as the sheet: it keeps no blank ones at the end of a row.

        Without headings nobody said how many there are, and columns that are not asked for count
        as little as in the middle.
        """
        if len(cells) < expected:
            return [*cells, *[""] * (expected - len(cells))]
        return cells if self.layout.has_headings else cells[:expected]

    def _lines_of_rows(self) -> Iterator[str]:
        """Yield the lines that are rows, or go on with one; take header and trailer aside."""
        layout = self.layout
        apart = (*layout.skip_starting, layout.header_starts, layout.trailer_starts)
        starts = tuple(start for start in apart if start)
        for line in self._lines:
            self._line += 1
            if not self._record:
                if not line.strip() or self._line <= layout.skip_first:
                    continue
                if starts and line.startswith(starts) and self._aside(line):
                    continue
            self._record.append(line)
            yield line

    def _aside(self, line: str) -> bool:
        layout = self.layout
        if layout.header_starts and line.startswith(layout.header_starts):
            self._header_line = self._line
            self._about_the_file(line, LinePart.HEADER)
        elif layout.trailer_starts and line.startswith(layout.trailer_starts):
            self._trailer_line = self._line
            self._about_the_file(line, LinePart.TRAILER)
        return True

    # Columns

    @cached_property
    def _columns(self) -> tuple[ColumnFacts, ...]:
        return self.layout.of(LinePart.ROW)

    @cached_property
    def _places(self) -> dict[ColumnFacts, int]:
        """Where the cells of a row stand, from 0. Headings write it anew."""
        if self.layout.shape == LayoutShape.FIXED:
            return {column: index for index, column in enumerate(self._columns)}
        return {column: column.place - 1 for column in self._columns}

    @cached_property
    def _needed(self) -> int:
        return max(self._places.values(), default=-1) + 1

    @cached_property
    def _shortest(self) -> int:
        """How long a line of fixed places is at least: what tells money and days is all there."""
        telling = {*_MONEY_FIELDS, C.REFERENCE}
        ends = (c.place - 1 + c.length for c in self._columns if c.field in telling)
        return max(ends, default=1)

    def _cut(self, line: str) -> list[str] | Problem:
        if len(line) < self._shortest:
            return Problem(
                line=self._line,
                column="",
                found=_("a line of %(length)d characters") % {"length": len(line)},
                expected=_("at least %(length)d") % {"length": self._shortest},
                remedy=_("The line was cut off, or its columns moved: ask for the file again"),
                raw=line[:LONGEST_RAW],
            )
        cells = [line[c.place - 1 : c.place - 1 + c.length] for c in self._columns]
        cells.append("")
        return cells

    def _headings(self, reader: Any) -> int:
        """Find the columns by their headings. Raises ``Unreadable`` unless all are as expected."""
        found = next(reader, None) or []
        line, self._record = self._line, []
        known = [" ".join(heading.split()).casefold() for heading in found]
        wanted = {" ".join(c.heading.split()).casefold(): c for c in self._columns}
        twice = next((name for name in known if known.count(name) > 1 and name in wanted), "")
        missing = next((c.heading for name, c in wanted.items() if name not in known), "")
        unknown = next((name for name in known if name and name not in wanted), "")
        if missing or twice or unknown:
            what = {
                missing: _("no such heading among: %(found)s") % {"found": ", ".join(found)},
                twice: _("the heading twice"),
                unknown: _("a heading the layout doesn't know"),
            }
            as_written = dict(zip(known, found, strict=True))
            raise Unreadable(
                Problem(
                    line=line,
                    column=missing or as_written[twice or unknown].strip(),
                    found=what[missing or twice or unknown],
                    expected=", ".join(c.heading for c in self._columns),
                    remedy=_("Ask the sender what changed, then bring the layout up to date"),
                )
            )
        self._places = {c: known.index(name) for name, c in wanted.items()}
        return len(known)

    # Rows

    @cached_property
    def _cells(self) -> Callable[[list[str]], tuple[str, ...]]:
        """Return a cell for each field; the last cell of a record is blank, for those not there."""
        return itemgetter(*(self._place_of(field) for field in (*_MONEY_FIELDS, *_TEXT_FIELDS)))

    @cached_property
    def _narratives(self) -> list[int]:
        return [at for column, at in self._places.items() if column.field == C.NARRATIVE]

    @cached_property
    def _required(self) -> list[tuple[ColumnFacts, int]]:
        return [(column, at) for column, at in self._places.items() if column.required]

    def _place_of(self, field: C) -> int:
        return next((at for column, at in self._places.items() if column.field == field), -1)

    def _name_of(self, field: C) -> str:
        named = (column.name for column in self._columns if column.field == field)
        return next(named, str(field.label))

    @cached_property
    def _read_amount(self) -> Callable[[str], Decimal]:
        return amount_reader(decimals=self.layout.decimals, sign=self.layout.sign)

    @cached_property
    def _read_date(self) -> Callable[[str], Any]:
        return date_reader(self.layout.date_format)

    @cached_property
    def _has_date(self) -> bool:
        return self._place_of(C.DATE) >= 0

    def _row(self, number: int, raw: str, cells: list[str]) -> Row:
        """Return a row; this is done millions of times. Raises ``NotAValue``."""
        (
            amount,
            came,
            went,
            sign,
            day,
            reference,
            fund,
            method,
            office,
            vat,
            external_id,
            payer,
        ) = map(str.strip, self._cells(cells))
        for _column, at in self._required:
            if not cells[at].strip():
                raise NotAValue
        parts = self._narratives
        narrative = cells[parts[0]] if len(parts) == 1 else " ".join(cells[at] for at in parts)
        return Row(
            number,
            raw if len(raw) <= LONGEST_RAW else raw[:LONGEST_RAW],
            reference,
            self._amount(amount, came, went, sign),
            self._read_date(day) if self._has_date else None,
            " ".join(narrative.split()),
            fund,
            method,
            office,
            vat,
            external_id,
            "",
            payer,
        )

    def _problems(self, number: int, raw: str, cells: list[str]) -> Iterator[Problem]:
        """Yield all that is wrong with a row; the first has its text."""
        wrong = [
            self._wrong(number, column.name, "", _("something: it is never blank"))
            for column, at in self._required
            if not cells[at].strip()
        ]
        amount, came, went, sign, day, *_texts = map(str.strip, self._cells(cells))
        try:
            self._amount(amount, came, went, sign)
        except NotAValue as error:
            text = " ".join(f"{amount} {came} {went}".split())
            wrong.append(self._wrong(number, self._name_of(C.AMOUNT), text, str(error)))
        if self._has_date:
            try:
                self._read_date(day)
            except NotAValue as error:
                wrong.append(self._wrong(number, self._name_of(C.DATE), day, str(error)))
        first, *more = wrong
        yield replace(first, raw=raw[:LONGEST_RAW])
        yield from more

    def _amount(self, amount: str, money_in: str, money_out: str, sign: str) -> Decimal:
        if amount:
            found = self._read_amount(amount)
            return -found if sign and sign.upper() in self.layout.negative_signs else found
        if money_in and money_out:
            came, went = self._read_amount(money_in), self._read_amount(money_out)
            if came and went:
                raise NotAValue(_("money in or money out, not both"))
            return came or -abs(went)
        if money_in:
            return self._read_amount(money_in)
        if money_out:
            return -abs(self._read_amount(money_out))
        raise NotAValue(_("an amount"))

    def _spoilt(self, number: int, raw: str) -> list[Problem]:
        """Return the cells of a sheet's row that are needed and hold no value."""
        columns = {at: column for column, at in self._places.items()}
        cells = self._sheet.spoilt_in(number) if self._sheet else []
        return [
            Problem(
                line=number,
                column=f"{cell.name}, {columns[cell.place].name}",
                found=cell.found,
                expected=cell.expected,
                remedy=_("In the sheet, copy the column and paste it as values, then save it"),
                raw=raw[:LONGEST_RAW],
            )
            for cell in cells
            if cell.place in columns and columns[cell.place].field != C.IGNORED
        ]

    def _wrong(self, line: int, column: str, found: str, expected: str) -> Problem:
        return Problem(
            line=line,
            column=column,
            found=found[:200] or _("nothing"),
            expected=expected,
            remedy=_("Ask the sender to correct the row, or the layout if all rows are so"),
        )

    def _wrong_count(self, found: int, expected: int) -> Problem:
        return Problem(
            line=self._line - len(self._record) + 1,
            column="",
            found=_("%(count)d columns") % {"count": found},
            expected=_("%(count)d columns") % {"count": expected},
            remedy=_(
                "A column is missing, or a text holds the character between columns: ask the "
                "sender to put texts in double quotes"
            ),
            raw="\n".join(self._record)[:LONGEST_RAW],
        )

    def _broken_quotes(self) -> Problem:
        return Problem(
            line=self._line - len(self._record) + 1,
            column="",
            found=_("a double quote that opens and doesn't close as it should"),
            expected=_("texts in pairs of double quotes, with quotes inside them doubled"),
            remedy=_("The file was cut off or its quotes are broken: ask for it again"),
        )

    def _after_the_trailer(self, number: int, raw: str) -> Problem:
        return Problem(
            line=number,
            column="",
            found=_("a row after the trailer line"),
            expected=_("the trailer at the end"),
            remedy=_("Two files may have been put together: ask for each by itself"),
            raw=raw[:LONGEST_RAW],
        )

    # What the file says of itself

    def _about_the_file(self, line: str, part: LinePart) -> None:
        columns = self.layout.of(part)
        if self.layout.shape == LayoutShape.FIXED:
            cells = {c: line[c.place - 1 : c.place - 1 + c.length] for c in columns}
        else:
            reader = csv.reader(
                [line],
                delimiter=self.layout.delimiter,
                quoting=csv.QUOTE_MINIMAL if self.layout.quoted else csv.QUOTE_NONE,
            )
            found = next(reader, [])
            cells = {c: found[c.place - 1] if c.place <= len(found) else "" for c in columns}
        for column, cell in cells.items():
            try:
                self._note(column.field, cell.strip())
            except NotAValue as error:
                self._told.append(self._wrong(self._line, column.name, cell.strip(), str(error)))

    def _note(self, field: C, text: str) -> None:
        if field == C.ROW_COUNT:
            if not text.isascii() or not text.isdigit():
                raise NotAValue(_("a number of rows"))
            self.totals.count = int(text)
        elif field == C.TOTAL:
            self.totals.amount = self._read_amount(text)
        elif field == C.SEQUENCE:
            self.totals.sequence = text[:40]
        elif field == C.DATE:
            self.totals.date = self._read_date(text)

    def _ending(self) -> Iterator[Problem]:
        layout = self.layout
        absent = (
            (layout.header_starts, self._header_line, _("The header line")),
            (layout.trailer_starts, self._trailer_line, _("The trailer line")),
        )
        for starts, line, name in absent:
            if starts and not line:
                yield Problem(
                    line=0,
                    column=name,
                    found=_("no line that begins with “%(starts)s”") % {"starts": starts},
                    expected=_("one"),
                    remedy=_("The file was cut off: ask for it again"),
                )


LAID_OUT = Format(
    key="laid-out",
    name=gettext_lazy("Columns by a layout of ours"),
    open=LaidOutReader,
    sample="laid-out.csv",
    needs_layout=True,
    fields=tuple(
        Field(field.value, field.label) for field in (*_TEXT_FIELDS, *_MONEY_FIELDS, C.NARRATIVE)
    ),
)
