"""Lines that come one by one, such as the rows of a file being read, written by ``COPY``."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from ims_wagtail.money import ZERO

from .bulk import LINES_A_POSTING, insert_postings
from .enums import PostingKind
from .exceptions import OutsideTransaction
from .references import reference_of


#: What a line says besides its posting, its number and its references, in this order.
OF_A_LINE = (
    "fund_id, account_reference, method_id, amount, vat_code_id, vat_rate, vat_amount, narrative,"
    " psp_reference"
)
_COPY = (
    "COPY ims_ledger_transaction (posting_id, accounting_date, entered_at, reference,"
    f" receipt_number, line_number, {OF_A_LINE}) FROM STDIN"
)
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def written(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return texts as ``COPY`` reads them; this is done millions of times, mostly for nothing."""
    together = "".join(texts)
    if "\\" in together or "\t" in together or "\n" in together or "\r" in together:
        return tuple(text.translate(_ESCAPES) for text in texts)
    return texts


@dataclass(slots=True)
class _Group:
    """Lines of one day, office and hundred on their way, and what they sum to."""

    lines: list[str] = field(default_factory=list)
    total: Decimal = ZERO


Taken = dict[tuple[int, date, int | None], _Group]


class LineCopy:
    """The twin of ``post_set()`` for lines that come one by one: they are written by ``COPY``.

    ``add()`` them, ``take()`` those that are ready, and ``copy()`` these, maybe in another thread.
    They become the same postings as they would there.
    """

    def __init__(self, *, kind: PostingKind, source: str, by_id: int | None, at: datetime) -> None:
        self.kind, self.source, self.by_id, self.at = kind, source, by_id, at
        self.groups: dict[tuple[int, date, int | None], _Group] = defaultdict(_Group)

    def add(
        self, *, number: int, day: date, office_id: int | None, amount: Decimal, line: str
    ) -> None:
        """Add a line: its number and what is ``OF_A_LINE``, as ``COPY`` reads them.

        Numbers are unique and rise.
        """
        group = self.groups[(number - 1) // LINES_A_POSTING, day, office_id]
        group.total += amount
        group.lines.append(line)

    def take(self, *, rest: bool = False) -> Taken:
        """Return the lines of hundreds that are full, or all the rest, for ``copy()``.

        They get their references here: where they are copied the database waits for what is done.
        """
        if rest:
            taken, self.groups = dict(self.groups), defaultdict(_Group)
        else:
            last = max((part for part, _day, _office in self.groups), default=0)
            taken = {key: self.groups.pop(key) for key in list(self.groups) if key[0] < last}
        numbers = _next_numbers(sum(len(group.lines) for group in taken.values()))
        for group in taken.values():
            group.lines = [
                f"{reference_of('T', number)}\t{reference_of('R', receipt)}\t{line}"
                for line, (number, receipt) in zip(group.lines, numbers, strict=False)
            ]
        return taken

    def copy(self, taken: Taken) -> list[int]:
        """Write lines that were taken; return the keys of their postings.

        ``IntegrityError`` when the book refuses them, as ``post_set()`` does.
        """
        if not connection.in_atomic_block:
            raise OutsideTransaction(f"posting {self.source} needs a surrounding transaction")
        if not taken:
            return []
        grouped = """
            SELECT * FROM unnest(%s::integer[], %s::date[], %s::bigint[], %s::numeric[],
                                 %s::bigint[]) AS g (part, asked, office_id, total, line_count)
            """
        parts, days, offices = zip(*taken, strict=True)
        parameters = [
            list(parts),
            list(days),
            list(offices),
            [group.total for group in taken.values()],
            [len(group.lines) for group in taken.values()],
        ]
        with connection.wrap_database_errors, connection.cursor() as cursor:
            posted = insert_postings(
                cursor, self.kind, self.source, grouped, parameters, self.by_id, self.at
            )
            with cursor.copy(_COPY) as copy:
                for row in posted:
                    start = f"{row.key}\t{row.accounting_date}\t{row.entered_at}\t"
                    lines = taken[row.part, row.asked, row.office_id].lines
                    copy.write(start + start.join(lines))
        return [row.key for row in posted]


def _next_numbers(count: int) -> Iterator[tuple[int, int]]:
    """Take numbers for the references and receipts of so many lines.

    By the columns' own defaults each costs a function call.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('ims_transaction_reference'), nextval('ims_receipt_number')"
            " FROM generate_series(1, %s)",
            [count],
        )
        return iter(cursor.fetchall())
