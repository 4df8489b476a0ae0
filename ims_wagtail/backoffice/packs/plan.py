"""What importing a pack does, found by doing it: what is new, what changes, and what is wrong."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from .sections import Section


@dataclass(frozen=True, slots=True)
class Change:
    """A row that is new, or that differs in some fields: (field, here, in the pack)."""

    section: Section
    key: str
    is_new: bool
    fields: tuple[tuple[str, Any, Any], ...]

    def __str__(self) -> str:
        return f"{self.section.name} {self.key}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a pack can't be imported: where, and what to do."""

    section: Section
    key: str
    field: str
    message: str

    def __str__(self) -> str:
        place = " ".join(part for part in (self.section.name, self.key, self.field) if part)
        return f"{place}: {self.message}"


@dataclass(slots=True)
class Plan:
    """What importing a pack does."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0
    #: What is here and not in the pack, by section; it stays as it is.
    left_alone: list[tuple[Section, list[str]]] = field(default_factory=list)

    @property
    def new(self) -> list[Change]:
        """The rows that are made."""
        return [change for change in self.changes if change.is_new]

    @property
    def changed(self) -> list[Change]:
        """The rows that are changed."""
        return [change for change in self.changes if not change.is_new]

    @property
    def fingerprint(self) -> str:
        """Text that is another when the import would do something else."""
        facts = [(c.section.name, c.key, c.is_new, c.fields) for c in self.changes]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
