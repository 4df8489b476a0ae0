"""What a report is: its columns, its rows, and the sums by which it is proved against the book."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise

from ims_wagtail.money import ZERO

from .asking import Asked


class Kind(StrEnum):
    """What stands in a column; it decides how a value is shown, written to files and kept."""

    TEXT = "text"
    DAY = "day"
    NUMBER = "number"
    MONEY = "money"
    #: A fraction: 0.2 is 20 %.
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. Numbers and money are added up below the rows, unless they say otherwise."""

    heading: str | Promise
    kind: Kind = Kind.TEXT
    summed: bool = True

    @property
    def is_summed(self) -> bool:
        """Whether there is a total of it."""
        return self.summed and self.kind in (Kind.NUMBER, Kind.MONEY)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a value for each column, and the address of the list behind it."""

    values: tuple[Any, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A sum of the report beside the same sum taken from the book another way."""

    label: str
    reported: Decimal
    book: Decimal

    @property
    def agrees(self) -> bool:
        """Whether they are the same, to the penny."""
        return self.reported == self.book


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report that was made."""

    rows: Sequence[Row]
    checks: Sequence[Check]


@dataclass(frozen=True, slots=True)
class Report:
    """A report. ``make`` returns its outcome in a few queries, however many transactions."""

    code: str
    title: str | Promise
    #: What it counts and what it doesn't, in a sentence or two.
    counts: str | Promise
    columns: tuple[Column, ...]
    make: Callable[[Asked], Outcome]
    #: Only the last day matters: it tells how things stood then.
    as_at: bool = False
    #: Which columns are drawn as a chart over the rows: that of the labels, then the figures.
    drawn: tuple[int, ...] = field(default=())

    @property
    def url_name(self) -> str:
        """The name of its address."""
        return f"ims_report_{self.code.replace('-', '_')}"

    def totals(self, rows: Sequence[Row]) -> list[Any]:
        """Return what stands below each column; ``None`` where nothing is added up."""
        return [
            sum((row.values[place] for row in rows), ZERO if column.kind == Kind.MONEY else 0)
            if column.is_summed
            else None
            for place, column in enumerate(self.columns)
        ]
