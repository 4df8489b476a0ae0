"""Rows on their way into the table of rows: written as text for ``COPY``, in constant memory."""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import blake2b

from django.db import connection

from ims_wagtail.ledger.copying import OF_A_LINE, written
from ims_wagtail.money import MAXIMUM

from .rows import LONGEST_RAW, Row
from .verdicts import Verdict


_COLUMNS = (
    "of_import_id, number, outcome, raw, date, payer, external_id, office_id, key, rules, received,"
    f" why, ordinal, {OF_A_LINE}"
)
_COPY = f"COPY ims_imports_importrow ({_COLUMNS}) FROM STDIN"
_NULL = r"\N"
_NO_TAX = "0\t0"
#: What rules may change, by the names of ``Row``.
CHANGEABLE = ("reference", "amount", "narrative", "fund", "method", "office", "vat")
#: Rows of a file are of few days, and writing one out takes longer than looking it up.
_day = lru_cache(maxsize=4096)(str)


class Loader:
    """Collects rows of one import and writes them when asked to."""

    def __init__(self, import_id: int, salt: str) -> None:
        self.import_id = import_id
        self.salt = salt
        self.waiting: list[str] = []
        self.ordinal = 0

    def key_of(self, row: Row) -> str:
        """Return by what a row is known again: the sender's own number, or all that it says."""
        if row.external_id:
            text = f"{self.salt}#{row.external_id}"
        else:
            text = f"{self.salt}|{_day(row.date)}|{row.amount}|{row.reference}|{row.narrative}"
        return blake2b(text.encode(), digest_size=16).hexdigest()

    def key_of_part(self, key: str, number: int) -> str:
        """Return the key of a part of a row; the first part has the row's own."""
        return blake2b(f"{key}:{number}".encode(), digest_size=16).hexdigest()

    def add(
        self,
        row: Row,
        verdict: Verdict,
        key: str,
        rules: tuple[int, ...] = (),
        received: dict[str, str] | None = None,
    ) -> str:
        """Add a row with what becomes of it; return that as the text of a line of the book."""
        self.ordinal += 1
        outcome, fund, reference, method, office, vat_code, rate, tax, why, _problem = verdict
        raw, narrative, amount = row.raw, row.narrative, row.amount
        if not narrative and outcome != "posted":
            narrative = raw
        raw, reference, narrative, payer, external_id, psp_reference, why = written(
            (
                raw[:LONGEST_RAW],
                reference,
                narrative[:200],
                row.payer[:140],
                row.external_id[:100],
                row.psp_reference[:64],
                why[:300],
            )
        )
        if amount is None or abs(amount) > MAXIMUM:
            amount = _NULL  # type: ignore[assignment]
        taxed = f"{rate}\t{tax}" if rate else _NO_TAX
        acted = f"{{{','.join(map(str, rules))}}}" if rules else _NULL
        day = _day(row.date) if row.date else _NULL
        changed = written((json.dumps(received),))[0] if received else _NULL
        line = (
            f"{self.ordinal}\t{fund or _NULL}\t{reference}\t{method or _NULL}\t{amount!s}"
            f"\t{vat_code or _NULL}\t{taxed}\t{narrative}\t{psp_reference}\n"
        )
        self.waiting.append(
            f"{self.import_id}\t{row.number}\t{outcome}\t{raw}\t{day}\t{payer}\t{external_id}"
            f"\t{office or _NULL}\t{key or _NULL}\t{acted}\t{changed}\t{why}\t{line}"
        )
        return line

    def add_unread(self, number: int, raw: str, why: str) -> None:
        """Add a row that could not be read."""
        self.add(Row(number=number, raw=raw), Verdict("rejected", why=why), "")

    def take(self) -> list[str]:
        """Return what was collected, for ``write_rows()``, and begin anew."""
        taken, self.waiting = self.waiting, []
        return taken


def write_rows(rows: list[str]) -> None:
    """Write collected rows, inside the caller's transaction."""
    if not rows:
        return
    with connection.wrap_database_errors, connection.cursor() as cursor:
        with cursor.copy(_COPY) as copy:
            copy.write("".join(rows))
