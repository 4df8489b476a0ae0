"""The differences between a set-up pack and what is here, as tables that people read."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .plan import Plan
from .sections import Section


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of difference. The second cell of a row names what the row is about."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    lead: str = ""


def tables_of(plan: Plan) -> Iterator[Table]:
    """Yield a table of each kind of difference there is, what has to be done first of all."""
    part, which, field = _("Part"), _("Which"), _("Field")
    if plan.problems:
        yield Table(
            _("Problems"),
            (part, which, field, _("What to do")),
            [
                (problem.section.name, problem.key, problem.field, problem.message)
                for problem in plan.problems
            ],
            lead=_(
                "This pack can’t be imported until these are put right, in the file or here. "
                "Nothing has been changed."
            ),
        )
    if plan.changed:
        yield Table(
            _("Changed"),
            (part, which, field, _("Here"), _("In the pack")),
            [
                (_label(change.section), change.key, name, in_words(here), in_words(there))
                for change in plan.changed
                for name, here, there in change.fields
            ],
        )
    if plan.new:
        rows = [(_label(change.section), change.key) for change in plan.new]
        yield Table(_("New"), (part, which), rows)
    if plan.left_alone:
        yield Table(
            _("Here, but not in the pack: left as it is"),
            (part, which),
            [(_label(section), ", ".join(keys)) for section, keys in plan.left_alone],
        )


def in_words(value: Any) -> str:
    """Return a value as a person reads it: a dash for nothing, lists item by item."""
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, list) and isinstance(value[0], dict):
        return "; ".join(", ".join(_told(part)) for part in value)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _told(part: dict[str, Any]) -> Iterator[str]:
    """Yield what a part of a row says, without what it says nothing about."""
    for name, value in part.items():
        if value not in (None, "", False):
            yield name if value is True else f"{name} {value}"


def _label(section: Section) -> str:
    return str(capfirst(section.label))
