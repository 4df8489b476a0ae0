"""Ways of bringing a file into the book: as imports do, by a raw ``COPY``, and the plain way."""

import csv
import resource
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.core.files.base import File
from django.db import connection, transaction
from django.utils import timezone

from ims_wagtail.funds.models import Fund, MethodOfPayment
from ims_wagtail.funds.references import ReferenceInvalid, compile_rule
from ims_wagtail.imports import checking
from ims_wagtail.imports.deciding import confirm
from ims_wagtail.imports.enums import ImportState, OnProblems
from ims_wagtail.imports.models import Import, ImportType
from ims_wagtail.imports.receiving import receive
from ims_wagtail.imports.storage import private_storage
from ims_wagtail.imports.working import work_on
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Posting, Transaction

from . import references
from .import_file import make_rules


_BATCH = 5_000
_LINE = (
    "posting_id, line_number, fund_id, account_reference, method_id, amount, vat_code_id,"
    " vat_rate, vat_amount, receipt_number, narrative, psp_reference, accounting_date, entered_at"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one import took, in seconds, and the most memory of the process then, in MB."""

    rows: int
    checking: float
    #: Nothing where the file was posted while it was read.
    posting: float
    memory: float

    @property
    def seconds(self) -> float:
        """From file to posted ledger."""
        return self.checking + self.posting

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


def count_memory() -> None:
    """Count the most memory of the process from here on, where the system can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def most_memory() -> float:
    """Return the most memory the process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_import(path: Path, rules: int) -> Measured:
    """Import the file: the good rows to their accounts, the rest into suspense."""
    apply = make_rules(rules)
    count_memory()
    began = time.monotonic()
    with path.open("rb") as content:
        file = receive(
            import_type=ImportType.objects.get(code="bench"),
            file=File(content),
            file_name=path.name,
            at_once=True,
        )
    with patch.object(checking, "rules_of", return_value=apply):
        work_on(import_id=file.pk)
    checked = time.monotonic()
    confirm(import_id=file.pk, on_problems=OnProblems.SUSPENSE, at_once=True)
    work_on(import_id=file.pk)
    posted = time.monotonic()
    file = Import.objects.get(pk=file.pk)
    private_storage().delete(file.stored_as)
    if file.state != ImportState.POSTED:
        raise RuntimeError(f"the import is {file.state}: {file.failure}")
    return Measured(file.row_count, checked - began, posted - checked, most_memory())


def measure_straight(path: Path, rules: int) -> Measured:
    """Import the file without a preview."""
    apply = make_rules(rules)
    count_memory()
    began = time.monotonic()
    with path.open("rb") as content:
        file = receive(
            import_type=ImportType.objects.get(code="bench"),
            file=File(content),
            file_name=path.name,
            on_problems=OnProblems.SUSPENSE,
            post_at_once=True,
            at_once=True,
        )
    with patch.object(checking, "rules_of", return_value=apply):
        work_on(import_id=file.pk)
    took = time.monotonic() - began
    file = Import.objects.get(pk=file.pk)
    private_storage().delete(file.stored_as)
    if file.state != ImportState.POSTED or file.totals.filter(outcome="duplicate").exists():
        raise RuntimeError(f"the import is {file.state}: {file.failure}")
    return Measured(file.row_count, took, 0, most_memory())


def save_lines(path: Path) -> None:
    """Write the lines of the book to a file, as ``COPY`` reads them."""
    with connection.cursor() as cursor, path.open("wb") as file:
        with cursor.copy(
            f"COPY (SELECT {_LINE} FROM ims_ledger_transaction ORDER BY id) TO STDOUT"  # noqa: S608
        ) as copy:
            file.writelines(copy)


def measure_copy(path: Path) -> float:
    """Return the seconds of one ``COPY`` of the lines into the same table."""
    with path.open("rb") as file:
        wanted: dict[bytes, list[Any]] = {}
        for line in file:
            cells = line.split(b"\t")
            posting = wanted.setdefault(cells[0], [cells[12], 0, Decimal(0)])
            posting[1] += 1
            posting[2] += Decimal(cells[5].decode())
    with path.open("rb") as file, transaction.atomic():
        Posting.objects.bulk_create(
            Posting(
                pk=int(key),
                kind=PostingKind.IMPORT,
                source=f"copy:{int(key)}",
                total=total,
                line_count=count,
                accounting_date=day.decode(),
                entered_at=timezone.now(),
            )
            for key, (day, count, total) in wanted.items()
        )
        began = time.monotonic()
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY ims_ledger_transaction ({_LINE}) FROM STDIN") as copy:
                while chunk := file.read(1 << 18):
                    copy.write(chunk)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return time.monotonic() - began


def measure_plain(path: Path, count: int) -> float:
    """Return the seconds of parsing, checking and ``bulk_create`` in batches."""
    began = time.monotonic()
    with path.open(encoding="utf-8", newline="") as file, transaction.atomic():
        posting = Posting.objects.create(
            kind=PostingKind.IMPORT,
            source="plain",
            total=0,
            line_count=count,
            accounting_date=timezone.localdate(),
            entered_at=timezone.now(),
        )
        lines = _plain_lines(islice(csv.reader(file), count), posting)
        while batch := list(islice(lines, _BATCH)):
            Transaction.objects.bulk_create(batch)
        transaction.set_rollback(True)
    return time.monotonic() - began


def _plain_lines(rows: Iterable[list[str]], posting: Posting) -> Iterator[Transaction]:
    funds = {fund.code: fund for fund in Fund.objects.all()}
    method = MethodOfPayment.objects.get(code="BX")
    check = compile_rule(references.RULE)
    for number, (day, code, reference, amount, narrative, _key) in enumerate(rows, start=1):
        fund = funds[code]
        try:
            reference = check(reference)
        except ReferenceInvalid:
            fund = funds["BS"]
        date.fromisoformat(day)
        yield Transaction(
            posting=posting,
            line_number=number,
            fund=fund,
            account_reference=reference,
            method=method,
            amount=Decimal(amount),
            vat_code_id=fund.vat_code_id,
            vat_rate=0,
            vat_amount=0,
            receipt_number=f"R{number}",
            narrative=narrative,
            accounting_date=posting.accounting_date,
            entered_at=posting.entered_at,
        )
