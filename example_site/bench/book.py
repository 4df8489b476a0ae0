"""A book of five years, as long as asked for, copied in as fast as the server takes it.

It goes past the book's triggers: ``ims_verify``'s proofs say afterwards whether its rules hold.
"""

import random
import time
from bisect import bisect
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Any

from django.db import connection, transaction

from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.ledger.enums import PostingKind

from . import words
from .council import VAT, Council, account_of, vat_of


YEARS = 5
#: So many files, one after the other.
PARTS = 60
#: One in so many lines is refunded, moved or charged back; one in so many of those each way.
CORRECTED_ONE_IN, JOURNAL_ONE_IN, CHARGEBACK_ONE_IN = 28, 3, 200
#: So many lines wait for their correction at any time.
WAITING = 20
_CARDS = (MethodKind.CARD_ONLINE, MethodKind.CARD_TELEPHONE, MethodKind.CARD_STAFF)
_BY_STAFF = (PostingKind.STAFF_RECEIPT, PostingKind.ERETURN)
_WITH_PAYER = (PostingKind.PAYMENT, PostingKind.STAFF_RECEIPT)
_NULL = "\\N"
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"

_COLUMNS = {
    "ims_ledger_posting": "id, kind, source, total, line_count, accounting_date, entered_at,"
    " entered_by_id, office_id",
    "ims_ledger_transaction": "id, posting_id, line_number, reference, receipt_number, fund_id,"
    " account_reference, method_id, amount, vat_code_id, vat_rate, vat_amount, narrative,"
    " psp_reference, corrects_id, accounting_date, entered_at",
    "ims_ledger_payerdetails": "posting_id, name, email, phone, address, postcode, card_brand,"
    " card_last_four",
}
#: Where references begin, so that all have eight digits.
_FIRST_REFERENCE = 10_000_000


@dataclass(frozen=True, slots=True)
class Built:
    """How long the book took: the lines, and the indexes made afterwards."""

    lines: int
    seconds: float
    index_seconds: float


@dataclass(slots=True)
class _Line:
    """A line on its way into the book; its amount in pence."""

    fund: int
    account: str
    method: MethodKind
    pence: int
    receipt: str
    narrative: str
    psp: str
    key: int = 0
    corrects: int | None = None


