"""Which lines of the book a transfer takes from, when nobody named a receipt."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from ims_wagtail.funds.models import Fund
from ims_wagtail.ledger.holds import available
from ims_wagtail.ledger.models import Transaction
from ims_wagtail.money import ZERO, format_pounds

from .exceptions import CorrectionRefused
from .targets import normalised
from .wishes import From


_AT_ONCE = 500


def draw(sources: Sequence[From]) -> dict[int, Decimal]:
    """Return pounds by line for what is taken from accounts: the newest money of each first.

    Raises ``CorrectionRefused`` when the book holds less. A mistake is mostly a late one, and old
    money has often been moved already, so looking back from today ends soonest.
    """
    wanted: dict[tuple[Fund, str], Decimal] = {}
    for source in sources:
        account = (source.fund, normalised(source.fund, source.reference))
        wanted[account] = wanted.get(account, ZERO) + source.amount
    drawn: dict[int, Decimal] = {}
    for (fund, reference), amount in wanted.items():
        rest = amount
        for line_id, left in _money_of(fund, reference):
            part = min(left, rest)
            drawn[line_id] = part
            rest -= part
            if not rest:
                break
        if rest:
            raise CorrectionRefused(
                _(
                    "Of account %(reference)s in %(fund)s you want to take %(amount)s, but only "
                    "%(left)s can be moved. The rest was never there, or has been refunded, moved, "
                    "or is held for something under way."
                )
                % {
                    "reference": reference,
                    "fund": fund,
                    "amount": format_pounds(amount),
                    "left": format_pounds(amount - rest),
                }
            )
    return drawn


def _money_of(fund: Fund, reference: str) -> Iterator[tuple[int, Decimal]]:
    """Yield the lines of an account that have something left, newest first."""
    lines = Transaction.objects.filter(
        fund=fund, account_reference=reference, amount__gt=0, corrects=None
    ).order_by("-pk")
    ids = list(lines.values_list("pk", flat=True)[:_AT_ONCE])
    while ids:
        left = available(ids)
        yield from ((pk, left[pk]) for pk in ids if left[pk])
        ids = list(lines.filter(pk__lt=ids[-1]).values_list("pk", flat=True)[:_AT_ONCE])
