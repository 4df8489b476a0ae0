"""Checking a file of transactions: read, ruled, decided and kept, then looked at as a whole."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import date
from operator import attrgetter
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ims_wagtail.clock import accounting_date
from ims_wagtail.money import ZERO

from .enums import ImportState, RowOutcome
from .finishing import finish
from .formats.contract import Problem, Reader, Totals, Unreadable
from .lanes import Lane
from .leases import Lease
from .loading import CHANGEABLE, Loader, write_rows
from .models import (
    HolderFile,
    HolderTotal,
    Import,
    ImportHolder,
    ImportProblem,
    ImportRow,
    ImportRule,
    ImportTotal,
    RuleUse,
)
from .problems import Problems
from .rows import Row
from .ruling import rules_of
from .storage import private_storage
from .straight import Straight, may_go_straight
from .totals import check_totals
from .verdicts import compile_verdicts


logger = logging.getLogger(__name__)

#: Rows written in one transaction; also how often progress is told and cancelling noticed.
BATCH = 5_000


def check_transactions(lease: Lease) -> None:
    """Check a file from its beginning, whatever a worker before may have done.

    Afterwards its rows are kept with what would become of each, and it waits for a person; or it
    has failed, when it can't be read, with the reason. Raises ``LeaseLost``.
    """
    file = Import.objects.select_related(
        "import_type__layout", "import_type__default_fund", "import_type__office"
    ).get(pk=lease.import_id)
    forget_rows(file)
    check = _Check(file, lease)
    if may_go_straight(file):
        check.straight = Straight(file)
    try:
        _check(check)
    finally:
        if check.straight is not None:
            check.straight.give_up()


def _check(check: _Check) -> None:
    file, lease = check.file, check.lease
    with Lane() as check.lane, private_storage().open(file.stored_as, "rb") as content:
        try:
            totals = check.read(content)
        except Unreadable as unreadable:
            check.problems.add(unreadable.problem)
            check.lane.wait()
            fail(lease, check.problems, unreadable.problem)
            return
    wrong = list(check_totals(totals, count=check.count, amount=check.amount, unread=check.unread))
    last = check.loader.take()
    if check.posted_straight(totals, wrong, last):
        return
    if check.count > BATCH:
        # The planner knows nothing of so many new rows, and would take them one by one.
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE ims_imports_importrow ({', '.join(_ASKED_ABOUT)})")
    for problem in wrong:
        check.problems.add(problem)
    with transaction.atomic():
        locked = lease.lock(state=ImportState.CHECKING)
        write_rows(last)
        check.keep_uses()
        finish(locked, totals=totals, problems=check.problems, amount=check.amount)


_KEPT_OF_A_FILE = (
    ImportRow,
    ImportProblem,
    ImportTotal,
    RuleUse,
    ImportHolder,
    HolderTotal,
    HolderFile,
)


def forget_rows(file: Import) -> None:
    """Remove what is kept of a file that is not in the book."""
    with transaction.atomic():
        for model in _KEPT_OF_A_FILE:
            rows: Any = model._default_manager.filter(of_import=file)
            rows._raw_delete(rows.db)


_changeable = attrgetter(*CHANGEABLE)
_CODES = ("fund", "method", "office", "vat")
_POSTED = RowOutcome.POSTED.value
#: What rows are found and grouped by.
_ASKED_ABOUT = ("of_import_id", "ordinal", "outcome", "date", "fund_id", "office_id", "key")


class _Check:
    """One reading of one file."""

    lane: Lane
    straight: Straight | None = None

    def __init__(self, file: Import, lease: Lease) -> None:
        self.file = file
        self.lease = lease
        self.problems = Problems(file.pk)
        # A file that is loaded again on purpose is new money: its rows are none of the first.
        salt = f"{file.import_type_id}:{file.pk if file.reload_of_id else 0}"
        self.loader = Loader(file.pk, salt)
        self.decide = compile_verdicts(file.import_type)
        self.apply = rules_of(file.import_type)
        self.uses: Counter[int] = Counter()
        self.count = 0
        self.unread = 0
        self.amount = ZERO

    def read(self, content: Any) -> Totals:
        """Read the whole file; return what it says of itself. Raises ``Unreadable``."""
        reader: Reader = self.file.import_type.the_format().open(
            content, self.file.import_type.reading()
        )
        today = accounting_date(self.file.received_at)
        last_wrong = -1
        for found in reader:
            if isinstance(found, Problem):
                # Several things may be wrong with one row.
                if found.raw or (found.line and found.line != last_wrong):
                    self._unread(found)
                last_wrong = found.line
                self.problems.add(found)
            else:
                self._row(found, reader.totals.date or today)
            if len(self.loader.waiting) >= BATCH:
                self._flush(content.tell())
        return reader.totals

    def _unread(self, problem: Problem) -> None:
        self.unread += 1
        self.count += 1
        self._not_straight()
        self.loader.add_unread(problem.line, problem.raw, f"{problem.column}: {problem.expected}")

    def _row(self, row: Row, day: date) -> None:
        self.count += 1
        if row.amount is not None:
            self.amount += row.amount
        if row.date is None:
            row.date = day
        key = self.loader.key_of(row)
        if self.apply is None:
            self._decide(row, key, (), None)
            return
        before = _changeable(row)
        acted = self.apply(row)
        for rule in acted:
            self.uses[rule] += 1
        received = _changed(row, before) if acted else None
        if row.parts:
            self._parts(row, key, acted, received or {})
        else:
            self._decide(row, key, acted, received)

    def _parts(self, row: Row, key: str, acted: tuple[int, ...], received: dict[str, str]) -> None:
        parts = row.parts or []
        if sum((part.amount or ZERO for part in parts), ZERO) != row.amount:
            raise ValueError(f"row {row.number} was split into parts of another sum")
        received["amount"] = str(row.amount)
        for number, part in enumerate(parts):
            own = key if not number else self.loader.key_of_part(key, number)
            self._decide(part, own, acted, received)

    def _decide(
        self, row: Row, key: str, acted: tuple[int, ...], received: dict[str, str] | None
    ) -> None:
        verdict = self.decide(row)
        if verdict.problem is not None:
            self.problems.add(verdict.problem)
        if verdict.outcome != _POSTED:
            received = _named(row) | (received or {}) or None
        key = "" if verdict.outcome == "rejected" else key
        line = self.loader.add(row, verdict, key, acted, received)
        if self.straight is not None and not self.straight.add(
            row, verdict, self.loader.ordinal, key, line
        ):
            self._not_straight()

    def _not_straight(self) -> None:
        if self.straight is not None:
            self.straight.give_up()
            self.straight = None

    def posted_straight(self, totals: Totals, wrong: list[Problem], last: list[str]) -> bool:
        """Say whether the file is in the book already, which it is when nothing was wrong."""
        if self.straight is None or wrong or not self.count:
            self._not_straight()
            return False

        def keep() -> None:
            write_rows(last)
            self.keep_uses()

        straight, self.straight = self.straight, None
        return straight.finish(
            self.lease, totals=totals, problems=self.problems, amount=self.amount, keep=keep
        )

    def keep_uses(self) -> None:
        """Write down how many rows each rule acted on; one may be deleted by now."""
        there = ImportRule.objects.filter(pk__in=self.uses).values_list("pk", flat=True)
        RuleUse.objects.bulk_create(
            RuleUse(rule_id=pk, of_import=self.file, count=self.uses[pk]) for pk in there
        )

    def _flush(self, position: int) -> None:
        rows, count = self.loader.take(), self.count

        def step() -> None:
            with transaction.atomic():
                self.lease.renew(state=ImportState.CHECKING, position=position, row_count=count)
                write_rows(rows)

        self.lane.do(step)
        if self.straight is not None and not self.straight.send():
            self._not_straight()


def _named(row: Row) -> dict[str, str]:
    """Return the codes a row has, which the suspense fund's take the place of."""
    return {name: code for name in _CODES if (code := getattr(row, name))}


def _changed(row: Row, before: tuple[Any, ...]) -> dict[str, str] | None:
    """Return what rules changed, as it was."""
    return {
        name: str(was)
        for name, was in zip(CHANGEABLE, before, strict=True)
        if getattr(row, name) != was
    } or None


def fail(lease: Lease, problems: Problems, why: Problem) -> None:
    """Give a file up that can't be read, and keep the reason. Raises ``LeaseLost``."""
    with transaction.atomic():
        file = lease.lock(state=ImportState.CHECKING)
        forget_rows(file)
        problems.save()
        file.state = ImportState.FAILED
        file.problem_count = problems.count
        file.failure = _("Line %(line)d: found %(found)s, expected %(expected)s. %(remedy)s") % {
            "line": why.line,
            "found": why.found,
            "expected": why.expected,
            "remedy": why.remedy,
        }
        file.failure = file.failure[:400]
        file.save(update_fields=["state", "problem_count", "failure"])
    logger.warning("import %s can't be read", file.pk)
