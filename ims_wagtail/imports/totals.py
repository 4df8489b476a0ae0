"""What a file says of itself against what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from ims_wagtail.money import format_pounds

from .formats.contract import Problem, Totals


def check_totals(totals: Totals, *, count: int, amount: Decimal, unread: int) -> Iterator[Problem]:
    """Yield where a file's own totals differ from its rows; ``unread`` of these had no amount."""
    quiet_day = totals.opening is not None and totals.opening == totals.closing
    if not count and not quiet_day:
        yield Problem(
            line=0,
            column="",
            found=_("no rows"),
            expected=_("at least one"),
            remedy=_("Ask the sender whether this is the right file"),
        )
    if totals.count is not None and totals.count != count:
        yield _differs(_("Number of rows"), f"{count:,}", f"{totals.count:,}", unread)
    if totals.amount is not None and totals.amount != amount:
        yield _differs(_("Total"), format_pounds(amount), format_pounds(totals.amount), unread)
    if totals.opening is not None and totals.closing is not None:
        closing = totals.opening + amount
        if closing != totals.closing:
            yield _differs(
                _("Closing balance"), format_pounds(closing), format_pounds(totals.closing), unread
            )


def _differs(column: str, found: str, expected: str, unread: int) -> Problem:
    return Problem(
        line=0,
        column=column,
        found=_("%(found)s in the rows") % {"found": found},
        expected=_("%(expected)s, as the file says") % {"expected": expected},
        remedy=_("Rows that can't be read don't count: put them right first")
        if unread
        else _("Rows are missing or changed: ask the sender for the file again"),
    )
