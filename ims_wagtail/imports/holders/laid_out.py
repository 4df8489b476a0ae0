"""Files of account holders in lines, read by a layout that finance drew up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy

from ims_wagtail.imports.enums import ColumnField as C
from ims_wagtail.imports.enums import ImportKind
from ims_wagtail.imports.formats.contract import Field, Format, Problem, Reading
from ims_wagtail.imports.formats.ends import wrong_cell
from ims_wagtail.imports.formats.laid_out import LaidOutReader
from ims_wagtail.imports.formats.values import NotAValue
from ims_wagtail.imports.rows import LONGEST_RAW

from .rows import HolderRow, start_of


#: The fields of text, in the order in which ``HolderRow`` takes them.
_TEXT_FIELDS = (
    C.REFERENCE,
    C.FUND,
    C.TITLE,
    C.FORENAME,
    C.SURNAME,
    C.ADDRESS_1,
    C.ADDRESS_2,
    C.ADDRESS_3,
    C.ADDRESS_4,
    C.POSTCODE,
)
_OTHER_FIELDS = (C.STOP_MESSAGE, C.BALANCE, C.SIGN, C.DATE)
#: What the fields of a layout tell of an account, by the names of ``HolderRow``.
_TOLD = {
    C.TITLE: "title",
    C.FORENAME: "forename",
    C.SURNAME: "surname",
    C.ADDRESS_1: "address_line_1",
    C.ADDRESS_2: "address_line_2",
    C.ADDRESS_3: "address_line_3",
    C.ADDRESS_4: "address_line_4",
    C.POSTCODE: "postcode",
    C.BALANCE: "balance",
    C.STOP_MESSAGE: "stop_message",
}


class LaidOutHoldersReader(LaidOutReader):
    """Reads one file of account holders by its layout: lines as ever, rows of another kind."""

    fields = (*_TEXT_FIELDS, *_OTHER_FIELDS)
    telling = frozenset({C.REFERENCE, C.BALANCE})

    def __init__(self, file: BinaryIO, reading: Reading) -> None:
        super().__init__(file, reading)
        self.tells = frozenset(
            _TOLD[column.field] for column in self.columns.all if column.field in _TOLD
        )

    def __iter__(self) -> Iterator[HolderRow | Problem]:  # type: ignore[override]
        return super().__iter__()  # type: ignore[return-value]

    def _row(self, number: int, raw: str, cells: list[str]) -> HolderRow:  # type: ignore[override]
        for at in self._required:
            if not cells[at].strip():
                raise NotAValue
        *texts, stop, balance, sign, day = map(str.strip, self._cells(cells))
        told: Any = (*texts, self._balance(balance, sign), self._moment(day), stop)
        return HolderRow(number, raw[:LONGEST_RAW], *told)

    def _problems(self, number: int, raw: str, cells: list[str]) -> Iterator[Problem]:
        wrong = self._blank(number, cells)
        *_texts, balance, sign, day = map(str.strip, self._cells(cells))
        try:
            self._balance(balance, sign)
        except NotAValue as error:
            wrong.append(wrong_cell(number, self.columns.name_of(C.BALANCE), balance, str(error)))
        try:
            self._moment(day)
        except NotAValue as error:
            wrong.append(wrong_cell(number, self.columns.name_of(C.DATE), day, str(error)))
        first, *more = wrong
        yield replace(first, raw=raw[:LONGEST_RAW])
        yield from more

    def _balance(self, text: str, sign: str) -> Decimal | None:
        if not text:
            return None
        found = self._read_amount(text)
        return -found if sign and sign.upper() in self.layout.negative_signs else found

    def _moment(self, text: str) -> datetime | None:
        return start_of(self._read_date(text)) if text else None


LAID_OUT_HOLDERS = Format(
    key="laid-out-holders",
    name=gettext_lazy("Account holders in columns by a layout of ours"),
    open=LaidOutHoldersReader,
    sample="laid-out-holders.csv",
    kind=ImportKind.ACCOUNT_HOLDERS,
    needs_layout=True,
    fields=tuple(Field(field.value, field.label) for field in (*_TEXT_FIELDS, *_OTHER_FIELDS)),
)
