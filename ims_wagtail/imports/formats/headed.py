"""Text files of others with commas, whose columns are known by their headings.

Unlike layouts of ours these may have columns that nobody asked for: providers add some without
telling. Those that are needed have to be there, once.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from ims_wagtail.imports.rows import LONGEST_RAW

from .contract import Problem, Reading, Unreadable
from .text import lines


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its first line, its text, and its cells by their headings."""

    number: int
    raw: str
    cells: dict[str, str]

    def __getitem__(self, heading: str) -> str:
        return self.cells.get(heading, "")

    def wrong(self, column: str, expected: str, found: str | None = None) -> Problem:
        """Return what says that a cell is not as expected."""
        text = self[column] if found is None else found
        return Problem(
            line=self.number,
            column=column,
            found=text[:200] or _("nothing"),
            expected=expected,
            remedy=_("Fetch the report again, unchanged; if it is so there, ask the provider"),
            raw=self.raw,
        )


def records(file: BinaryIO, reading: Reading, needed: Sequence[str]) -> Iterator[Record | Problem]:
    """Yield the rows below the headings. Raises ``Unreadable`` when one of these is missing."""
    source = _Counted(lines(file, reading.encoding))
    reader = csv.reader(source, strict=True)
    try:
        headings = [heading.strip() for heading in next(reader, [])]
        _check(headings, needed)
        source.taken.clear()
        for cells in reader:
            raw = "".join(source.taken)[:LONGEST_RAW].rstrip("\n")
            number = source.number - len(source.taken) + 1
            source.taken.clear()
            if not any(cells):
                continue
            if len(cells) != len(headings):
                yield _wrong_count(number, raw, len(cells), len(headings))
                continue
            texts = map(str.strip, cells)
            yield Record(number, raw, dict(zip(headings, texts, strict=True)))
    except csv.Error as error:
        raise Unreadable(_broken_quotes(source.number - len(source.taken) + 1)) from error


class _Counted:
    """Lines on their way to the reader of CSV, counted; ``taken`` are those of the row at hand."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._source:
            self.number += 1
            self.taken.append(f"{line}\n")
            yield self.taken[-1]


def _check(headings: list[str], needed: Sequence[str]) -> None:
    for heading in needed:
        if headings.count(heading) == 1:
            continue
        raise Unreadable(
            Problem(
                line=1,
                column=heading,
                found=_("the heading twice")
                if heading in headings
                else _("no such heading among: %(found)s")
                % {"found": ", ".join(headings)[:200] or _("nothing")},
                expected=", ".join(needed),
                remedy=_("Choose the import type for this kind of report, or fetch it again"),
            )
        )


def _wrong_count(number: int, raw: str, found: int, expected: int) -> Problem:
    return Problem(
        line=number,
        column="",
        found=_("%(count)d columns") % {"count": found},
        expected=_("%(count)d columns") % {"count": expected},
        remedy=_("The file was cut off or changed: fetch the report again"),
        raw=raw,
    )


def _broken_quotes(number: int) -> Problem:
    return Problem(
        line=number,
        column="",
        found=_("a double quote that opens and doesn't close as it should"),
        expected=_("texts in pairs of double quotes, with quotes inside them doubled"),
        remedy=_("The file was cut off or changed: fetch the report again"),
    )
