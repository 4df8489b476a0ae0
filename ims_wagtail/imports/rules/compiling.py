"""Rules become one plain function: the same for one row and a million.

Looking every rule up for every row took six times as long. The function's text is put together
here from fixed parts and numbered names; whatever people typed goes in as values by those names
and never becomes code.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ims_wagtail.funds.references import PATTERN_FLAGS
from ims_wagtail.imports.rows import Row
from ims_wagtail.money import ZERO

from .enums import (
    SETTERS,
    TYPED_FIELDS,
    ActionKind,
    Match,
    Operator,
    RuleField,
)
from .facts import ActionFacts, ConditionFacts, Finder, RuleFacts


Applied = Callable[[Row], tuple[int, ...]]

_COMPARED = {
    Operator.CONTAINS: "{value} in {field}",
    Operator.NOT_CONTAINS: "{value} not in {field}",
    Operator.STARTS: "{field}.startswith({value})",
    Operator.ENDS: "{field}.endswith({value})",
    Operator.IS: "{field} == {value}",
    Operator.IS_NOT: "{field} != {value}",
    Operator.ONE_OF: "{field} in {value}",
    Operator.EMPTY: "not {field}",
    Operator.MATCHES: "{value}({field}) is not None",
    Operator.HOLDS_REFERENCE: "{value}({field})",
    Operator.MORE: "{field} > {value}",
    Operator.LESS: "{field} < {value}",
    Operator.AT_LEAST: "{field} >= {value}",
    Operator.AT_MOST: "{field} <= {value}",
    Operator.MONEY_IN: "{field} > 0",
    Operator.MONEY_OUT: "{field} < 0",
    Operator.BEFORE: "{field} < {value}",
    Operator.AFTER: "{field} > {value}",
}


def compile_rules(rules: Sequence[RuleFacts], *, finders: Mapping[str, Finder]) -> Applied:
    """Return rules as one function, in their order; each sees what those before it did.

    The function changes a row in place and returns the ids of the rules that acted. A row without
    amount or date is left alone: it can't be posted whatever rules say. ``finders`` are by the code
    of a payment type; ``KeyError`` for one that a rule names and that is not there.
    """
    return _Compiler(finders).function(rules)


class _Compiler:
    """Puts the text of the function together, and the values it uses."""

    def __init__(self, finders: Mapping[str, Finder]) -> None:
        self.finders = finders
        self.values: dict[str, Any] = {"split": _split}
        self.lines: list[str] = []

    def function(self, rules: Sequence[RuleFacts]) -> Applied:
        looked_at = {
            condition.field for rule in rules for group in rule.groups for condition in group
        }
        self.lines = [
            "def apply(row):",
            " if row.amount is None or row.date is None: return ()",
            " acted = ()",
            *(f" {name} = {_read(field)}" for field in sorted(looked_at) if (name := _var(field))),
        ]
        for rule in rules:
            self._rule(rule, looked_at)
        self.lines.append(" return acted")
        # Only fixed words and names numbered here are in it: see above.
        exec("\n".join(self.lines), self.values)  # noqa: S102
        applied: Applied = self.values["apply"]
        return applied

    def _rule(self, rule: RuleFacts, looked_at: set[RuleField]) -> None:
        self.lines.append(f" if {self._condition(rule)}:")
        self.lines.append(f"  acted += ({int(rule.pk)},)")
        for action in rule.actions:
            self._action(action, looked_at)

    def _condition(self, rule: RuleFacts) -> str:
        inner, outer = (" and ", " or ") if rule.match == Match.ANY else (" or ", " and ")
        groups = [
            f"({inner.join(self._comparison(condition) for condition in group)})"
            for group in rule.groups
            if group
        ]
        parts = [f"({outer.join(groups)})"] if groups else []
        if rule.starts is not None:
            parts.append(f"row.date >= {self._value(rule.starts)}")
        if rule.ends is not None:
            parts.append(f"row.date <= {self._value(rule.ends)}")
        return " and ".join(parts) or "True"

    def _comparison(self, condition: ConditionFacts) -> str:
        value: Any = condition.value
        if condition.operator == Operator.MATCHES:
            value = re.compile(value, PATTERN_FLAGS).search
        elif condition.operator == Operator.HOLDS_REFERENCE:
            value = self.finders[value].find
        elif isinstance(value, frozenset):
            value = frozenset(_compared(text) for text in value)
        elif isinstance(value, str):
            value = _compared(value)
        text = _COMPARED[condition.operator].format(
            field=_var(condition.field), value=self._value(value)
        )
        return f"({text})"

    def _action(self, action: ActionFacts, looked_at: set[RuleField]) -> None:
        set_ones: list[RuleField] = []
        if action.kind in SETTERS:
            self.lines.append(f"  row.{action.kind.value} = {self._value(action.value)}")
            set_ones.append(RuleField(action.kind.value))
        elif action.kind == ActionKind.EXTRACT:
            matched = self._value(_extractor(action.value))
            self.lines.append(f"  row.reference = {matched}(row.narrative) or row.reference")
            set_ones.append(RuleField.REFERENCE)
        elif action.kind == ActionKind.TAKE_REFERENCE:
            finder = self.finders[action.value]
            self.lines += [
                f"  found = {self._value(finder.find)}(row.narrative)",
                "  if len(found) == 1:",
                f"   row.reference = found[0]; row.fund = {self._value(finder.fund)}",
            ]
            set_ones += [RuleField.REFERENCE, RuleField.FUND]
        elif action.kind == ActionKind.SUSPENSE:
            self.lines += [f"  row.suspense = {self._value(action.value)}", "  return acted"]
        else:
            self.lines.append(f"  if split(row, {self._value(action)}): return acted")
        self.lines += [f"  {_var(one)} = {_read(one)}" for one in set_ones if one in looked_at]

    def _value(self, value: Any) -> str:
        name = f"value_{len(self.values)}"
        self.values[name] = value
        return name


def _var(field: RuleField) -> str:
    return f"the_{field.value}"


def _read(field: RuleField) -> str:
    return f"row.{field.value}" + ("" if field in TYPED_FIELDS else ".upper()")


def _compared(text: str) -> str:
    return text.upper()


def _extractor(pattern: str) -> Callable[[str], str]:
    """Return what finds a pattern in a text: its first group, or all of it where it has none."""
    search = re.compile(pattern, PATTERN_FLAGS).search

    def extract(text: str) -> str:
        match = search(text)
        if match is None:
            return ""
        return (match[1] if match.re.groups else match[0]) or ""

    return extract


def _split(row: Row, action: ActionFacts) -> bool:
    """Split a row in two, when the part is less than the whole and both move the same way."""
    whole, part = row.amount or ZERO, action.amount or Decimal(0)
    if not 0 < part < whole:
        return False
    rest = replace(row, amount=whole - part)
    taken = replace(row, amount=part, fund=action.fund, reference=action.value, vat="")
    row.parts = [rest, taken]
    return True
