"""What a simulation tells: rows that would change, and where their money would go."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from ims_wagtail.funds.models import Fund
from ims_wagtail.imports.rows import Row
from ims_wagtail.money import ZERO

from .conflicts import Conflict


class Part(NamedTuple):
    """What a row, or a part of one that was split, would become."""

    outcome: str
    fund_id: int | None
    reference: str
    method_id: int | None
    office_id: int | None
    vat_code_id: int | None
    narrative: str
    amount: Decimal
    why: str

    def becomes(self) -> tuple[object, ...]:
        """Return what is compared: all but how much of the row it is, and the words of why."""
        return self[:7]


@dataclass(frozen=True, slots=True)
class Changed:
    """A row that would become something else."""

    import_id: int
    row: Row
    before: tuple[Part, ...]
    after: tuple[Part, ...]


@dataclass(slots=True)
class Flow:
    """Money that would go elsewhere, by outcomes and funds."""

    rows: int = 0
    amount: Decimal = ZERO


#: Outcome and fund before, outcome and fund after.
Way = tuple[str, int | None, str, int | None]


@dataclass(slots=True)
class Simulation:
    """What a rule would have done."""

    looked_at: int = 0
    #: Whether there are more rows, which were not looked at.
    is_cut: bool = False
    acted: int = 0
    changed: int = 0
    flows: dict[Way, Flow] = field(default_factory=lambda: defaultdict(Flow))
    rows: list[Changed] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    funds: dict[int, Fund] = field(default_factory=dict)
