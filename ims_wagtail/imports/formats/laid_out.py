"""Files of lines and spreadsheets, read by a layout that finance drew up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import BinaryIO

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.imports.enums import ColumnField as C
from ims_wagtail.imports.rows import LONGEST_RAW, Row

from .columns import Columns
from .contract import Field, Format, Problem, Reading, Totals
from .ends import Ends, after_the_trailer, wrong_cell
from .layouts import LayoutFacts
from .records import Records
from .values import NotAValue, amount_reader, date_reader


#: The fields of a row, in the order in which ``LaidOutReader`` takes their cells.
_TEXT_FIELDS = (C.REFERENCE, C.FUND, C.METHOD, C.OFFICE, C.VAT, C.EXTERNAL_ID, C.PAYER)
_MONEY_FIELDS = (C.AMOUNT, C.MONEY_IN, C.MONEY_OUT, C.SIGN, C.DATE)


class LaidOutReader:
    """Reads one file by its layout."""

    #: The fields whose cells are taken out of each row, in this order.
    fields: tuple[C, ...] = (*_MONEY_FIELDS, *_TEXT_FIELDS)
    #: Without these a line of fixed places was cut off.
    telling: frozenset[C] = frozenset({*_MONEY_FIELDS, C.REFERENCE})

    def __init__(self, file: BinaryIO, reading: Reading) -> None:
        if reading.layout is None:
            raise ValueError("files of columns need a layout")
        self.layout: LayoutFacts = reading.layout
        self.totals = Totals()
        self._read_amount = amount_reader(decimals=self.layout.decimals, sign=self.layout.sign)
        self._read_date = date_reader(self.layout.date_format)
        self.columns = Columns(self.layout, telling=self.telling)
        self._ends = Ends(
            self.layout, self.totals, read_amount=self._read_amount, read_date=self._read_date
        )
        self._records = Records(file, reading, self.layout, self.columns, self._ends)

    def __iter__(self) -> Iterator[Row | Problem]:
        ends, records = self._ends, self._records
        for number, raw, cells in records:
            if ends.told:
                yield from ends.told
                ends.told.clear()
            if ends.has_trailer:
                yield after_the_trailer(number, raw)
            elif isinstance(cells, Problem):
                yield cells
            elif records.is_sheet and (wrong := records.spoilt(number, raw)):
                yield from wrong
            else:
                try:
                    yield self._row(number, raw, cells)
                except NotAValue:
                    yield from self._problems(number, raw, cells)
        yield from ends.told
        yield from ends.missing()

    @cached_property
    def _cells(self) -> Callable[[list[str]], tuple[str, ...]]:
        """Return a cell for each field. Asked for once headings have told where they stand."""
        return self.columns.cells_of(self.fields)

    @cached_property
    def _required(self) -> list[int]:
        return [at for _column, at in self.columns.required]

    @cached_property
    def _has_date(self) -> bool:
        return self.columns.place_of(C.DATE) >= 0

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
        for at in self._required:
            if not cells[at].strip():
                raise NotAValue
        parts = self.columns.narratives
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
        wrong = self._blank(number, cells)
        amount, came, went, sign, day, *_texts = map(str.strip, self._cells(cells))
        try:
            self._amount(amount, came, went, sign)
        except NotAValue as error:
            text = " ".join(f"{amount} {came} {went}".split())
            wrong.append(wrong_cell(number, self.columns.name_of(C.AMOUNT), text, str(error)))
        if self._has_date:
            try:
                self._read_date(day)
            except NotAValue as error:
                wrong.append(wrong_cell(number, self.columns.name_of(C.DATE), day, str(error)))
        first, *more = wrong
        yield replace(first, raw=raw[:LONGEST_RAW])
        yield from more

    def _blank(self, number: int, cells: list[str]) -> list[Problem]:
        return [
            wrong_cell(number, column.name, "", _("something: it is never blank"))
            for column, at in self.columns.required
            if not cells[at].strip()
        ]

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
