"""Long lists as a file that the database writes itself: what is read is passed on, line by line.

The cells are those of ``export``: dates as ISO, times with their Europe/London offset, text that
a spreadsheet would run made harmless.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import CharField, DateTimeField, Expression, F, Func, QuerySet, TextField
from django.http import StreamingHttpResponse

from .export import FORMULA_STARTS, as_file, cell


#: Lines are sent on in parts of about so many characters.
_PART = 65_536


class _HarmlessText(Func):
    """Text, with an apostrophe before it when a spreadsheet would run it as a formula."""

    template = (
        "CASE WHEN left(%(expressions)s, 1) IN ("
        + ", ".join(f"chr({ord(start)})" for start in FORMULA_STARTS)
        + ") THEN '''' || %(expressions)s ELSE %(expressions)s END"
    )
    output_field = CharField()


class _LondonTime(Func):
    """A moment as ISO in Europe/London, which is an hour ahead in summer."""

    template = (
        "to_char(%(expressions)s AT TIME ZONE 'Europe/London', 'YYYY-MM-DD\"T\"HH24:MI:SS')"
        " || CASE WHEN %(expressions)s AT TIME ZONE 'Europe/London'"
        " = %(expressions)s AT TIME ZONE 'UTC' THEN '+00:00' ELSE '+01:00' END"
    )
    output_field = CharField()


def copy_csv(
    *, filename: str, columns: Sequence[tuple[str, str]], rows: QuerySet[Any]
) -> StreamingHttpResponse:
    """Answer with a CSV file of a list in its order; memory does not grow with the rows.

    ``columns`` are headings, each with where its value is found: ``amount``, ``fund__code``.
    """
    return as_file(filename, _parts(columns, rows))


def _parts(columns: Sequence[tuple[str, str]], rows: QuerySet[Any]) -> Iterator[bytes]:
    headings = io.StringIO()
    csv.writer(headings, lineterminator="\n").writerow([cell(heading) for heading, _ in columns])
    # The mark tells Excel that this is UTF-8.
    waiting, size = [f"\ufeff{headings.getvalue()}".encode()], 0
    named = rows.values_list(*(_cell_of(name, rows) for _heading, name in columns))
    try:
        sql, values = named.query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        yield waiting[0]
        return
    with connections[rows.db].cursor() as cursor:
        with cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)", values) as copy:
            for line in copy:
                waiting.append(line)
                size += len(line)
                if size > _PART:
                    yield b"".join(waiting)
                    waiting, size = [], 0
    yield b"".join(waiting)


def _cell_of(name: str, rows: QuerySet[Any]) -> Expression | F:
    """Return what is written for a value, which depends on what it is."""
    field = F(name).resolve_expression(rows.query.clone()).output_field
    if isinstance(field, DateTimeField):
        return _LondonTime(F(name))
    if isinstance(field, CharField | TextField):
        return _HarmlessText(F(name))
    return F(name)
