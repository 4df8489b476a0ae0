"""Asking for money to be moved: what staff call, whatever screen they come from."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.money import ZERO

from .checking import (
    check_amounts,
    check_balance,
    check_gives,
    check_goes_elsewhere,
    check_lines,
    check_reason,
    check_scope,
)
from .drawing import draw
from .enums import CorrectionKind
from .exceptions import CorrectionRefused
from .models import Correction
from .undoing import opposite, why_not_undo
from .wishes import Move, Transfer, total
from .writing import put_up


def request_move(*, wish: Move, by: Any) -> Correction:
    """Ask to move parts of lines elsewhere, or to write them off. Raises ``CorrectionRefused``.

    What the person may do alone is posted at once; the rest is held until somebody decides.
    """
    if wish.kind == CorrectionKind.TRANSFER:
        raise ValueError("a transfer names accounts, not lines")
    lines = Transaction.objects.select_related("fund").in_bulk(list(wish.takes))
    check_scope(by, wish.kind, _funds_of(wish, [line.fund_id for line in lines.values()]))
    reason = check_reason(wish.reason)
    check_amounts([*wish.takes.values(), *(to.amount for to in wish.gives)])
    check_balance(sum(wish.takes.values(), ZERO), wish.gives)
    check_lines(wish.takes, lines)
    gives = check_gives(wish.kind, wish.gives)
    check_goes_elsewhere(lines.values(), gives)
    return put_up(
        kind=wish.kind, draw=_just(wish.takes), tries=1, gives=gives, reason=reason, by=by
    )


def request_transfer(*, wish: Transfer, by: Any) -> Correction:
    """Ask to transfer between accounts, whichever receipts the money came by.

    It takes what the book holds on the accounts, the newest first, and never more. Raises
    ``CorrectionRefused``.
    """
    kind = CorrectionKind.TRANSFER
    check_scope(by, kind, _funds_of(wish, [source.fund.pk for source in wish.takes]))
    reason = check_reason(wish.reason)
    check_amounts([*(side.amount for side in wish.takes), *(to.amount for to in wish.gives)])
    check_balance(total(wish.takes), wish.gives)
    gives = check_gives(kind, wish.gives)
    return put_up(
        kind=kind, draw=lambda: draw(wish.takes), tries=5, gives=gives, reason=reason, by=by
    )


def request_undo(*, posting: Posting, reason: str, by: Any) -> Correction:
    """Ask to take a journal or transfer back as a whole. Raises ``CorrectionRefused``.

    The money goes back to where it was, so it isn't asked whether that account takes money now.
    """
    if why := why_not_undo(posting):
        raise CorrectionRefused(why)
    back = opposite(posting)
    fund_ids = [*(line.fund_id for line in back.lines), *(to.fund.pk for to in back.gives)]
    check_scope(by, back.kind, fund_ids)
    return put_up(
        kind=back.kind,
        draw=_just({line.pk: line.amount for line in back.lines}),
        tries=1,
        gives=back.gives,
        reason=check_reason(reason),
        by=by,
        undoes=posting,
    )


def _funds_of(wish: Move | Transfer, fund_ids: list[int]) -> list[int]:
    return [*fund_ids, *(to.fund.pk for to in wish.gives)]


def _just(takes: Mapping[int, Decimal]) -> Callable[[], Mapping[int, Decimal]]:
    return lambda: takes
