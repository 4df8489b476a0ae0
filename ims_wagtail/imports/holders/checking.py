"""Checking a file of account holders: read, kept, and compared with the accounts we have."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from ims_wagtail.imports.checking import fail, forget_rows
from ims_wagtail.imports.enums import HolderOutcome, ImportState
from ims_wagtail.imports.formats.contract import Problem, Totals, Unreadable
from ims_wagtail.imports.lanes import Lane
from ims_wagtail.imports.leases import Lease
from ims_wagtail.imports.models import HolderFile, Import, ImportHolder
from ims_wagtail.imports.problems import Problems
from ims_wagtail.imports.storage import private_storage
from ims_wagtail.imports.totals import check_totals
from ims_wagtail.money import ZERO

from .differences import count_holders, leave_out_repeats, mark
from .loading import HolderLoader, write_holders
from .rows import HolderReader, HolderRow, start_of
from .verdicts import compile_accounts


#: Rows written in one transaction; also how often progress is told and cancelling noticed.
BATCH = 5_000


def check_holders(lease: Lease) -> None:
    """Check a file from its beginning, whatever a worker before may have done.

    Afterwards its rows are kept with what each would do to our accounts, and it waits for a
    person; or it has failed, when it can't be read, with the reason. Raises ``LeaseLost``.
    """
    file = Import.objects.select_related("import_type__layout", "import_type__default_fund").get(
        pk=lease.import_id
    )
    forget_rows(file)
    check = _Check(file, lease)
    with Lane() as check.lane, private_storage().open(file.stored_as, "rb") as content:
        try:
            reader = check.read(content)
        except Unreadable as unreadable:
            check.problems.add(unreadable.problem)
            check.lane.wait()
            fail(lease, check.problems, unreadable.problem)
            return
    check.finish(reader)


class _Check:
    """One reading of one file."""

    lane: Lane

    def __init__(self, file: Import, lease: Lease) -> None:
        self.file = file
        self.lease = lease
        self.problems = Problems(file.pk)
        self.loader = HolderLoader(file.pk)
        self.account_of = compile_accounts(file.import_type)
        self.count = self.unread = 0
        self.amount = ZERO

    def read(self, content: Any) -> HolderReader:
        """Read the whole file; return its reader. Raises ``Unreadable``."""
        import_type = self.file.import_type
        reader: HolderReader = import_type.the_format().open(content, import_type.reading())
        last_wrong = -1
        day, as_at = None, self.file.received_at
        for found in reader:
            if reader.totals.date != day:
                day = reader.totals.date
                as_at = start_of(day) if day else self.file.received_at
            if isinstance(found, HolderRow):
                self._row(found, as_at)
            else:
                # Several things may be wrong with one row.
                if found.raw or (found.line and found.line != last_wrong):
                    self._unread(found)
                last_wrong = found.line
                self.problems.add(found)
            if len(self.loader.waiting) >= BATCH:
                self._flush(content.tell(), reader)
        return reader

    def _row(self, row: HolderRow, as_at: datetime) -> None:
        self.count += 1
        if row.balance is not None:
            self.amount += row.balance
        account = self.account_of(row, as_at)
        if account.problem is not None:
            self.problems.add(account.problem)
        self.loader.add(row, account)

    def _unread(self, problem: Problem) -> None:
        self.unread += 1
        self.count += 1
        self.loader.add_unread(problem.line, problem.raw, f"{problem.column}: {problem.expected}")

    def _flush(self, position: int, reader: HolderReader) -> None:
        rows, count = self.loader.take(), self.count

        def step() -> None:
            with transaction.atomic():
                self.lease.renew(state=ImportState.CHECKING, position=position, row_count=count)
                write_holders(rows, tells=reader.tells)

        self.lane.do(step)

    def finish(self, reader: HolderReader) -> None:
        """Look at the rows as a whole and let the file wait for a person."""
        self._check_totals(reader.totals)
        with transaction.atomic():
            write_holders(self.loader.take(), tells=reader.tells)
            self.lease.renew(state=ImportState.CHECKING, row_count=self.count)
        if self.count > BATCH:
            # The planner knows nothing of so many new rows, and would take them one by one.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE ims_imports_importholder")
        with transaction.atomic():
            file = self.lease.lock(state=ImportState.CHECKING)
            nameless = ImportHolder.objects.filter(
                of_import=file, outcome=HolderOutcome.LEFT_OUT, reference=""
            )
            about = HolderFile.objects.create(
                of_import=file,
                mode=file.import_type.holder_mode,
                most_gone=file.import_type.most_gone,
                tells=sorted(reader.tells),
                nameless=nameless.count(),
            )
            leave_out_repeats(file, self.problems)
            mark(file, about)
            count_holders(file)
            self.problems.save()
            file.row_count, file.amount = self.count, self.amount
            file.problem_count = self.problems.count
            file.sequence = reader.totals.sequence[:40]
            file.position = file.size
            file.checked_at = timezone.now()
            file.state = ImportState.PREVIEWED
            file.lease = file.leased_until = None
            file.save()

    def _check_totals(self, totals: Totals) -> None:
        for problem in check_totals(
            totals, count=self.count, amount=self.amount, unread=self.unread
        ):
            self.problems.add(problem)
