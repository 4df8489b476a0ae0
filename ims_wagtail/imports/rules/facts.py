"""Rules free of the database, as the compiler takes them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .enums import ActionKind, Match, Operator, RuleField


Value = str | Decimal | date | frozenset[str] | None


@dataclass(frozen=True, slots=True)
class ConditionFacts:
    """One comparison. ``value`` has the field's type: text, pounds, a day or several texts."""

    field: RuleField
    operator: Operator
    value: Value = None


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """One thing done. ``value`` is text; a split has pounds as well, and a fund and account."""

    kind: ActionKind
    value: str = ""
    amount: Decimal | None = None
    fund: str = ""


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """One rule. A rule without conditions always acts; ``starts`` and ``ends`` are rows' dates."""

    pk: int
    groups: tuple[tuple[ConditionFacts, ...], ...]
    actions: tuple[ActionFacts, ...]
    match: Match = Match.ANY
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Finder:
    """How references of a payment type are found in text, and which fund's they are."""

    fund: str
    find: Callable[[str], tuple[str, ...]]
