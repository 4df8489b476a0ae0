"""A layout that finance drew up, free of the database."""

from __future__ import annotations

from dataclasses import dataclass

from ims_wagtail.imports.enums import AmountSign, ColumnField, DateFormat, LayoutShape, LinePart


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """One column: what it means and where it stands."""

    field: ColumnField
    part: LinePart = LinePart.ROW
    #: The words above it, where columns are found by their headings.
    heading: str = ""
    #: Its number, or the place of its first character, from 1.
    place: int = 0
    #: How many characters it takes, in lines of fixed places.
    length: int = 0
    required: bool = False

    @property
    def name(self) -> str:
        """What people call it in messages."""
        return self.heading or str(ColumnField(self.field).label)


@dataclass(frozen=True, slots=True)
class LayoutFacts:
    """What a ``Layout`` row and its columns say."""

    shape: LayoutShape
    columns: tuple[ColumnFacts, ...]
    delimiter: str = ","
    quoted: bool = True
    has_headings: bool = False
    skip_first: int = 0
    skip_starting: tuple[str, ...] = ()
    header_starts: str = ""
    trailer_starts: str = ""
    date_format: str = DateFormat.ISO
    decimals: int | None = None
    sign: AmountSign = AmountSign.AS_WRITTEN
    #: What the sign column holds for money out.
    negative_signs: tuple[str, ...] = ()

    def of(self, part: LinePart) -> tuple[ColumnFacts, ...]:
        """Return the columns of rows, of the header or of the trailer."""
        return tuple(column for column in self.columns if column.part == part)