class _Pages:
    """What is to be copied next, table by table, and the keys given so far."""

    def __init__(self, council: Council, chance: random.Random) -> None:
        self.council, self.chance = council, chance
        self.postings = self.lines = 0
        self.rows: dict[str, list[str]] = {name: [] for name in _COLUMNS}

    def add(
        self, kind: PostingKind, at: float, lines: list[_Line], person: words.Person | None
    ) -> None:
        """Write one posting with its lines, and its payer where one is kept."""
        self.postings += 1
        day, moment = _day_and_moment(at)
        clerk = office = _NULL
        if kind in _BY_STAFF:
            clerk = str(words.pick_unevenly(self.council.clerks, self.chance))
            office = str(words.pick_unevenly(self.council.offices, self.chance))
        total = _pounds(sum(line.pence for line in lines))
        self.rows["ims_ledger_posting"].append(
            f"{self.postings}\t{kind.value}\tbench:{self.postings}\t{total}\t{len(lines)}"
            f"\t{day}\t{moment}\t{clerk}\t{office}\n"
        )
        for number, line in enumerate(lines, start=1):
            self._add_line(number, line, day, moment)
        if person is not None and kind in _WITH_PAYER:
            card = f"{int(self.chance.random() * 10_000):04}" if lines[0].psp else ""
            self.rows["ims_ledger_payerdetails"].append(
                f"{self.postings}\t{person.name}\t{person.email}\t\t{person.address}"
                f"\t{person.postcode}\t{'Visa' if card else ''}\t{card}\n"
            )

    def _add_line(self, number: int, line: _Line, day: str, moment: str) -> None:
        self.lines += 1
        line.key = self.lines
        council, code = self.council, vat_of(line.fund)
        rate, part = VAT[code]
        vat = (abs(line.pence) + part // 2) // part if part else 0
        self.rows["ims_ledger_transaction"].append(
            f"{line.key}\t{self.postings}\t{number}\t{_reference('T', line.key)}"
            f"\t{line.receipt}\t{council.funds[line.fund]}\t{line.account}"
            f"\t{council.methods[line.method]}\t{_pounds(line.pence)}"
            f"\t{council.vat_codes[code]}\t{rate}\t{_pounds(vat if line.pence > 0 else -vat)}"
            f"\t{line.narrative}\t{line.psp}\t{line.corrects or _NULL}\t{day}\t{moment}\n"
        )

    def copy(self) -> None:
        """Copy what was written to the database."""
        with connection.cursor() as cursor:
            for table, columns in _COLUMNS.items():
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    copy.write("".join(self.rows[table]).encode())
                self.rows[table].clear()


def write(*, council: Council, lines: int, now: datetime, seed: int = 1) -> Built:
    """Write a book that ends now into an empty one, oldest first, and all that goes by it."""
    begin = time.monotonic()
    pages = _Pages(council, random.Random(seed))  # noqa: S311 (nothing secret)
    end = now.timestamp()
    start = end - timedelta(days=365 * YEARS).total_seconds()
    with _without_indexes() as index_seconds:
        for part in range(PARTS):
            first, last = (start + (end - start) * n / PARTS for n in (part, part + 1))
            with _rules_asleep():
                _write_part(pages, lines * (part + 1) // PARTS, first, last)
                pages.copy()
        with connection.cursor() as cursor:
            _keep_up(cursor, pages)
        seconds = time.monotonic() - begin
    return Built(pages.lines, seconds, index_seconds())


def _write_part(pages: _Pages, upto: int, first: float, last: float) -> None:
    """Write postings from one moment to another, and what corrects some of them a while later."""
    chance, council = pages.chance, pages.council
    weights = list(accumulate(council.shares))
    to_correct: deque[_Line] = deque()
    before = pages.lines
    while (room := upto - pages.lines) > 0:
        at = first + (last - first) * (pages.lines - before) / (upto - before) + chance.random()
        if len(to_correct) > WAITING:
            _correct(pages, to_correct.popleft(), at, room=room)
            continue
        kind, method = words.pick_kind(chance)
        person = words.pick_person(chance)
        receipt = _reference("R", pages.postings + 1)
        psp = f"{chance.getrandbits(80):020X}" if method in _CARDS else ""
        written = [
            _new_line(council, chance, weights, method, person, receipt, psp)
            for _number in range(min(words.pick_size(kind, chance), room))
        ]
        pages.add(kind, at, written, person)
        if chance.random() * CORRECTED_ONE_IN < 1:
            to_correct.append(written[0])


def _new_line(
    council: Council,
    chance: random.Random,
    weights: list[float],
    method: MethodKind,
    person: words.Person,
    receipt: str,
    psp: str,
) -> _Line:
    fund = bisect(weights, chance.random(), hi=len(weights) - 1)
    account = account_of(fund, int(chance.random() * council.accounts[fund]))
    year = 2022 + int(chance.random() * YEARS)
    return _Line(
        fund=fund,
        account=account,
        method=method,
        pence=words.pick_pence(chance),
        receipt=receipt,
        narrative=f"{words.SERVICES[fund % len(words.SERVICES)]} {year} INSTALMENT"
        f" {int(chance.random() * 12) + 1} {person.name.upper()} {person.address.upper()}"
        f" REF {account}-{int(chance.random() * 1_000_000):06}",
        psp=psp,
    )


def _correct(pages: _Pages, line: _Line, at: float, *, room: int) -> None:
    """Give a line back, or move it to another account of its fund."""
    drawn = pages.chance.random()
    values = (line.fund, line.account, line.method, -line.pence, line.receipt, line.narrative)
    lines = [_Line(*values, psp=line.psp, corrects=line.key)]
    kind = PostingKind.CHARGEBACK if drawn * CHARGEBACK_ONE_IN < 1 else PostingKind.REFUND
    if room > 1 and drawn * JOURNAL_ONE_IN > JOURNAL_ONE_IN - 1:
        kind = PostingKind.JOURNAL
        lines[0].method = MethodKind.JOURNAL
        elsewhere = account_of(line.fund, 0)
        moved = (line.fund, elsewhere, MethodKind.JOURNAL, line.pence, line.receipt)
        lines.append(_Line(*moved, narrative=line.narrative, psp=line.psp))
    pages.add(kind, at, lines, None)


def _keep_up(cursor: Any, pages: _Pages) -> None:
    """Write what the triggers would have: the daily totals; and set the sequences on."""
    cursor.execute(
        "INSERT INTO ims_ledger_dailytotal (accounting_date, fund_id, method_id, kind, line_count,"
        " amount, vat_amount) SELECT t.accounting_date, fund_id, method_id, kind, count(*),"
        " sum(amount), sum(vat_amount) FROM ims_ledger_transaction t"
        " JOIN ims_ledger_posting p ON p.id = posting_id GROUP BY 1, 2, 3, 4"
    )
    for table, last in (("posting", pages.postings), ("transaction", pages.lines)):
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [f"ims_ledger_{table}", last]
        )
    for sequence in ("ims_transaction_reference", "ims_receipt_number"):
        cursor.execute("SELECT setval(%s, %s)", [sequence, _FIRST_REFERENCE + pages.lines])


@contextmanager
def _rules_asleep() -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


@contextmanager
def _without_indexes() -> Iterator[Callable[[], float]]:
    """Take the plain indexes off the book and make them again when it is full."""
    taken = 0.0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
            " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)",
            [list(_COLUMNS)],
        )
        plain = cursor.fetchall()
        for name, _definition in plain:
            cursor.execute(f'DROP INDEX "{name}"')
        yield lambda: taken
        begin = time.monotonic()
        for _name, definition in plain:
            cursor.execute(definition)
        taken = time.monotonic() - begin


def _reference(prefix: str, number: int) -> str:
    number += _FIRST_REFERENCE
    return f"{prefix}{number}{_LETTERS[number % len(_LETTERS)]}"


def _pounds(pence: int) -> str:
    pounds, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}{pounds}.{rest:02}"


def _day_and_moment(at: float) -> tuple[str, str]:
    """Write a moment, and the London day it lies on."""
    hour, rest = divmod(at, 3600)
    day, begun = _hour(int(hour))
    minute, second = divmod(rest, 60)
    return day, f"{begun}{int(minute):02}:{second:09.6f}+00"


@lru_cache(maxsize=4)
def _hour(number: int) -> tuple[str, str]:
    # London's clocks are changed on the hour.
    moment = datetime.fromtimestamp(number * 3600, UTC)
    return accounting_date(moment).isoformat(), moment.strftime("%Y-%m-%d %H:")
