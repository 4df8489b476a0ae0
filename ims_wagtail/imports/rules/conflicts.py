"""Rules that set the same thing of the same row differently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ims_wagtail.imports.models import ImportRule
from ims_wagtail.imports.rows import Row

from .compiling import Applied, compile_rules
from .enums import ActionKind, RuleField
from .facts import Finder, RuleFacts


#: What actions set, the narrative aside, in which they look for references.
_SET = (RuleField.REFERENCE, RuleField.FUND, RuleField.METHOD, RuleField.OFFICE, RuleField.VAT)
#: No code and no reference: what still has it was not set.
_UNSET = "\0"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Another rule that sets something differently, on so many rows."""

    other: ImportRule
    field: str
    rows: int
    #: Whether the other one comes later, so that what it sets stays.
    other_wins: bool


class Conflicts:
    """Collects the conflicts of one rule."""

    def __init__(self, rule: ImportRule) -> None:
        self.rule = rule
        self.counted: Counter[tuple[int, RuleField]] = Counter()
        self.compiled: dict[int, Applied] = {}

    def look(
        self,
        row: Row,
        acted: tuple[int, ...],
        facts: Mapping[int, RuleFacts],
        finders: Mapping[str, Finder],
    ) -> None:
        """Compare what the rules that acted on a row set of it."""
        own = self._sets(row, facts[self.rule.pk], finders)
        for pk in acted:
            if pk == self.rule.pk:
                continue
            others = self._sets(row, facts[pk], finders)
            for name in own.keys() & others.keys():
                if own[name] != others[name]:
                    self.counted[pk, name] += 1

    def found(self) -> list[Conflict]:
        """Return the conflicts, the most frequent first."""
        rules = ImportRule.objects.in_bulk({pk for pk, _name in self.counted})
        own = (self.rule.order, self.rule.pk)
        return [
            Conflict(rules[pk], str(name.label), count, (rules[pk].order, pk) > own)
            for (pk, name), count in self.counted.most_common()
            if pk in rules
        ]

    def _sets(
        self, row: Row, rule: RuleFacts, finders: Mapping[str, Finder]
    ) -> dict[RuleField, str]:
        """Return what a rule's actions set of a row, whatever its conditions."""
        if rule.pk not in self.compiled:
            always = replace(rule, groups=(), starts=None, ends=None)
            self.compiled[rule.pk] = compile_rules([always], finders=finders)
        unset: dict[str, Any] = {name.value: _UNSET for name in _SET}
        tried = replace(row, **unset)
        self.compiled[rule.pk](tried)
        found = {name: value for name in _SET if (value := getattr(tried, name.value)) != _UNSET}
        if any(action.kind == ActionKind.NARRATIVE for action in rule.actions):
            found[RuleField.NARRATIVE] = tried.narrative
        return found
