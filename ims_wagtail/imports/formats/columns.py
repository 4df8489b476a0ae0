"""The columns of a layout: where the cells of a row stand, by places, numbers or headings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from operator import itemgetter

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from ims_wagtail.imports.enums import ColumnField as C
from ims_wagtail.imports.enums import LayoutShape, LinePart
from ims_wagtail.imports.rows import LONGEST_RAW

from .contract import Problem, Unreadable
from .layouts import ColumnFacts, LayoutFacts


class Columns:
    """The columns of a layout's rows. Headings, where there are any, say where they stand."""

    def __init__(self, layout: LayoutFacts, *, telling: Collection[C]) -> None:
        self.all = layout.of(LinePart.ROW)
        self._telling = telling
        #: Where the cells of a row stand, from 0.
        self.places: dict[ColumnFacts, int] = (
            {column: index for index, column in enumerate(self.all)}
            if layout.shape == LayoutShape.FIXED
            else {column: column.place - 1 for column in self.all}
        )

    @property
    def needed(self) -> int:
        """How many cells a row has at least."""
        return max(self.places.values(), default=-1) + 1

    @cached_property
    def shortest(self) -> int:
        """How long a line of fixed places is at least: what tells is all there."""
        ends = (c.place - 1 + c.length for c in self.all if c.field in self._telling)
        return max(ends, default=1)

    @cached_property
    def narratives(self) -> list[int]:
        """Where parts of the narrative stand."""
        return [at for column, at in self.places.items() if column.field == C.NARRATIVE]

    @cached_property
    def required(self) -> list[tuple[ColumnFacts, int]]:
        """The columns that are never blank, and where they stand."""
        return [(column, at) for column, at in self.places.items() if column.required]

    def place_of(self, field: C) -> int:
        """Return where a field stands; -1, where every row has a blank cell, when it doesn't."""
        return next((at for column, at in self.places.items() if column.field == field), -1)

    def name_of(self, field: C) -> str:
        """Return what people call the column of a field."""
        named = (column.name for column in self.all if column.field == field)
        return next(named, str(field.label))

    def cells_of(self, fields: Sequence[C]) -> Callable[[list[str]], tuple[str, ...]]:
        """Return what takes a cell for each of several fields out of a row."""
        return itemgetter(*(self.place_of(field) for field in fields))

    def cut(self, line: str, number: int) -> list[str] | Problem:
        """Return the cells of a line of fixed places, and a blank one."""
        if len(line) < self.shortest:
            return Problem(
                line=number,
                column="",
                found=_("a line of %(length)d characters") % {"length": len(line)},
                expected=_("at least %(length)d") % {"length": self.shortest},
                remedy=_("The line was cut off, or its columns moved: ask for the file again"),
                raw=line[:LONGEST_RAW],
            )
        cells = [line[c.place - 1 : c.place - 1 + c.length] for c in self.all]
        cells.append("")
        return cells

    def find(self, headings: list[str], number: int) -> int:
        """Find the columns by the headings of a line; return how many there are.

        Raises ``Unreadable`` unless all are as expected.
        """
        known = [" ".join(heading.split()).casefold() for heading in headings]
        wanted = {" ".join(c.heading.split()).casefold(): c for c in self.all}
        twice = next((name for name in known if known.count(name) > 1 and name in wanted), "")
        missing = next((c.heading for name, c in wanted.items() if name not in known), "")
        unknown = next((name for name in known if name and name not in wanted), "")
        if missing or twice or unknown:
            what = {
                missing: _("no such heading among: %(found)s") % {"found": ", ".join(headings)},
                twice: _("the heading twice"),
                unknown: _("a heading the layout doesn't know"),
            }
            as_written = dict(zip(known, headings, strict=True))
            raise Unreadable(
                Problem(
                    line=number,
                    column=missing or as_written[twice or unknown].strip(),
                    found=what[missing or twice or unknown],
                    expected=", ".join(c.heading for c in self.all),
                    remedy=_("Ask the sender what changed, then bring the layout up to date"),
                )
            )
        self.places = {c: known.index(name) for name, c in wanted.items()}
        return len(known)
