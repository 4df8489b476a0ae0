"""Sums of what is handed over: the change, and which line of a payment each piece pays."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from ims_wagtail.funds.models import MethodOfPayment
from ims_wagtail.money import ZERO, format_pounds
from ims_wagtail.payments.receiving import Part

from .rights import CHEQUE_KINDS


class TenderRefused(ValueError):
    """What is handed over does not pay the basket; the message is fit to show to staff."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One cheque or postal order, in pounds, with what stands on it."""

    method: MethodOfPayment
    amount: Decimal
    drawer: str = ""
    sort_code: str = ""
    account_number: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Paid:
    """What pays a basket to the penny: cash kept, if any, and pieces; and the change."""

    cash: Piece | None
    pieces: tuple[Piece, ...]
    cash_given: Decimal
    change: Decimal


@dataclass(frozen=True, slots=True)
class Shared:
    """A piece, and the parts of lines that it pays."""

    piece: Piece
    parts: tuple[Part, ...]


def settle_up(
    *,
    total: Decimal,
    cash_given: Decimal,
    cash_method: MethodOfPayment | None,
    pieces: Sequence[Piece],
) -> Paid:
    """Return what pays ``total`` pounds and what is given back; change is given of cash only.

    Raises ``TenderRefused`` when too little is handed over, too much but in cash, or more or less
    than a method of payment takes at once.
    """
    others = sum((piece.amount for piece in pieces), ZERO)
    due = total - others
    if due < 0:
        raise TenderRefused(
            _("Cheques and postal orders come to %(over)s too much; no change is given of them.")
            % {"over": format_pounds(-due)}
        )
    if cash_given < due:
        raise TenderRefused(
            _("%(missing)s is missing.") % {"missing": format_pounds(due - cash_given)}
        )
    if cash_given and not due:
        raise TenderRefused(_("Nothing is left to be paid in cash: hand it back."))
    if cash_given and cash_method is None:
        raise TenderRefused(_("You may not take cash."))
    cash = Piece(cash_method, due) if due and cash_method else None
    for piece in (*((cash,) if cash else ()), *pieces):
        _check_limits(piece)
    return Paid(
        cash=cash, pieces=tuple(pieces), cash_given=cash_given, change=max(cash_given - due, ZERO)
    )


def share(
    *, amounts: Sequence[Decimal], paid: Paid, no_cheques: Collection[int] = ()
) -> tuple[Shared, ...]:
    """Say which lines each piece pays, lines counted from 1; each is paid exactly.

    ``no_cheques`` are lines whose account takes none: something else pays them, otherwise
    ``TenderRefused`` is raised.
    """
    left = dict(enumerate(amounts, start=1))
    # The sort is stable: lines keep their order but for those that need something else.
    lines = sorted(left, key=lambda number: number not in no_cheques)
    pieces = [*((paid.cash,) if paid.cash else ()), *paid.pieces]
    found = []
    for piece in sorted(pieces, key=lambda piece: piece.method.kind in CHEQUE_KINDS):
        rest, parts = piece.amount, []
        for number in lines:
            amount = min(left[number], rest)
            if not amount:
                continue
            if number in no_cheques and piece.method.kind in CHEQUE_KINDS:
                raise TenderRefused(
                    _("%(amount)s is for an account that takes no cheques: take something else.")
                    % {"amount": format_pounds(left[number])}
                )
            parts.append(Part(number=number, method_id=piece.method.pk, amount=amount))
            left[number] -= amount
            rest -= amount
        found.append(Shared(piece=piece, parts=tuple(parts)))
    return tuple(found)


def _check_limits(piece: Piece) -> None:
    method = piece.method
    if not method.minimum_amount <= piece.amount <= method.maximum_amount:
        raise TenderRefused(
            _("%(method)s takes from %(minimum)s to %(maximum)s at once, not %(amount)s.")
            % {
                "method": method.name,
                "minimum": format_pounds(method.minimum_amount),
                "maximum": format_pounds(method.maximum_amount),
                "amount": format_pounds(piece.amount),
            }
        )
