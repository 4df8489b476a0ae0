"""What a layout comes to, by what was chosen and the prices of the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ims_wagtail.money import ZERO

from .layouts import Item, Needed, PriceList, Rule, RuleTable


#: What was chosen, as a basket line keeps it: how many of each item, or answers by question.
Chosen = Mapping[str, Any]
#: What prices come to, by primary key, in pounds.
Prices = Mapping[int, Decimal]


class NoAmount(Exception):
    """Nothing was chosen, no rule holds, or a price has no amount today."""


@dataclass(frozen=True, slots=True)
class Piece:
    """So many at one price, in pounds."""

    label: str
    quantity: int
    price: Decimal

    @property
    def amount(self) -> Decimal:
        """What they come to, in pounds."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """What made an amount up, and the rule that matched where there are rules."""

    pieces: tuple[Piece, ...]
    rule: Rule | None = None

    @property
    def amount(self) -> Decimal:
        """What all of it comes to, in pounds."""
        return sum((piece.amount for piece in self.pieces), ZERO)


def work_out(layout: PriceList | RuleTable, *, chosen: Chosen, prices: Prices) -> WorkedOut:
    """Return what was chosen comes to. Raises ``NoAmount``."""
    if isinstance(layout, PriceList):
        return _listed(layout, chosen, prices)
    return _by_rule(layout, chosen, prices)


def is_offered(item: Item | Rule, prices: Prices) -> bool:
    """Say whether everything that it costs has a price today."""
    return item.first in prices and (item.further is None or item.further in prices)


def _listed(layout: PriceList, chosen: Chosen, prices: Prices) -> WorkedOut:
    pieces: list[Piece] = []
    for item in layout.items:
        quantity = int(chosen.get(item.key) or 0)
        if not 0 <= quantity <= item.most:
            raise NoAmount(item.key)
        if quantity:
            pieces += _pieces(item.label, quantity, item.first, item.further, prices)
    if not pieces or (layout.only_one and sum(piece.quantity for piece in pieces) > 1):
        raise NoAmount("nothing chosen, or too much")
    return WorkedOut(pieces=tuple(pieces))


def _by_rule(layout: RuleTable, chosen: Chosen, prices: Prices) -> WorkedOut:
    quantity = _number(chosen.get(layout.times)) if layout.times else 1
    if not quantity:
        raise NoAmount("none asked for")
    for rule in layout.rules:
        if all(_holds(test, chosen.get(test.question)) for test in rule.tests):
            pieces = _pieces("", quantity, rule.first, rule.further, prices)
            return WorkedOut(pieces=tuple(pieces), rule=rule)
    raise NoAmount("no rule holds")


def _pieces(
    label: str, quantity: int, first: int, further: int | None, prices: Prices
) -> list[Piece]:
    try:
        if further is None or quantity == 1:
            return [Piece(label, quantity, prices[first])]
        return [Piece(label, 1, prices[first]), Piece(label, quantity - 1, prices[further])]
    except KeyError as missing:
        raise NoAmount(f"price {missing} has no amount") from missing


def _holds(test: Needed, given: Any) -> bool:
    if test.answer:
        return bool(given == test.answer)
    number = _number(given)
    if number is None:
        return False
    return (test.least is None or number >= test.least) and (
        test.most is None or number <= test.most
    )


def _number(given: Any) -> int | None:
    text = str("" if given is None else given)
    return int(text) if text.isascii() and text.isdigit() else None
