"""The set-based twin of ``post()`` and ``reverse()``: rows of a table become lines at once.

For files of a million rows: Python looks into none of them, and the rules of the book hold as they
do for one line.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple, Protocol

from django.db import connection

from .enums import PostingKind
from .exceptions import EmptyPosting, OutsideTransaction


#: Numbers of references, taken below where these are put together: by the columns' own default each
#: costs a function call and a look for its sequence.
_NUMBERS = (
    "nextval('ims_transaction_reference') AS for_reference,"
    " nextval('ims_receipt_number') AS for_receipt"
)
#: A posting is read as a whole by whoever opens it or moves some of it, so none is longer.
LINES_A_POSTING = 100
#: So many hundreds of lines are read while those before them are written.
_HUNDREDS = 100
_LINE = (
    "posting_id, line_number, reference, fund_id, account_reference, method_id, amount,"
    " vat_code_id, vat_rate, vat_amount, receipt_number, narrative, psp_reference,"
    " accounting_date, entered_at"
)


@dataclass(frozen=True, slots=True)
class LineSource:
    """A table whose rows become lines. The names are code, never what anybody typed.

    Besides the two columns named here it has ``fund_id``, ``account_reference``, ``method_id``,
    ``office_id``, ``amount``, ``vat_code_id``, ``vat_rate``, ``vat_amount``, ``narrative`` and
    ``psp_reference``. ``where`` takes the parameters; ``line_number`` is unique among its rows.
    """

    relation: str
    where: str
    line_number: str
    #: When the money moved: closed months put it off.
    accounting_date: str


def _moment(day: str, number: str) -> str:
    """Return SQL for a moment of a day, at the time of day of the parameter, for a posting.

    Each has a moment of its own, so that lists by moment are turned as quickly within a large file
    as elsewhere. Just after midnight they stay on their day.
    """
    time = "greatest((%s AT TIME ZONE 'Europe/London')::time, '00:00:10')"
    return f"({day} + ({time} - {number} * interval '1 microsecond')) AT TIME ZONE 'Europe/London'"


class Beside(Protocol):
    """Does steps one after the other, in a thread and on a connection of its own where it can."""

    def do(self, step: Callable[[], None]) -> None:
        """Do a step after those before it. Raises what the one before raised."""

    def wait(self) -> None:
        """Wait until everything is done. Raises what the last step raised."""


def post_set(
    *,
    kind: PostingKind,
    source: str,
    lines: LineSource,
    parameters: Sequence[Any],
    by_id: int | None,
    at: datetime,
    beside: Beside,
) -> list[int]:
    """Write a table's rows in postings of one day and office each; return their keys.

    Rows whose numbers lie within the same hundred stand together. A posting has the source
    ``<source>:<day>:<office>:<hundred>`` and the moment of its day at the time of day of ``at``. A
    source that stands already raises ``IntegrityError``, and the caller's transaction is
    to be rolled back. Raises ``EmptyPosting`` without rows.

    The next rows are read ``beside`` writing the last ones: what the caller's transaction did to
    them is seen there or not, so it may not decide which of them become lines.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"posting {source} needs a surrounding transaction")
    grouped = f"""
        SELECT {lines.accounting_date} AS asked, office_id, {_part(lines)} AS part,
               sum(amount) AS total, count(*) AS line_count
        FROM {lines.relation} WHERE {lines.where} GROUP BY 1, 2, 3
        """  # noqa: S608 - names are code
    with connection.cursor() as cursor:
        posted = insert_postings(cursor, kind, source, grouped, parameters, by_id, at)
    if not posted:
        raise EmptyPosting(f"posting {source} has no lines")
    _copy_lines(lines, parameters, posted, beside)
    return [row.key for row in posted]


def _part(lines: LineSource) -> str:
    return f"({lines.line_number} - 1) / {LINES_A_POSTING}"


