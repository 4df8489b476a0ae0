"""What of a posting can be moved by a person, and otherwise why not."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ims_wagtail.access.policy import Scope, scope_of
from ims_wagtail.ledger.holds import available
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.money import ZERO

from .enums import CorrectionKind
from .kinds import permission_to_ask


#: What can be asked for about lines of a posting.
OF_LINES = (CorrectionKind.JOURNAL, CorrectionKind.WRITE_OFF)


@dataclass(frozen=True, slots=True)
class MovableLine:
    """A line of money and what may still be moved of it, in pounds."""

    line: Transaction
    available: Decimal


@dataclass(frozen=True, slots=True)
class Movable:
    """A posting as one person may move it; ``why_not`` is empty when something can be."""

    posting: Posting
    lines: tuple[MovableLine, ...]
    kinds: tuple[CorrectionKind, ...]
    why_not: str
    #: Whether none of its lines is in a fund in which the person may move money.
    is_foreign: bool

    @property
    def total(self) -> Decimal:
        """What may still be moved of all lines."""
        return sum((item.available for item in self.lines), ZERO)


def scope_to_move(user: Any) -> Scope:
    """Return the funds in which a person may ask to move lines, by whatever kind."""
    return scope_of(user, *(permission_to_ask(kind) for kind in OF_LINES))


def movable(*, posting: Posting, by: Any) -> Movable:
    """Return what a person may move of a posting, in a constant number of queries."""
    mine = scope_to_move(by)
    every = posting.lines.select_related("fund", "vat_code").order_by("line_number")
    own = [line for line in every if line.fund_id in mine]
    money = [line for line in own if line.amount > 0 and line.corrects_id is None]
    left = available(line.pk for line in money)
    lines = tuple(MovableLine(line, left[line.pk]) for line in money)
    fund_ids = {line.fund_id for line in money}
    kinds = tuple(
        kind
        for kind in OF_LINES
        if any(fund_id in scope_of(by, permission_to_ask(kind)) for fund_id in fund_ids)
    )
    return Movable(posting, lines, kinds, _why_not(lines), is_foreign=not own)


def _why_not(lines: tuple[MovableLine, ...]) -> str:
    if not lines:
        return _("Its lines take money or give it back: there is no money of its own to move.")
    if not any(item.available for item in lines):
        return _("All of it has been refunded, moved, or is held for something under way.")
    return ""
