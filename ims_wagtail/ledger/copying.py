"""Lines that come one by one, such as the rows of a file being read, written by ``COPY``."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from ims_wagtail.money import ZERO

from .bulk import LINES_A_POSTING, insert_postings
from .enums import PostingKind
from .exceptions import OutsideTransaction
from .references import reference_of


_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def written(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return texts as ``COPY`` reads them; this is done millions of times, mostly for nothing."""
    together = "".join(texts)
    if "\\" in together or "\t" in together or "\n" in together or "\r" in together:
        return tuple(text.translate(_ESCAPES) for text in texts)
    return texts


@dataclass(slots=True)
class _Group:
    """Lines of one day, office and hundred on their way: their texts, and what they sum to."""

    texts: list[str] = field(default_factory=list)
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
        self,
        *,
        number: int,
        day: date,
        office_id: int | None,
        fund_id: int,
        account_reference: str,
        method_id: int,
        amount: Decimal,
        vat_code_id: int,
        vat_rate: Decimal,
        vat_amount: Decimal,
        narrative: str,
        psp_reference: str,
    ) -> None:
        """Add a line. Numbers are unique and rise."""
        group = self.groups[(number - 1) // LINES_A_POSTING, day, office_id]
        account_reference, narrative, psp_reference = written(
            (account_reference, narrative, psp_reference)
        )
        group.total += amount
        group.texts.append(
            f"{number}\t{fund_id}\t{account_reference}\t{method_id}\t{amount!s}\t{vat_code_id}"
            f"\t{vat_rate!s}\t{vat_amount!s}\t{narrative}\t{psp_reference}"
        )

    def take(self, *, rest: bool = False) -> Taken:
        """Return the lines of hundreds that are full, or all the rest, for ``copy()``."""
        if rest:
            taken, self.groups = dict(self.groups), defaultdict(_Group)
            return taken
        last = max((part for part, _day, _office in self.groups), default=0)
        return {key: self.groups.pop(key) for key in list(self.groups) if key[0] < last}

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
            [len(group.texts) for group in taken.values()],
        ]
        with connection.wrap_database_errors, connection.cursor() as cursor:
            posted = insert_postings(
                cursor, self.kind, self.source, grouped, parameters, self.by_id, self.at
            )
            # By the column's own default each reference costs a function call.
            cursor.execute(
                "SELECT nextval('ims_transaction_reference'), nextval('ims_receipt_number')"
                " FROM generate_series(1, %s)",
                [sum(parameters[4])],
            )
            numbers = iter(cursor.fetchall())
            with cursor.copy(
                "COPY ims_ledger_transaction (posting_id, accounting_date, entered_at, reference,"
                " receipt_number, line_number, fund_id, account_reference, method_id, amount,"
                " vat_code_id, vat_rate, vat_amount, narrative, psp_reference) FROM STDIN"
            ) as copy:
                for row in posted:
                    group = taken[row.part, row.asked, row.office_id]
                    start = f"{row.key}\t{row.accounting_date}\t{row.entered_at}"
                    copy.write(
                        "".join(
                            f"{start}\t{reference_of('T', line)}\t{reference_of('R', receipt)}"
                            f"\t{text}\n"
                            for text, (line, receipt) in zip(group.texts, numbers, strict=False)
                        )
                    )
        return [row.key for row in posted]
