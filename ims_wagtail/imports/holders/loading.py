"""Rows of account holders on their way into their table: text for ``COPY``, in constant memory.

They are compared with our accounts on the way, so that each is written once, whatever it will do.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from ims_wagtail.imports.enums import HolderOutcome
from ims_wagtail.imports.rows import LONGEST_RAW
from ims_wagtail.ledger.copying import written

from .differences import verdict
from .rows import HolderRow
from .verdicts import TEXTS, Account


_AS_THEY_ARE = (
    f"raw, fund_id, reference, {', '.join(TEXTS)}, balance, balance_at, stop_message_id, why"
)
_COLUMNS = f"of_import_id, ordinal, number, outcome, {_AS_THEY_ARE}"
#: Of the connection alone.
_WAIT = f"""
    CREATE TEMPORARY TABLE IF NOT EXISTS ims_waiting_holders ON COMMIT DELETE ROWS
    AS SELECT {_COLUMNS} FROM ims_imports_importholder WITH NO DATA
"""  # noqa: S608
_NULL = r"\N"
_BLANKS = ("",) * len(TEXTS)
_LEFT_OUT, _COMPARED = HolderOutcome.LEFT_OUT.value, HolderOutcome.NEW.value


class HolderLoader:
    """Collects the rows of one file, as they are to be written."""

    def __init__(self, import_id: int) -> None:
        self.import_id = import_id
        self.waiting: list[str] = []
        self.ordinal = 0

    def add(self, row: HolderRow, account: Account) -> None:
        """Add a row with what it says; unless it is left out, comparing it tells its outcome."""
        problem = account.problem
        why = f"{problem.column}: {problem.expected}"[:300] if problem else ""
        self._add(
            f"{row.number}\t{_LEFT_OUT if problem else _COMPARED}",
            (row.raw[:LONGEST_RAW], account.reference, *(account.texts or _BLANKS), why),
            account,
        )

    def add_unread(self, number: int, raw: str, why: str) -> None:
        """Add a row that could not be read."""
        self._add(f"{number}\t{_LEFT_OUT}", (raw[:LONGEST_RAW], "", *_BLANKS, why[:300]), Account())

    def _add(self, start: str, texts: tuple[str, ...], account: Account) -> None:
        self.ordinal += 1
        raw, *others, why = written(texts)
        balance = _NULL if account.balance is None else account.balance
        self.waiting.append(
            f"{self.import_id}\t{self.ordinal}\t{start}\t{raw}\t{account.fund_id or _NULL}\t"
            + "\t".join(others)
            + f"\t{balance}\t{account.balance_at or _NULL}"
            f"\t{account.stop_message_id or _NULL}\t{why}\n"
        )

    def take(self) -> list[str]:
        """Return what was collected, and collect anew."""
        taken, self.waiting = self.waiting, []
        return taken


def write_holders(rows: list[str], *, tells: Collection[str]) -> None:
    """Write collected rows with what each would do, inside the caller's transaction.

    Each account is looked up by itself: the planner would read all of them for a few thousand rows.
    """
    if not rows:
        return
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute(_WAIT)
        with cursor.copy(f"COPY ims_waiting_holders ({_COLUMNS}) FROM STDIN") as copy:
            copy.write("".join(rows))
        cursor.execute(
            f"""
            INSERT INTO ims_imports_importholder
                (of_import_id, ordinal, number, outcome, {_AS_THEY_ARE}, account_id, before)
            SELECT r.of_import_id, r.ordinal, r.number,
                CASE r.outcome WHEN %s THEN r.outcome ELSE x.outcome END,
                r.{_AS_THEY_ARE.replace(", ", ", r.")}, x.account_id, x.before
            FROM ims_waiting_holders r
            LEFT JOIN LATERAL (
                SELECT * FROM ims_accounts_accountholder h
                WHERE h.fund_id = r.fund_id AND h.reference = r.reference LIMIT 1
            ) a ON r.outcome <> %s
            {verdict(tells)}
            """,  # noqa: S608
            [_LEFT_OUT, _LEFT_OUT],
        )
        cursor.execute("TRUNCATE ims_waiting_holders")
