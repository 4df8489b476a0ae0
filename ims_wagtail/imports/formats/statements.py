"""Bank statements: what the formats of banks have in common, whatever they look like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from ims_wagtail.money import PENNY, ZERO, format_pounds

from .contract import Problem, Totals


#: What banks write where they have no reference; it tells no two payments apart.
NO_REFERENCE = frozenset(
    {"", "NONREF", "NOREF", "NOTPROVIDED", "NOT PROVIDED", "NONE", "UNKNOWN", "N/A"}
)


@dataclass(slots=True)
class Statement:
    """One statement while it is read: its balances and what its entries add up to, in pounds."""

    account: str = ""
    sequence: str = ""
    day: date | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    moved: Decimal = ZERO

    def problem(self, line: int) -> Problem | None:
        """Say when opening balance and entries don't make the closing balance."""
        if self.opening is None or self.closing is None:
            return None
        expected = self.opening + self.moved
        if expected == self.closing:
            return None
        return Problem(
            line=line,
            column=_("Closing balance"),
            found=format_pounds(self.closing),
            expected=_("%(total)s: opening balance %(opening)s and entries of %(moved)s")
            % {
                "total": format_pounds(expected),
                "opening": format_pounds(self.opening),
                "moved": format_pounds(self.moved),
            },
            remedy=_("Entries are missing or changed: ask the bank for the file again"),
        )

    def add_to(self, totals: Totals) -> None:
        """Add what the statement says of itself to what the file says of itself."""
        totals.account = _listed(totals.account, self.account)
        totals.sequence = _listed(totals.sequence, self.sequence)
        totals.date = max(filter(None, (totals.date, self.day)), default=None)
        if self.opening is not None and self.closing is not None:
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
