"""The transaction file of councils' earlier system: fifteen columns, its own export read back.

That system kept none of its own references, read dates by the server's clock, and lost a row whose
narrative held a comma. Here the row's own reference is what tells it from others, days are read one
way, and what stands after the fourteenth comma is the narrative.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.imports.rows import LONGEST_RAW, Row

from .contract import Field, Format, Problem, Reading, Totals
from .text import lines
from .values import NotAValue, read_amount


FIELDS = (
    Field("Reference", gettext_lazy("The row's own reference: the same one is the same money")),
    Field("InternalReference", gettext_lazy("Read and left aside: ours are given anew")),
    Field("PspReference", gettext_lazy("The provider's reference")),
    Field("OfficeCode", gettext_lazy("Code of an office")),
    Field("EntryDate", gettext_lazy("Checked, otherwise left aside")),
    Field("TransactionDate", gettext_lazy("The day the money moved: 2021-11-22 or 22/11/2021")),
    Field("AccountReference", gettext_lazy("The account that was paid")),
    Field("UserCode", gettext_lazy("A number, left aside: who posts the file enters its lines")),
    Field("FundCode", gettext_lazy("Code of a fund; blank goes to suspense")),
    Field("MopCode", gettext_lazy("Code of a method of payment")),
    Field("Amount", gettext_lazy("Pounds with a point; money out is negative")),
    Field("VatCode", gettext_lazy("Counts where the fund lets another VAT code be chosen")),
    Field("VatRate", gettext_lazy("A number, left aside: the rate of our VAT code counts")),
    Field("VatAmount", gettext_lazy("A number, left aside: it is worked out from the amount")),
    Field("Narrative", gettext_lazy("May hold commas")),
)
_COLUMNS = len(FIELDS)
_HEADINGS = ("reference", "transactionreference")


class ImsTransactionsReader:
    """Reads one such file, with a line of headings or without."""

    def __init__(self, file: BinaryIO, reading: Reading) -> None:
        self.totals = Totals()
        self._lines = lines(file, reading.encoding)

    def __iter__(self) -> Iterator[Row | Problem]:
        for number, line in enumerate(self._lines, start=1):
            if not line.strip():
                continue
            # A row is a line: the earlier system writes no quotes, others may.
            cells = _cells(line)
            if cells is None or len(cells) < _COLUMNS:
                yield _wrong_count(number, line, cells)
                continue
            first = cells[0].strip()
            if number == 1 and first.casefold().replace(" ", "") in _HEADINGS:
                continue
            yield from _row(number, line, cells)


def _cells(line: str) -> list[str] | None:
    if '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader([line], strict=True))
    except csv.Error:
        return None


def _row(number: int, line: str, cells: list[str]) -> Iterator[Row | Problem]:
    cells = [cell.strip() for cell in cells[: _COLUMNS - 1]] + [",".join(cells[_COLUMNS - 1 :])]
    (reference, _internal, psp, office, entered, moved, account, user, fund, method) = cells[:10]
    (amount_text, vat, rate, vat_amount, narrative) = cells[10:]
    wrong = []
    amount = day = None
    try:
        amount = read_amount(amount_text)
    except NotAValue as error:
        wrong.append(("Amount", amount_text, str(error)))
    try:
        day = _read_day(moved)
    except NotAValue as error:
        wrong.append(("TransactionDate", moved, str(error)))
    if entered:
        try:
            _read_day(entered)
        except NotAValue as error:
            wrong.append(("EntryDate", entered, str(error)))
    if user and not _is_whole(user):
        wrong.append(("UserCode", user, _("a whole number")))
    for name, text in (("VatRate", rate), ("VatAmount", vat_amount)):
        if text and not _is_number(text):
            wrong.append((name, text, _("a number")))
    if wrong:
        for index, (column, found, expected) in enumerate(wrong):
            yield Problem(
                line=number,
                column=column,
                found=found[:200] or _("nothing"),
                expected=expected,
                remedy=_("Correct the row in the system it comes from, and make the file anew"),
                raw="" if index else line[:LONGEST_RAW],
            )
        return
    yield Row(
        number=number,
        raw=line[:LONGEST_RAW],
        reference=account,
        amount=amount,
        date=day,
        narrative=" ".join(narrative.split()),
        fund=fund,
        method=method,
        office=office,
        vat=vat,
        external_id=reference,
        psp_reference=psp,
    )


@lru_cache(maxsize=4096)
def _day_of(text: str) -> date:
    for written in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, written).date()
        except ValueError:
            continue
    raise NotAValue(_("a day that exists, written as 2021-11-22 or 22/11/2021"))


def _read_day(text: str) -> date:
    # Times are of no use: some were written by a clock of twelve hours.
    return _day_of(text.partition("T")[0].partition(" ")[0])


def _is_whole(text: str) -> bool:
    return text.isascii() and text.lstrip("-").isdigit()


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _wrong_count(number: int, line: str, cells: list[str] | None) -> Problem:
    return Problem(
        line=number,
        column="",
        found=_("broken quotes")
        if cells is None
        else _("%(count)d columns") % {"count": len(cells)},
        expected=_("%(count)d columns") % {"count": _COLUMNS},
        remedy=_("The file was cut off or is of another kind: look at the line, ask for it again"),
        raw=line[:LONGEST_RAW],
    )


IMS_TRANSACTIONS = Format(
    key="ims-transactions",
    name=gettext_lazy("Transactions of the earlier income system (15 columns)"),
    open=ImsTransactionsReader,
    sample="ims-transactions.csv",
    fields=FIELDS,
)
