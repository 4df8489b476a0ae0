"""allpay: what was paid at Post Offices, PayPoint and the like, as lines of fixed places.

Detail lines come first, then a blank line, then what allpay says the file amounts to. The earlier
system's reader kept the rows of one file for the next and stopped counting at 32,767; here a file
stands alone, and one that has lost its end is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.imports.enums import DateFormat
from ims_wagtail.imports.rows import LONGEST_RAW, Row

from .contract import Field, Format, Problem, Reading, Totals
from .text import lines
from .values import NotAValue, date_reader, read_amount


#: Where the account was paid, by the letter of the line: the earlier system's codes of methods.
METHODS = {
    "P": "15",  # Post Office
    "C": "16",  # cash adjustment
    "Q": "17",  # returned cheque
    "T": "18",  # PayPoint
    "Z": "19",  # Payzone
    "N": "20",  # telephone
    "B": "21",  # bills online
    "*": "22",  # other
}
_SHORTEST = 43
_NARRATIVE, _REFERENCE, _AMOUNT, _LETTER, _DATE = (
    slice(0, 7),
    slice(7, 23),
    slice(23, 32),
    slice(32, 33),
    slice(33, 43),
)
#: Some references stand behind this word, which is none of theirs.
_PREFIX = "BERN"
_TOTAL, _COUNT = "total amount", "total transactions"
_read_day = date_reader(DateFormat.SLASHES)


class AllpayReader:
    """Reads one file."""

    def __init__(self, file: BinaryIO, reading: Reading) -> None:
        self.totals = Totals()
        self._lines = lines(file, reading.encoding)

    def __iter__(self) -> Iterator[Row | Problem]:
        rows = ended = 0
        for number, line in enumerate(self._lines, start=1):
            start = line.lstrip().casefold()
            if start.startswith((_TOTAL, _COUNT)):
                ended = ended or number
                yield from self._trailer(number, line)
            elif not line.strip():
                ended = ended or (number if rows else 0)
            elif ended:
                if _is_detail(line):
                    yield _after_the_end(number, line)
            else:
                rows += 1
                yield from _detail(number, line)
        if self.totals.amount is None and self.totals.count is None:
            yield _no_trailer()

    def _trailer(self, number: int, line: str) -> Iterator[Problem]:
        label, _colon, text = line.partition(":")
        text = text.strip()
        is_count = label.lstrip().casefold().startswith(_COUNT)
        if (self.totals.count if is_count else self.totals.amount) is not None:
            yield _after_the_end(number, line)
        elif is_count and text.isascii() and text.isdigit():
            self.totals.count = int(text)
        elif is_count:
            yield _wrong(number, label.strip(), text, _("a number of rows"))
        else:
            try:
                self.totals.amount = read_amount(text)
            except NotAValue as error:
                yield _wrong(number, label.strip(), text, str(error))


def _detail(number: int, line: str) -> Iterator[Row | Problem]:
    if len(line) < _SHORTEST:
        yield Problem(
            line=number,
            column="",
            found=_("a line of %(length)d characters") % {"length": len(line)},
            expected=_("at least %(length)d") % {"length": _SHORTEST},
            remedy=_("The line was cut off, or its columns moved: ask allpay for the file again"),
            raw=line[:LONGEST_RAW],
        )
        return
    wrong: list[Problem] = []
    amount: Decimal | None = None
    day: date | None = None
    letter = line[_LETTER]
    try:
        amount = _pounds(line[_AMOUNT].strip())
    except NotAValue as error:
        wrong.append(_wrong(number, _("Amount"), line[_AMOUNT].strip(), str(error)))
    if letter not in METHODS:
        letters = ", ".join(METHODS)
        expected = _("one of %(known)s") % {"known": letters}
        wrong.append(_wrong(number, _("Payment type"), letter, expected))
    try:
        day = _read_day(line[_DATE])
    except NotAValue as error:
        wrong.append(_wrong(number, _("Date"), line[_DATE], str(error)))
    if wrong:
        yield replace(wrong[0], raw=line[:LONGEST_RAW])
        yield from wrong[1:]
        return
    reference = line[_REFERENCE].removeprefix(_PREFIX)
    yield Row(
        number=number,
        raw=line[:LONGEST_RAW],
        reference=reference.strip(),
        amount=amount,
        date=day,
        narrative=" ".join(line[_NARRATIVE].split()),
        method=METHODS[letter],
    )


def _pounds(text: str) -> Decimal:
    # Without its point it would be a hundred times the money.
    if "." not in text:
        raise NotAValue(_("pounds with a point, such as 60.00"))
    return read_amount(text)


def _is_detail(line: str) -> bool:
    try:
        return bool(_read_day(line[_DATE]) and _pounds(line[_AMOUNT].strip()))
    except NotAValue:
        return False


def _wrong(line: int, column: str, found: str, expected: str) -> Problem:
    return Problem(
        line=line,
        column=column,
        found=found[:200] or _("nothing"),
        expected=expected,
        remedy=_("Ask allpay to correct the file, or to send it again"),
    )


def _after_the_end(number: int, line: str) -> Problem:
    return Problem(
        line=number,
        column="",
        found=line.strip()[:200],
        expected=_("nothing more: the rows ended before"),
        remedy=_("Two files may have been put together: ask for each by itself"),
        raw=line[:LONGEST_RAW] if _is_detail(line) else "",
    )


def _no_trailer() -> Problem:
    return Problem(
        line=0,
        column=_("Total"),
        found=_("no line that begins with “%(starts)s”") % {"starts": "Total Amount"},
        expected=_("one"),
        remedy=_("The file was cut off: ask for it again"),
    )


ALLPAY = Format(
    key="allpay",
    name=gettext_lazy("allpay"),
    open=AllpayReader,
    sample="allpay.txt",
    fields=(
        Field("1-7", gettext_lazy("Narrative, such as a batch number")),
        Field("8-23", gettext_lazy("Account reference; after the word BERN where that stands")),
        Field("24-32", gettext_lazy("Pounds with a point")),
        Field("33", gettext_lazy("Where it was paid: becomes the code of a method of payment")),
        Field("34-43", gettext_lazy("The day it was paid: 22/11/2026")),
        Field("Total Amount, Total Transactions", gettext_lazy("After the rows, checked")),
    ),
)
