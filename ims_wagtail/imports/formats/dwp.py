"""Council tax that the DWP takes off benefits: a spreadsheet by fixed letters of columns.

The earlier system's reader counted filled cells, so that one blank cell made every later column
another; here a column is its letter. Nobody publishes the headings, so these are not compared, but
the first row has to be one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.imports.enums import ColumnField, DateFormat, LayoutShape
from ims_wagtail.imports.rows import Row

from .contract import Field, Format, Problem, Reading
from .laid_out import LaidOutReader
from .layouts import ColumnFacts, LayoutFacts


_LAYOUT = LayoutFacts(
    shape=LayoutShape.SPREADSHEET,
    columns=(
        ColumnFacts(ColumnField.REFERENCE, place=6, heading="F", required=True),
        ColumnFacts(ColumnField.DATE, place=11, heading="K"),
        ColumnFacts(ColumnField.AMOUNT, place=12, heading="L"),
        # The sign is read as a text, and looked at below: any but these two is a slip.
        ColumnFacts(ColumnField.NARRATIVE, place=13, heading="M"),
    ),
    delimiter="\t",
    date_format=DateFormat.SLASHES,
    decimals=2,
)
_NARRATIVE = "DWP"


class DwpReader:
    """Reads one workbook."""

    def __init__(self, file: BinaryIO, reading: Reading) -> None:
        self._reader = LaidOutReader(file, replace(reading, layout=_LAYOUT))
        self.totals = self._reader.totals

    def __iter__(self) -> Iterator[Row | Problem]:
        for found in self._reader:
            if isinstance(found, Problem):
                if found.line != 1:
                    yield found
            elif found.number == 1:
                yield _wrong(found, "", found.raw[:200], _("headings in the first row"))
            else:
                yield _signed(found)


def _signed(row: Row) -> Row | Problem:
    sign, amount = row.narrative, row.amount
    if sign not in ("", "+", "-"):
        return _wrong(row, "M", sign, _("- for money out, otherwise + or nothing"))
    if amount is not None and amount < 0:
        return _wrong(row, "L", str(amount), _("an amount without a sign: that is in column M"))
    row.amount = -amount if amount is not None and sign == "-" else amount
    row.reference = "".join(row.reference.split())
    row.narrative = _NARRATIVE
    return row


def _wrong(row: Row, column: str, found: str, expected: str) -> Problem:
    return Problem(
        line=row.number,
        column=column,
        found=found,
        expected=expected,
        remedy=_("Look whether columns were moved, and ask the DWP for the file again"),
        raw=row.raw,
    )


DWP_COUNCIL_TAX = Format(
    key="dwp-council-tax",
    name=gettext_lazy("DWP, council tax from benefits (spreadsheet)"),
    open=DwpReader,
    sample="dwp-council-tax.xlsx",
    fields=(
        Field("F", gettext_lazy("Account reference, blanks in it left out")),
        Field("K", gettext_lazy("The day: a date, or text such as 22/11/2026")),
        Field("L", gettext_lazy("Whole pence without a sign")),
        Field("M", gettext_lazy("- for money out; + or nothing for money in")),
    ),
)
