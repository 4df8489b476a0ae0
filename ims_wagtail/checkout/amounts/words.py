"""What made an amount up, for residents, receipts and staff."""

from collections.abc import Sequence
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ims_wagtail.checkout.models import BasketLine
from ims_wagtail.money import format_pounds

from .basis import worked_out_today
from .layouts import Item, Needed, Rule
from .working import Piece, Prices, WorkedOut


def in_words(found: WorkedOut) -> list[tuple[str, str]]:
    """Return pairs of label and words: “Garden bins”, “1 at £46.00 and 2 at £30.00 each”."""
    if found.rule is not None:
        words = counted(found.pieces)
        if found.rule.tests:
            words = _("%(counted)s, for %(reasons)s") % {
                "counted": words,
                "reasons": "; ".join(map(_reason, found.rule.tests)),
            }
        return [(_("How the amount comes about"), words)]
    return [
        (label, counted(tuple(pieces)))
        for label, pieces in groupby(found.pieces, key=lambda piece: piece.label)
    ]


def counted(pieces: Sequence[Piece]) -> str:
    """Return how many at which price: “1 at £46.00 and 2 at £30.00 each”."""
    return _(" and ").join(
        ngettext("%(n)d at %(price)s", "%(n)d at %(price)s each", piece.quantity)
        % {"n": piece.quantity, "price": format_pounds(piece.price)}
        for piece in pieces
    )


def as_answers(found: WorkedOut) -> list[dict[str, str]]:
    """Return what made an amount up as an order keeps answers, for whoever reads it later."""
    return [
        {"key": f"amount-{number}", "label": label, "value": value}
        for number, (label, value) in enumerate(in_words(found), start=1)
    ]


def made_up(line: BasketLine) -> list[dict[str, str]]:
    """Return what makes a line up today, as answers; nothing where prices don't."""
    found = worked_out_today(line)
    return as_answers(found) if found is not None else []


def cost(item: Item | Rule, prices: Prices) -> str:
    """Say what one thing costs: “£46.00 for the first, £30.00 for each further one”."""
    first = format_pounds(prices[item.first])
    if item.further is None:
        return first
    return _("%(first)s for the first, %(further)s for each further one") % {
        "first": first,
        "further": format_pounds(prices[item.further]),
    }


def _reason(test: Needed) -> str:
    """Name a question with the answer that counted, as short as can be."""
    if test.answer:
        return _("“%(question)s”: %(answer)s") % {"question": test.label, "answer": test.said}
    return _("“%(question)s”: %(numbers)s") % {"question": test.label, "numbers": numbers(test)}


def numbers(test: Needed) -> str:
    """Return the bounds of a number in words: “2 or more”."""
    bounds = {"least": test.least, "most": test.most}
    if test.least is not None and test.least == test.most:
        return str(test.least)
    if test.least is not None and test.most is not None:
        return _("%(least)d to %(most)d") % bounds
    if test.least is not None:
        return _("%(least)d or more") % bounds
    return _("up to %(most)d") % bounds
