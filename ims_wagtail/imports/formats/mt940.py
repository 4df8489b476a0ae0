"""MT940: a bank's statement as SWIFT writes it, one or several in a file.

The ``mt-940`` library knows the banks' dialects. It is lenient, which money can't be: here a
statement line that it does not understand, or runs into another, stops the file.

Source: SWIFT Standards, Category 9, MT940 Customer Statement Message.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import mt940
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.imports.rows import LONGEST_RAW, Row
from ims_wagtail.money import PENNY

from .contract import Field, Format, Problem, Reading, Totals
from .statements import Statement, joined, reference_or_nothing, unreadable, whole_text


# It would write what it can't read, and with it payers' names, into the log.
logging.getLogger("mt940").setLevel(logging.CRITICAL + 1)

_CURRENCY = "GBP"
_STATEMENT = re.compile(r"^:20:", re.MULTILINE)
_LINE = re.compile(r"^:61:", re.MULTILINE)
#: Some banks write up to 34 characters where the standard has 16, such as an account number.
_LONG_REFERENCE = re.compile(
    r"^:61:[0-9]{6}[0-9 ]{0,4}[A-Z]?[DC][A-Z]?[0-9,]{1,15}[A-Z][A-Z0-9]{3}(?!.{0,16}(?://|$))",
    re.MULTILINE,
)
#: Balances of days to come; some banks write nonsense there, and nothing of it is needed.
_UNREAD = re.compile(r"^:6[45]F?:.*\n", re.MULTILINE)
_OPENING = ("final_opening_balance", "intermediate_opening_balance")
_CLOSING = ("final_closing_balance", "intermediate_closing_balance")


class _LongReference(mt940.tags.StatementASNB):
    """The library's own tag for long references, which takes the bank's for a part of ours."""

    pattern = mt940.tags.StatementASNB.pattern.replace(
        "(?P<customer_reference>.{0,34})", "(?P<customer_reference>(?:(?!//).){0,34})"
    )


class Mt940Reader:
    """Reads one file of statements."""

    def __init__(self, file: BinaryIO, reading: Reading) -> None:
        self.totals = Totals()
        self._file = file
        self._reading = reading

    def __iter__(self) -> Iterator[Row | Problem]:
        text = whole_text(self._file, self._reading)
        starts = [match.start() for match in _STATEMENT.finditer(text)]
        if not starts:
            raise unreadable(1, text[:40], _("A statement, which begins with :20:"))
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
            yield from self._statement(text[start:end], text.count("\n", 0, start) + 1)

    def _statement(self, text: str, first_line: int) -> Iterator[Row | Problem]:
        places = [match.start() for match in _LINE.finditer(text)]
        lines = [first_line + text.count("\n", 0, place) for place in places]
        try:
            parsed = _parsed(_UNREAD.sub("", text))
            found = [one for one in parsed.transactions if "amount" in one.data]
        except (RuntimeError, ValueError, KeyError, TypeError, ArithmeticError) as error:
            words, place = _words(error, text)
            line = first_line + text.count("\n", 0, place)
            raise unreadable(line, words, _("A statement in MT940")) from error
        if len(found) != len(places):
            raise unreadable(
                first_line,
                _("%(found)s entries could be read of %(there)s")
                % {"found": len(found), "there": len(places)},
                _("Every line :61: with date, amount, type and reference"),
            )
        statement = _facts(parsed.data)
        if statement.opening is None or statement.closing is None:
            raise unreadable(
                first_line + text.rstrip().count("\n"),
                text.rstrip()[-40:].rpartition("\n")[2],
                _("Opening balance (:60F:) and closing balance (:62F:)"),
            )
        for place, line, entry in zip(places, lines, found, strict=True):
            raw = text[place:].partition("\n:61:")[0].partition("\n:62")[0][:LONGEST_RAW]
            row = self._row(entry.data, line, raw)
            if isinstance(row, Row) and row.amount is not None:
                statement.moved += row.amount
            yield row
        yield from statement.close(self.totals)

    def _row(self, data: dict[str, Any], line: int, raw: str) -> Row | Problem:
        amount = data["amount"]
        currency = amount.currency or _CURRENCY
        if currency != _CURRENCY or amount.amount != amount.amount.quantize(PENNY):
            return Problem(
                line=line,
                column=":61:",
                found=f"{amount.amount} {currency}",
                expected=_("An amount in pounds (GBP)"),
                remedy=_("Leave accounts in other currencies out of the file"),
                raw=raw,
            )
        return Row(
            number=line,
            raw=raw,
            reference=reference_or_nothing(data.get("customer_reference")),
            amount=amount.amount.quantize(PENNY),
            date=data.get("entry_date") or data["date"],
            narrative=joined(
                data.get("purpose"),
                data.get("transaction_details"),
                data.get("extra_details"),
            ),
            external_id=reference_or_nothing(data.get("bank_reference")),
            payer=joined(data.get("applicant_name")),
        )


def _parsed(text: str) -> Any:
    tags: Any = {61: _LongReference()} if _LONG_REFERENCE.search(text) else None
    return mt940.parse(text, tags=tags, options=mt940.Options.all())


def _words(error: Exception, text: str) -> tuple[str, int]:
    """Return what could not be read, and its place; the library names its own parts as well."""
    value = str(error.args[-1] if len(error.args) > 1 else error).partition("\n")[0].strip()
    return value[:200] or type(error).__name__, max(text.find(value), 0)


def _facts(data: dict[str, Any]) -> Statement:
    number = joined(data.get("statement_number"), data.get("sequence_number"))
    opening = next((data[name] for name in _OPENING if name in data), None)
    closing = next((data[name] for name in _CLOSING if name in data), None)
    return Statement(
        account=joined(data.get("account_identification")),
        sequence=number.replace(" ", "/"),
        day=closing.date if closing else None,
        opening=opening.amount.amount.quantize(PENNY) if opening else None,
        closing=closing.amount.amount.quantize(PENNY) if closing else None,
    )


MT940 = Format(
    key="mt940",
    name=gettext_lazy("Bank statement, MT940 (SWIFT)"),
    open=Mt940Reader,
    sample="mt940.txt",
    fields=(
        Field(":61:", gettext_lazy("Date, amount (C in, D out; RC and RD the other way round)")),
        Field(":61: customer reference", gettext_lazy("Account reference")),
        Field(":61: bank reference", gettext_lazy("The bank's own number: the same comes once")),
        Field(":86:", gettext_lazy("Narrative; structured fields ?20-?29, ?32 and ?33 are read")),
        Field(":60F:, :62F:", gettext_lazy("Opening and closing balance, checked")),
        Field(":25:, :28C:", gettext_lazy("Account and number of the statement")),
    ),
)
