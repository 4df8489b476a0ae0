"""Rows of account holders on their way into their table: text for ``COPY``, in constant memory."""

from __future__ import annotations

from django.db import connection

from ims_wagtail.imports.enums import HolderOutcome
from ims_wagtail.imports.rows import LONGEST_RAW
from ims_wagtail.ledger.copying import written

from .rows import HolderRow
from .verdicts import TEXTS, Account


_COPY = (
    "COPY ims_imports_importholder (of_import_id, ordinal, number, outcome, raw, fund_id,"
    f" reference, {', '.join(TEXTS)}, balance, balance_at, stop_message_id, why) FROM STDIN"
)
_NULL = r"\N"
_BLANKS = ("",) * len(TEXTS)
_LEFT_OUT = HolderOutcome.LEFT_OUT.value


class HolderLoader:
    """Collects the rows of one file, as they are to be written."""

    def __init__(self, import_id: int, first_outcome: str) -> None:
        self.import_id = import_id
        self.first_outcome = first_outcome
        self.waiting: list[str] = []
        self.ordinal = 0

    def add(self, row: HolderRow, account: Account) -> None:
        """Add a row with what it says; its outcome is a guess until it is compared with ours."""
        problem = account.problem
        why = f"{problem.column}: {problem.expected}"[:300] if problem else ""
        self._add(
            f"{row.number}\t{_LEFT_OUT if problem else self.first_outcome}",
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


def write_holders(rows: list[str]) -> None:
    """Write collected rows, inside the caller's transaction."""
    if not rows:
        return
    with connection.wrap_database_errors, connection.cursor() as cursor:
        with cursor.copy(_COPY) as copy:
            copy.write("".join(rows))
