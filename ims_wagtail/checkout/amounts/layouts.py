"""How a page lays out its amount, and how a basket line keeps that."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any


#: Nobody takes more of one thing in one go.
MOST_OF_ONE = 99


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on a price list. ``first`` and ``further`` are primary keys of prices.

    Without ``further`` each one costs the same.
    """

    key: str
    label: str
    first: int
    further: int | None = None
    hint: str = ""
    most: int = 1


@dataclass(frozen=True, slots=True)
class PriceList:
    """Things to choose from: ``only_one`` of them, or some of each."""

    items: tuple[Item, ...]
    only_one: bool = False


@dataclass(frozen=True, slots=True)
class Needed:
    """What the answer to a question has to be: one of a list, or a number between two bounds."""

    question: str
    label: str
    answer: str = ""
    #: The answer as a person reads it.
    said: str = ""
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Prices that count when every test holds; one without tests counts always."""

    tests: tuple[Needed, ...]
    first: int
    further: int | None = None


@dataclass(frozen=True, slots=True)
class RuleTable:
    """Rules in order, of which the first that holds sets the price.

    ``times`` is the key of the question that says how many; without one it is one.
    """

    rules: tuple[Rule, ...]
    times: str = ""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Amounts in pounds to choose from, beside any other that the payer types."""

    amounts: tuple[Decimal, ...]


Layout = PriceList | RuleTable | Suggestions
_KINDS: dict[str, type[Layout]] = {
    "price_list": PriceList,
    "rules": RuleTable,
    "suggestions": Suggestions,
}


def kept(layout: Layout) -> dict[str, Any]:
    """Return a layout as a basket line keeps it."""
    kind = next(name for name, kept in _KINDS.items() if isinstance(layout, kept))
    facts = asdict(layout)
    if isinstance(layout, Suggestions):
        facts["amounts"] = [str(amount) for amount in layout.amounts]
    return {"kind": kind, **facts}


def layout_of(kept: Mapping[str, Any]) -> Layout | None:
    """Return the layout that a basket line kept; nothing where it kept none."""
    match kept.get("kind"):
        case "price_list":
            items = tuple(Item(**item) for item in kept["items"])
            return PriceList(items=items, only_one=kept["only_one"])
        case "rules":
            return RuleTable(rules=tuple(map(_rule, kept["rules"])), times=kept["times"])
        case "suggestions":
            return Suggestions(tuple(map(Decimal, kept["amounts"])))
        case _:
            return None


def _rule(kept: Mapping[str, Any]) -> Rule:
    tests = tuple(Needed(**test) for test in kept["tests"])
    return Rule(tests=tests, first=kept["first"], further=kept["further"])
