"""What a format is, and what its reader gives.

A reader knows files, not the council: it touches no table. It is made for one file and read once,
row by row in the file's order and in constant memory. What is wrong with one row it yields as a
``Problem`` in the row's place; when it can't go on, it raises ``Unreadable``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO, Protocol

from django.utils.functional import Promise

from ims_wagtail.imports.enums import Encoding, ImportKind
from ims_wagtail.imports.rows import Row

from .layouts import LayoutFacts


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file: where, what was found, what was expected, what to do."""

    #: The line or record, from 1; 0 is the file as a whole.
    line: int
    column: str
    found: str
    expected: str
    remedy: str
    #: The text of the row that can't be used, when it is about one.
    raw: str = ""


class Unreadable(Exception):
    """The file can't be read from here on."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.found)
        self.problem = problem


@dataclass(slots=True)
class Totals:
    """What a file says of itself. Filled in while it is read; nothing is checked there."""

    count: int | None = None
    amount: Decimal | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    #: The number of the statement or file; the same number of the same account comes once.
    sequence: str = ""
    #: The bank account or the like that it is about.
    account: str = ""
    date: date | None = None


class Reader(Protocol):
    """One file being read. ``totals`` is complete after the last row."""

    totals: Totals

    def __iter__(self) -> Iterator[Row | Problem]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """How an import type says its files are to be read."""

    encoding: str = Encoding.UTF_8
    layout: LayoutFacts | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a format, for the manual and the screens."""

    name: str
    meaning: str | Promise


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file. ``sample`` names a file we made, in ``imports/samples/``.

    ``open`` gets the file, which can be sought in, and makes its reader; for account holders the
    reader yields that part's own rows instead of ``Row``.
    """

    key: str
    name: str | Promise
    open: Callable[[BinaryIO, Reading], Any]
    sample: str
    fields: tuple[Field, ...] = field(default=(), repr=False)
    kind: ImportKind = ImportKind.TRANSACTIONS
    needs_layout: bool = False
    #: Its rows are payments that came into the book when they were paid, by their PSP references.
    settles: bool = False
