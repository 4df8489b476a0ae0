"""Bank statements: what the formats of banks have in common, whatever they look like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import BinaryIO

from django.utils.translation import gettext as _

from ims_wagtail.money import PENNY, ZERO, format_pounds

from .contract import Problem, Reading, Totals, Unreadable
from .text import lines


#: What banks write where they have no reference; it tells no two payments apart.
NO_REFERENCE = frozenset(
    {"", "NONREF", "NOREF", "NOTPROVIDED", "NOT PROVIDED", "NONE", "UNKNOWN", "N/A"}
)


#: Statements in text are read as a whole; a day's is a few hundred kilobytes at most.
LARGEST_TEXT = 50_000_000


@dataclass(slots=True)
class Statement:
    """One statement while it is read: its balances and what its entries add up to, in pounds."""

    account: str = ""
    sequence: str = ""
    day: date | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    moved: Decimal = ZERO

    def problem(self) -> Problem | None:
        """Say when opening balance and entries don't make the closing balance."""
        if self.opening is None or self.closing is None:
            return None
        expected = self.opening + self.moved
        if expected == self.closing:
            return None
        return Problem(
            line=0,
            column=_("Closing balance of statement %(number)s") % {"number": self.sequence},
            found=format_pounds(self.closing),
            expected=_("%(total)s: opening balance %(opening)s and entries of %(moved)s")
            % {
                "total": format_pounds(expected),
                "opening": format_pounds(self.opening),
                "moved": format_pounds(self.moved),
            },
            remedy=_("Entries are missing or changed: ask the bank for the file again"),
        )

    def close(self, totals: Totals) -> Iterator[Problem]:
        """Add what the statement says of itself to what the file does, or yield what is wrong."""
        totals.account = _listed(totals.account, self.account)
        totals.sequence = _listed(totals.sequence, self.sequence)
        totals.date = max(filter(None, (totals.date, self.day)), default=None)
        if problem := self.problem():
            yield problem
        elif self.opening is not None and self.closing is not None:
            totals.opening = (totals.opening or ZERO) + self.opening
            totals.closing = (totals.closing or ZERO) + self.closing


def _listed(before: str, new: str) -> str:
    known = before.split(", ") if before else []
    return ", ".join(known if not new or new in known else [*known, new])


def reference_or_nothing(text: str | None) -> str:
    """Return a reference without blanks around it, or nothing for the words that mean none."""
    cleaned = " ".join((text or "").split())
    return "" if cleaned.upper() in NO_REFERENCE else cleaned


def pounds(text: str) -> Decimal | None:
    """Return an amount such as 12.5 or 12.50 in pounds; ``None`` when it is none of a bank's."""
    try:
        amount = Decimal(text.strip())
        return amount.quantize(PENNY) if amount == amount.quantize(PENNY) else None
    except InvalidOperation:
        return None


def joined(*texts: str | None) -> str:
    """Return texts as one line, each once, in their order."""
    cleaned = (" ".join((text or "").split()) for text in texts)
    return " ".join(dict.fromkeys(text for text in cleaned if text))


def whole_text(file: BinaryIO, reading: Reading) -> str:
    """Return a statement as text with plain line ends. Raises ``Unreadable``."""
    text = []
    size = 0
    for line in lines(file, reading.encoding):
        text.append(line)
        size += len(line)
        if size > LARGEST_TEXT:
            raise Unreadable(
                Problem(
                    line=0,
                    column="",
                    found=_("More than %(size)s MB") % {"size": LARGEST_TEXT // 1_000_000},
                    expected=_("One or a few days' statements"),
                    remedy=_("Ask the bank for a file a day"),
                )
            )
    return "\n".join([*text, ""])


def unreadable(line: int, found: str, expected: str) -> Unreadable:
    """Return what says that a bank's file can't be read from a line on."""
    return Unreadable(
        Problem(
            line=line,
            column="",
            found=found,
            expected=expected,
            remedy=_("The file is cut off or damaged: ask the bank for it again"),
        )
    )
