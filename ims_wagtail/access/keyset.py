"""Turning pages of long lists by where a page begins, so that each costs what the first costs.

A page number makes the database count past every row before it. Here the address holds the moment
and the key of the row a page begins after, and an index leads straight to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict


#: The names in addresses: a page after a row, one before a row, and the last page.
AFTER, BEFORE, LAST = "after", "before", "last"
PAGE_NAMES = (AFTER, BEFORE, LAST)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A row, by its moment and its key."""

    at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.pk}"


@dataclass(frozen=True, slots=True)
class KeysetPage:
    """The rows of a page, newest first, and whether there are newer and older ones."""

    rows: Sequence[Any]
    has_newer: bool
    has_older: bool


def read_cursor(text: str) -> Cursor | None:
    """Return the row an address names, or ``None`` when it can't be read: the first page, then."""
    at, _underscore, pk = text.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        return Cursor(moment, int(pk)) if moment.tzinfo else None
    except ValueError:
        return None


def page_of(
    rows: QuerySet[Any], *, by: str, size: int, asked: QueryDict | dict[str, str]
) -> KeysetPage:
    """Return the page that an address asks for, of rows in any order, by their moment ``by``."""
    after, before = (read_cursor(asked.get(name, "")) for name in (AFTER, BEFORE))
    if before or LAST in asked:
        if before:
            rows = rows.filter(_beyond(by, "gt", before))
        found = _first(rows.order_by(by, "pk"), size + 1)
        more = len(found) > size
        return KeysetPage(found[:size][::-1], has_newer=more, has_older=before is not None)
    if after:
        rows = rows.filter(_beyond(by, "lt", after))
    found = _first(rows.order_by(f"-{by}", "-pk"), size + 1)
    return KeysetPage(found[:size], has_newer=after is not None, has_older=len(found) > size)


def _first(rows: QuerySet[Any], size: int) -> list[Any]:
    """Return the first rows, with what is shown beside them joined to these alone.

    In one query the database might join it to all that match before it puts them in order.
    """
    return list(known_by(rows.values("pk")[:size], among=rows))


def known_by(keys: Any, *, among: QuerySet[Any]) -> QuerySet[Any]:
    """Return the rows with these keys, which were found ``among`` others: not looked for again."""
    rows = among.all()
    rows.query.clear_where()
    return rows.filter(pk__in=keys)


def _beyond(by: str, side: str, cursor: Cursor) -> Q:
    # As a range that an index begins at and a few rows left out; an OR would read all of them.
    same = Q(**{by: cursor.at})
    beyond = Q(**{f"{by}__{side}e": cursor.at})
    return beyond & ~(same & ~Q(**{f"pk__{side}": cursor.pk}))


def links(page: KeysetPage, *, by: str, asked: QueryDict) -> dict[str, str]:
    """Return the addresses of the first, newer, older and last page, as far as they are others."""
    kept = [(k, v) for k, values in asked.lists() if k not in PAGE_NAMES for v in values]

    def address(name: str = "", value: str = "") -> str:
        return f"?{urlencode([*kept, (name, value)] if name else kept)}"

    found = {}
    if page.rows and page.has_newer:
        first = page.rows[0]
        found["first"] = address()
        found["newer"] = address(BEFORE, str(Cursor(getattr(first, by), first.pk)))
    if page.rows and page.has_older:
        last = page.rows[-1]
        found["older"] = address(AFTER, str(Cursor(getattr(last, by), last.pk)))
        found["last"] = address(LAST, "1")
    return found