def _copy_lines(
    lines: LineSource, parameters: Sequence[Any], posted: Sequence["Posted"], beside: Beside
) -> None:
    """Write the lines of postings: ``COPY`` reads and writes them, in constant memory."""
    read: list[bytes] = []
    for _hundreds, group in groupby(posted, key=lambda row: row.part // _HUNDREDS):
        beside.wait()
        ready, read = read, []
        beside.do(_reading(lines, parameters, list(group), read))
        _write(ready)
    beside.wait()
    _write(read)


def _reading(
    lines: LineSource, parameters: Sequence[Any], posted: Sequence["Posted"], read: list[bytes]
) -> Callable[[], None]:
    """Return what reads the lines of postings into ``read``, as they are to be written."""
    number = lines.line_number
    query = f"""
        COPY (
            SELECT p.key, s.{number}, ims_reference('T', s.for_reference), s.fund_id,
                s.account_reference, s.method_id, s.amount, s.vat_code_id, s.vat_rate,
                s.vat_amount, ims_reference('R', s.for_receipt), s.narrative, s.psp_reference,
                p.accounting_date, p.entered_at
            FROM (SELECT *, {_part(lines)} AS part, {_NUMBERS}
                  FROM {lines.relation}
                  WHERE {lines.where} AND {number} > %s AND {number} <= %s ORDER BY {number}) AS s
            JOIN unnest(%s::bigint[], %s::integer[], %s::date[], %s::bigint[], %s::date[],
                        %s::timestamptz[])
                     AS p (key, part, asked, office_id, accounting_date, entered_at)
              ON p.part = s.part AND p.asked = s.{lines.accounting_date}
                 AND p.office_id IS NOT DISTINCT FROM s.office_id
            ORDER BY s.{number}
        ) TO STDOUT (FORMAT binary)
        """  # noqa: S608 - names are code
    first, last = posted[0].part * LINES_A_POSTING, (posted[-1].part + 1) * LINES_A_POSTING
    columns = [list(column) for column in zip(*posted, strict=True)]

    def step() -> None:
        with connection.wrap_database_errors, connection.cursor() as cursor:
            with cursor.copy(query, [*parameters, first, last, *columns]) as copy:
                read.append(b"".join(copy))

    return step


def _write(read: list[bytes]) -> None:
    with connection.wrap_database_errors, connection.cursor() as cursor:
        for lines in read:
            with cursor.copy(
                f"COPY ims_ledger_transaction ({_LINE}) FROM STDIN (FORMAT binary)"
            ) as copy:
                copy.write(lines)


class Posted(NamedTuple):
    """A posting that was inserted, and which lines are to be in it."""

    key: int
    part: int
    asked: date
    office_id: int | None
    accounting_date: date
    entered_at: datetime


def insert_postings(
    cursor: Any,
    kind: PostingKind,
    source: str,
    grouped: str,
    parameters: Sequence[Any],
    by_id: int | None,
    at: datetime,
) -> list[Posted]:
    """Insert a posting for each row of ``grouped``, a query of day, office, hundred and sums."""
    cursor.execute(
        f"""
        INSERT INTO ims_ledger_posting (kind, source, total, line_count, accounting_date,
            asked_date, entered_at, entered_by_id, office_id)
        SELECT %s, concat_ws(':', %s::text, asked, office_id, part), total, line_count,
            counts_on,
            CASE WHEN asked < counts_on THEN asked END,
            {_moment("asked", "part")}, %s, office_id
        FROM (SELECT grouped.*, greatest(asked, open_from) AS counts_on
              FROM ({grouped}) AS grouped,
                   (SELECT ims_open_from() AS open_from) AS periods) AS dated
        ORDER BY part, asked, office_id
        RETURNING id, split_part(source, ':', -1)::integer,
            coalesce(asked_date, accounting_date), office_id, accounting_date, entered_at
        """,  # noqa: S608 - names are code
        [kind, source, at, by_id, *parameters],
    )
    return [Posted(*row) for row in cursor.fetchall()]


def standing_in_the_way(posting_ids: Sequence[int]) -> list[str]:
    """Return up to five references of lines that were corrected or are held: they can't be undone.

    Told without a lock, for people to read; the book refuses by itself.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT reference FROM ims_ledger_transaction t WHERE posting_id = ANY(%s)
              AND (EXISTS (SELECT FROM ims_ledger_transaction c WHERE c.corrects_id = t.id)
                   OR EXISTS (SELECT FROM ims_ledger_hold h WHERE h.transaction_id = t.id))
            ORDER BY id LIMIT 5
            """,
            [list(posting_ids)],
        )
        return [row[0] for row in cursor.fetchall()]


def reverse_set(
    *, posting_ids: Sequence[int], source: str, narrative: str, by_id: int | None, at: datetime
) -> None:
    """Take whole postings back, as ``reverse()`` does one: opposite lines, dated by ``at``.

    Each reversal has the source ``<source>:<posting>``. ``IntegrityError`` when a line was
    corrected or is held, or a posting was reversed before.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"reversing for {source} needs a surrounding transaction")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO ims_ledger_posting (kind, source, total, line_count, accounting_date,
                asked_date, entered_at, entered_by_id, office_id, reverses_id)
            SELECT %s, concat_ws(':', %s::text, o.id), -o.total, o.line_count, counts_on,
                CASE WHEN asked < counts_on THEN asked END,
                {_moment("asked", "row_number() OVER (ORDER BY o.id)")}, %s, o.office_id, o.id
            FROM ims_ledger_posting o,
                 (SELECT asked, greatest(asked, ims_open_from()) AS counts_on
                  FROM (SELECT (%s AT TIME ZONE 'Europe/London')::date AS asked) AS today) AS dated
            WHERE o.id = ANY(%s) ORDER BY o.id
            """,  # noqa: S608 - names are code
            [PostingKind.REVERSAL, source, at, by_id, at, list(posting_ids)],
        )
        cursor.execute(
            """
            INSERT INTO ims_ledger_transaction (posting_id, line_number, fund_id,
                account_reference, method_id, amount, vat_code_id, vat_rate, vat_amount,
                receipt_number, narrative, psp_reference, corrects_id, accounting_date, entered_at)
            SELECT r.id, t.line_number, t.fund_id, t.account_reference, t.method_id, -t.amount,
                t.vat_code_id, t.vat_rate, -t.vat_amount, t.receipt_number, %s, t.psp_reference,
                coalesce(t.corrects_id, t.id), r.accounting_date, r.entered_at
            FROM ims_ledger_posting r JOIN ims_ledger_transaction t ON t.posting_id = r.reverses_id
            WHERE r.reverses_id = ANY(%s) ORDER BY t.id
            """,
            [narrative[:200], list(posting_ids)],
        )
