"""What the reports of payment providers have in common: gross, fee and net of each payment.

The money of these rows came into the book when it was paid. They are read to find what did not, and
to see that the provider's figures add up; a row's fee and net stay with its text.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _

from ims_wagtail.imports.enums import DateFormat
from ims_wagtail.imports.rows import Row
from ims_wagtail.money import ZERO, format_pounds

from .contract import Problem, Reading, Totals
from .headed import Record, records
from .values import NotAValue, date_reader, read_amount


_read_iso = date_reader(DateFormat.ISO)


class Money(NamedTuple):
    """The amounts of a row, in pounds, money in positive; ``fee`` is what was kept."""

    gross: Decimal
    fee: Decimal
    net: Decimal


class WrongCell(Exception):
    """A cell is not what it should be."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.found)
        self.problem = problem


class SettlementReader(ABC):
    """Reads one report."""

    needed: tuple[str, ...] = ()

    def __init__(self, file: BinaryIO, reading: Reading) -> None:
        self.totals = Totals()
        self._records = records(file, reading, self.needed)

    def __iter__(self) -> Iterator[Row | Problem]:
        for record in self._records:
            if isinstance(record, Problem):
                yield record
                continue
            try:
                found = self.meaning(record)
            except WrongCell as wrong:
                found = wrong.problem
            if found is not None:
                yield found

    @abstractmethod
    def meaning(self, record: Record) -> Row | Problem | None:
        """Return the row of a record, ``None`` when no payment's money moved. ``WrongCell``."""


def pounds(record: Record, *columns: str, blank: bool = True) -> Decimal:
    """Return the sum of columns; blank ones are nothing. Raises ``WrongCell``."""
    total = ZERO
    for column in columns:
        text = record[column]
        if not text and blank:
            continue
        try:
            total += read_amount(text)
        except NotAValue as error:
            raise WrongCell(record.wrong(column, str(error))) from error
    return total


def iso_day(record: Record, column: str) -> date:
    """Return the day of a moment such as ``2026-11-20 10:15:00``. Raises ``WrongCell``."""
    try:
        return _read_iso(record[column][:10])
    except NotAValue as error:
        raise WrongCell(record.wrong(column, str(error))) from error


def in_pounds(record: Record, *columns: str) -> None:
    """Raise ``WrongCell`` unless these columns of currencies say GBP."""
    for column in columns:
        if record[column].upper() != "GBP":
            raise WrongCell(record.wrong(column, "GBP"))


def adds_up(record: Record, money: Money, column: str) -> Decimal:
    """Return the gross amount. Raises ``WrongCell`` unless it is what net and fee make."""
    if money.gross - money.fee != money.net:
        expected = _("gross %(gross)s less fees of %(fee)s") % {
            "gross": format_pounds(money.gross),
            "fee": format_pounds(money.fee),
        }
        raise WrongCell(record.wrong(column, expected, format_pounds(money.net)))
    return money.gross
