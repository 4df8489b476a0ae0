"""The only way into the book: ``post()``, its bulk twin ``post_many()``, and ``reverse()``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone

from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import Office
from ims_wagtail.money import ZERO

from .entries import Line, NewPosting, Payer
from .enums import PostingKind
from .exceptions import EmptyPosting, OutsideTransaction
from .models import PayerDetails, Posting, Transaction


if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

_BATCH = 5000
_PAYER_FIELDS = (
    "name",
    "email",
    "phone",
    "address",
    "postcode",
    "card_brand",
    "card_last_four",
)


@dataclass(frozen=True, slots=True)
class Posted:
    """A posting in the book; ``created`` is false when its source had been posted before."""

    posting: Posting
    created: bool


def post(
    *,
    kind: PostingKind,
    source: str,
    lines: Sequence[Line],
    by: "AbstractBaseUser | None" = None,
    office: Office | None = None,
    at: datetime | None = None,
    payer: Payer | None = None,
    reverses: Posting | None = None,
) -> Posted:
    """Write one posting with its lines, once for each ``source`` whatever races or retries.

    ``at`` is when the money moved (now when not told); its London date is the accounting date. When
    the month of that day is closed, it counts on the first open day, and ``asked_date`` keeps the
    day. Raises ``OutsideTransaction`` unless called inside ``atomic()``, ``EmptyPosting`` without
    lines, and ``django.db.IntegrityError`` when the book's own rules refuse the lines.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"posting {source} needs a surrounding transaction")
    if not lines:
        raise EmptyPosting(f"posting {source} has no lines")
    at = at or timezone.now()
    posting = Posting(
        kind=kind,
        source=source,
        total=sum((line.amount for line in lines), ZERO),
        line_count=len(lines),
        accounting_date=accounting_date(at),
        entered_at=at,
        entered_by=by,  # type: ignore[misc]
        office=office,
        reverses=reverses,
    )
    inserted = _insert_posting(posting)
    if inserted is None:
        return Posted(posting=Posting.objects.get(source=source), created=False)
    posting.pk, posting.accounting_date, posting.asked_date = inserted
    Transaction.objects.bulk_create(
        Transaction(
            posting=posting,
            line_number=number,
            fund_id=line.fund_id,
            account_reference=line.account_reference,
            method_id=line.method_id,
            amount=line.amount,
            vat_code_id=line.vat_code_id,
            vat_rate=line.vat_rate,
            vat_amount=line.vat_amount,
            receipt_number=line.receipt_number,
            narrative=line.narrative,
            psp_reference=line.psp_reference,
            corrects_id=line.corrects_id,
            accounting_date=posting.accounting_date,
            entered_at=at,
        )
        for number, line in enumerate(lines, start=1)
    )
    if payer and payer != Payer():
        PayerDetails.objects.create(
            posting=posting, **{name: getattr(payer, name) for name in _PAYER_FIELDS}
        )
    return Posted(posting=posting, created=True)


def _insert_posting(posting: Posting) -> tuple[int, date, date | None] | None:
    """Insert unless the source stands already; waits for a transaction that is inserting it.

    Returns the key, the accounting date and, where that had to be put off, the day asked for.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO ims_ledger_posting (kind, source, total, line_count, accounting_date,
                asked_date, entered_at, entered_by_id, office_id, reverses_id)
            SELECT %s, %s, %s, %s, counts_on, CASE WHEN asked < counts_on THEN asked END,
                %s, %s, %s, %s
            FROM (SELECT asked, greatest(asked, ims_open_from()) AS counts_on
                  FROM (VALUES (%s::date)) AS moved (asked)) AS day
            ON CONFLICT (source) DO NOTHING RETURNING id, accounting_date, asked_date
            """,
            [
                posting.kind,
                posting.source,
                posting.total,
                posting.line_count,
                posting.entered_at,
                posting.entered_by_id,
                posting.office_id,
                posting.reverses_id,
                posting.accounting_date,
            ],
        )
        return cursor.fetchone()


