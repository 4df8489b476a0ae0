"""BAI2: a bank's cash management report, one or several accounts in a file.

The ``bai2`` library reads records and checks their counts and control totals. Here what the codes
mean becomes money: 100-399 are money in, 400-699 money out, the rest are summaries.

Source: BAI Cash Management Balance Reporting Specifications, version 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

import bai2.bai2
from bai2.constants import GroupStatus, TypeCodeTransaction
from bai2.exceptions import IntegrityException, NotSupportedYetException, ParsingException
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.imports.rows import LONGEST_RAW, Row
from ims_wagtail.money import from_pence

from .contract import Field, Format, Problem, Reading, Totals
from .statements import Statement, joined, reference_or_nothing, unreadable, whole_text


_CURRENCY = "GBP"
_ENTRY, _ACCOUNT, _MORE = "16,", "03,", "88,"
#: A record that ends with the code of a summary.
_CUT = re.compile(r"(.*,)([0-9]{3})/")
#: An entry's amounts of today, tomorrow and later.
_DAYS = re.compile(r"^(16,[0-9]{3},[0-9]*,S,)([0-9]*,[0-9]*,[0-9]*)(?=,)")
#: Which records follow which; 88 goes on with the one before. The library waits for ever for a
#: trailer that isn't there.
_NESTED = re.compile(r"01(?:02(?:03(?:16)*49)+98)+99")
_OPENING_LEDGER = "010"
_CLOSING_LEDGER = "015"
_SIGNS = {TypeCodeTransaction.credit: 1, TypeCodeTransaction.debit: -1}
_ERRORS = (
    IntegrityException,
    NotSupportedYetException,
    ParsingException,
    ValueError,
    IndexError,
    StopIteration,
    KeyError,
    TypeError,
)


class Bai2Reader:
    """Reads one file."""

    def __init__(self, file: BinaryIO, reading: Reading) -> None:
        self.totals = Totals()
        self._file = file
        self._reading = reading

    def __iter__(self) -> Iterator[Row | Problem]:
        text = whole_text(self._file, self._reading)
        numbered = [
            (number, line.strip())
            for number, line in enumerate(text.split("\n"), start=1)
            if line.strip()
        ]
        codes = "".join(line[:2] for _number, line in numbered if line[:2] != "88")
        if _NESTED.fullmatch(codes) is None:
            found = numbered[-1][1][:40] if codes.startswith("01") else text[:40]
            raise unreadable(
                numbered[-1][0] if numbered else 0,
                found,
                _("Records from 01 to 99, each group and account with its trailer"),
            )
        try:
            parsed = bai2.bai2.parse_from_lines(_with_whole_items([line for _, line in numbered]))
        except _ERRORS as error:
            words = str(error)[:200] or type(error).__name__
            raise unreadable(0, words, _("Whole records whose counts and totals agree")) from error
        places = iter([number for number, line in numbered if line.startswith(_ENTRY)])
        for group in parsed.children:
            for account in group.children:
                yield from self._account(group.header, account, places)

    def _account(self, group: Any, account: Any, places: Iterator[int]) -> Iterator[Row | Problem]:
        header = account.header
        statement = Statement(
            account=header.customer_account_number or "",
            day=group.as_of_date,
            opening=_balance(header, _OPENING_LEDGER),
            closing=_balance(header, _CLOSING_LEDGER),
        )
        if group.group_status != GroupStatus.update:
            yield _problem(0, _("status"), str(group.group_status), _("An update (1)"), "")
        currency = header.currency or group.currency
        for entry in account.children:
            line = next(places)
            raw = entry.as_string()[:LONGEST_RAW]
            sign = _SIGNS.get(entry.type_code.transaction)
            if currency != _CURRENCY:
                yield _problem(line, _("currency"), currency, _CURRENCY, raw)
            elif sign is None or entry.amount is None:
                yield _problem(
                    line, _("type code"), entry.type_code.code, _("100-399 or 400-699"), raw
                )
            else:
                amount = sign * from_pence(entry.amount)
                statement.moved += amount
                yield _row(line, entry, amount, group.as_of_date, raw)
        yield from statement.close(self.totals)


def _with_whole_items(records: list[str]) -> list[str]:
    """Return records as the library can read them, which takes less than the specification allows.

    A summary may be cut between its code and its amount: it would make one number of the two. And
    in an entry of funds over several days, an amount of nothing may be left blank.
    """
    made = [_DAYS.sub(_nothing_for_blank, record) for record in records]
    of_account = False
    for at, record in enumerate(records[:-1]):
        of_account = record.startswith(_ACCOUNT) or (of_account and record.startswith(_MORE))
        cut = _CUT.fullmatch(made[at]) if of_account and made[at + 1].startswith(_MORE) else None
        if cut and (cut[1].count(",") - (3 if record.startswith(_ACCOUNT) else 1)) % 4 == 0:
            made[at] = f"{cut[1]}/"
            made[at + 1] = f"{_MORE}{cut[2]},{made[at + 1].removeprefix(_MORE)}"
    return made


def _nothing_for_blank(entry: re.Match[str]) -> str:
    return entry[1] + ",".join(amount or "0" for amount in entry[2].split(","))


def _row(line: int, entry: Any, amount: Decimal, day: date, raw: str) -> Row:
    return Row(
        number=line,
        raw=raw,
        reference=reference_or_nothing(entry.customer_reference),
        amount=amount,
        date=(entry.availability or {}).get("date") or day,
        narrative=joined(entry.text),
        external_id=reference_or_nothing(entry.bank_reference),
    )


def _balance(header: Any, code: str) -> Decimal | None:
    for item in header.summary_items:
        if item.type_code is not None and item.type_code.code == code and item.amount is not None:
            return from_pence(item.amount)
    return None


def _problem(line: int, column: str, found: str, expected: str, raw: str) -> Problem:
    return Problem(
        line=line,
        column=column,
        found=found,
        expected=expected,
        remedy=_("Ask the bank for a file of this account in pounds, with detail records"),
        raw=raw,
    )


BAI2 = Format(
    key="bai2",
    name=gettext_lazy("Bank report, BAI2"),
    open=Bai2Reader,
    sample="bai2.txt",
    fields=(
        Field("16", gettext_lazy("An entry; codes 100-399 are money in, 400-699 money out")),
        Field("16 customer reference", gettext_lazy("Account reference")),
        Field("16 bank reference", gettext_lazy("The bank's own number: the same comes once")),
        Field("16 text, 88", gettext_lazy("Narrative")),
        Field("02 as-of date", gettext_lazy("Date, or the value date where the entry has one")),
        Field("03 codes 010, 015", gettext_lazy("Opening and closing ledger, checked")),
        Field("49, 98, 99", gettext_lazy("Counts and control totals, checked")),
    ),
)
