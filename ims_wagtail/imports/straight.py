"""Posting a file while it is read: for types that are posted at once when nothing is wrong."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from ims_wagtail.funds.models import Fund
from ims_wagtail.ledger.copying import LineCopy, Taken
from ims_wagtail.ledger.enums import PostingKind

from .deciding import confirm
from .enums import ImportState, OnProblems, RowOutcome
from .finishing import count_rows, note_totals, same_statement
from .formats.contract import Totals
from .keys import copy_keys, queue_for_the_book, written_keys
from .lanes import Lane
from .leases import Lease
from .models import Import, ImportRow
from .posting import mark_posted
from .problems import Problems
from .rows import Row
from .verdicts import Verdict


class InTheWay(Exception):
    """Something is to be looked at with all rows at hand."""


class Straight:
    """Writes the rows of a file into the book as they are read, on a connection of its own.

    All of it is one transaction, which ends with the file: at the first thing that is wrong it is
    rolled back, and the file goes on to be checked like any other.
    """

    def __init__(self, file: Import) -> None:
        self.file = file
        self.lane = Lane()
        self.suspense_too = file.on_problems == OnProblems.SUSPENSE
        self.lines = LineCopy(
            kind=PostingKind.IMPORT, source=f"import:{file.pk}", by_id=None, at=timezone.now()
        )
        self.keys: list[str] = []
        self.postings: list[int] = []
        self.lane.do(self._begin)

    def add(self, row: Row, verdict: Verdict, number: int, key: str, line: str) -> bool:
        """Add a row as it was decided about and written; say whether it may go straight."""
        outcome = verdict.outcome
        if (
            outcome == "rejected"
            or (outcome == "problem" and not self.suspense_too)
            or row.amount is None
            or row.date is None
            or verdict.fund_id is None
            or verdict.method_id is None
            or verdict.vat_code_id is None
        ):
            return False
        self.keys.append(key)
        self.lines.add(
            number=number,
            day=row.date,
            office_id=verdict.office_id,
            amount=row.amount,
            line=line,
        )
        return True

    def send(self) -> bool:
        """Let the rows that were added be written; say whether those before could be."""
        lines, keys = self.lines.take(), self._take_keys()
        return self._try(lambda: self._write(lines, keys), wait=False)

    def give_up(self) -> None:
        """Roll back what was written."""
        self.lane.close()

    def finish(
        self,
        lease: Lease,
        *,
        totals: Totals,
        problems: Problems,
        amount: Decimal,
        keep: Callable[[], None],
    ) -> bool:
        """Post the file, unless it is wrong as a whole; say whether it was. Raises ``LeaseLost``.

        ``keep`` writes what has been kept of the last rows.
        """
        lines, keys = self.lines.take(rest=True), self._take_keys()

        def step() -> None:
            self._write(lines, keys)
            file = lease.lock(state=ImportState.CHECKING)
            keep()
            note_totals(file, totals)
            if same_statement(file) is not None:
                raise InTheWay
            self._post(file, problems, amount)
            self.transaction.__exit__(None, None, None)

        try:
            return self._try(step)
        finally:
            self.lane.close()

    def _begin(self) -> None:
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        if not queue_for_the_book(wait=False):
            raise InTheWay

    def _take_keys(self) -> str:
        taken, self.keys = self.keys, []
        return written_keys(self.file, taken)

    def _write(self, lines: Taken, keys: str) -> None:
        copy_keys(keys)
        self.postings += self.lines.copy(lines)

    def _post(self, file: Import, problems: Problems, amount: Decimal) -> None:
        rows = ImportRow.objects.filter(of_import=file, outcome=RowOutcome.PROBLEM)
        rows.update(outcome=RowOutcome.SUSPENSE)
        count_rows(file)
        if file.amount != amount:
            raise ArithmeticError(f"import {file.pk}: rows of {file.amount} were kept of {amount}")
        problems.save()
        file.problem_count = problems.count
        file.position, file.checked_at = file.size, timezone.now()
        file.state = ImportState.PREVIEWED
        file.save()
        file = confirm(import_id=file.pk, on_problems=file.on_problems, at_once=True)
        mark_posted(file, self.postings, timezone.now())

    def _try(self, step: Callable[[], None], *, wait: bool = True) -> bool:
        try:
            self.lane.do(step)
            if wait:
                self.lane.wait()
        except (IntegrityError, InTheWay):
            # Rows that came before, or twice, are among what may be in the way.
            return False
        return True


def may_go_straight(file: Import) -> bool:
    """Say whether a file can be posted while it is read.

    Inside a transaction there is no second connection to do it on. Funds that take no account but
    those we have, and reports of what the book may have, are looked at with all rows at hand.
    """
    if not file.at_once or connection.in_atomic_block:
        return False
    if file.import_type.the_format().settles:
        return False
    strict = Fund.objects.filter(account_must_exist=True)
    if allowed := list(file.import_type.funds.values_list("pk", flat=True)):
        strict = strict.filter(pk__in=allowed)
    return not strict.exists()