def reverse(
    *,
    posting: Posting,
    source: str,
    narrative: str,
    by: "AbstractBaseUser | None" = None,
    at: datetime | None = None,
    office: Office | None = None,
) -> Posted:
    """Take a posting back: the same lines with opposite signs, dated today, by who does it now.

    Each line corrects its original, so a line that has been refunded or moved since can't be taken
    back a second time: the book raises ``IntegrityError`` then. A line that was itself a correction
    gives back to the line it had taken from.
    """
    lines = [
        Line(
            fund_id=line.fund_id,
            account_reference=line.account_reference,
            method_id=line.method_id,
            amount=-line.amount,
            vat_code_id=line.vat_code_id,
            vat_rate=line.vat_rate,
            vat_amount=-line.vat_amount,
            receipt_number=line.receipt_number,
            narrative=narrative,
            psp_reference=line.psp_reference,
            corrects_id=line.corrects_id or line.pk,
        )
        for line in posting.lines.order_by("line_number")
    ]
    return post(
        kind=PostingKind.REVERSAL,
        source=source,
        lines=lines,
        by=by,
        at=at,
        office=office,
        reverses=posting,
    )


def post_many(*, postings: Iterable[NewPosting]) -> int:
    """Write many postings with ``COPY``, in constant memory; return how many.

    The bulk twin of ``post()`` for files of new money: the same rules hold, closed months among
    them, but a source that stands already raises ``IntegrityError`` and the caller's transaction is
    to be rolled back.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction("posting many needs a surrounding transaction")
    waiting = iter(postings)
    count = 0
    while batch := list(islice(waiting, _BATCH)):
        _copy(batch)
        count += len(batch)
    return count


def _copy(batch: list[NewPosting]) -> None:
    # psycopg's own copy() is unknown to Django, which would let psycopg's exceptions through.
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('ims_ledger_posting', 'id'))"
            " FROM generate_series(1, %s)",
            [len(batch)],
        )
        numbered = [(row[0], posting) for row, posting in zip(cursor, batch, strict=True)]
        # Asking takes the lock that keeps months from being closed until this transaction is over.
        cursor.execute("SELECT ims_open_from()")
        open_from: date = cursor.fetchone()[0] or date.min
        with cursor.copy(
            "COPY ims_ledger_posting (id, kind, source, total, line_count, accounting_date,"
            " asked_date, entered_at, entered_by_id, office_id) FROM STDIN"
        ) as copy:
            for pk, posting in numbered:
                if not posting.lines:
                    raise EmptyPosting(f"posting {posting.source} has no lines")
                asked = accounting_date(posting.at)
                copy.write_row(
                    (
                        pk,
                        str(posting.kind),
                        posting.source,
                        sum((line.amount for line in posting.lines), ZERO),
                        len(posting.lines),
                        max(asked, open_from),
                        asked if asked < open_from else None,
                        posting.at,
                        posting.by_id,
                        posting.office_id,
                    )
                )
        with cursor.copy(
            "COPY ims_ledger_transaction (posting_id, line_number, fund_id, account_reference,"
            " method_id, amount, vat_code_id, vat_rate, vat_amount, receipt_number, narrative,"
            " psp_reference, corrects_id, accounting_date, entered_at) FROM STDIN"
        ) as copy:
            for pk, posting in numbered:
                day = max(accounting_date(posting.at), open_from)
                for number, line in enumerate(posting.lines, start=1):
                    copy.write_row(
                        (
                            pk,
                            number,
                            line.fund_id,
                            line.account_reference,
                            line.method_id,
                            line.amount,
                            line.vat_code_id,
                            line.vat_rate,
                            line.vat_amount,
                            line.receipt_number,
                            line.narrative,
                            line.psp_reference,
                            line.corrects_id,
                            day,
                            posting.at,
                        )
                    )
        with cursor.copy(
            f"COPY ims_ledger_payerdetails (posting_id, {', '.join(_PAYER_FIELDS)}) FROM STDIN"
        ) as copy:
            for pk, posting in numbered:
                if posting.payer:
                    copy.write_row((pk, *(getattr(posting.payer, name) for name in _PAYER_FIELDS)))
