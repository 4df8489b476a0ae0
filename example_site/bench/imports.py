"""A file of many rows imported, beside a raw ``COPY`` of the same lines and the plain way."""

import csv
import os
import random
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import psycopg
from django.core.files.base import File
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import Fund, MethodOfPayment, VatCode, VatRate
from ims_wagtail.funds.references import ReferenceInvalid, compile_rule
from ims_wagtail.imports import checking
from ims_wagtail.imports.deciding import confirm
from ims_wagtail.imports.enums import (
    ColumnField,
    DateFormat,
    ImportState,
    LayoutShape,
    OnProblems,
)
from ims_wagtail.imports.models import Import, ImportType, Layout
from ims_wagtail.imports.receiving import receive
from ims_wagtail.imports.rules.compiling import compile_rules
from ims_wagtail.imports.rules.enums import ActionKind, Operator, RuleField
from ims_wagtail.imports.rules.facts import ActionFacts, ConditionFacts, RuleFacts
from ims_wagtail.imports.storage import private_storage
from ims_wagtail.imports.working import work_on
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.ledger.verification import verify

from . import references


ROWS, RULES = 1_000_000, 20
COPY_AIM, STRAIGHT_AIM, PLAIN_AIM, MEMORY_AIM = 0.6, 0.85, 8, 200
#: The plain way takes minutes for a million; its rate over this many is as good.
PLAIN_ROWS = 50_000
_BATCH = 5_000
_FUNDS = ("B1", "B2", "B3", "B4", "B5")
_LINE = (
    "posting_id, line_number, fund_id, account_reference, method_id, amount, vat_code_id,"
    " vat_rate, vat_amount, receipt_number, narrative, psp_reference, accounting_date, entered_at"
)
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one import took, in seconds, and the memory of the process then, in MB."""

    rows: int
    checking: float
    posting: float
    memory: float

    @property
    def rate(self) -> float:
        """Rows a second, from file to posted ledger."""
        return self.rows / (self.checking + self.posting)


def run(*, rows: int, rules: int, say: Say) -> None:
    """Measure on databases of their own, which are dropped again."""
    server = server_of()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bench.csv"
        write_file(path, rows)
        say(
            f"A file of {rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB, 2 % of references"
            f" wrong, {rules} rules, {len(_FUNDS)} funds; load {os.getloadavg()[0]:.1f} of"
            f" {os.cpu_count()}"
        )
        with database(server, "ims_bench_base"):
            call_command("migrate", verbosity=0)
            make_council()
        lines = Path(folder) / "lines"
        with database(server, "ims_bench_import", template="ims_bench_base"):
            found = measure_import(path, rules)
            if broken := [proof.rule for proof, breach in verify() if breach]:
                raise RuntimeError(f"the book is not sound: {'; '.join(broken)}")
            save_lines(lines)
        with database(server, "ims_bench_import", template="ims_bench_base"):
            straight = rows / measure_straight(path, rules)
        with database(server, "ims_bench_copy", template="ims_bench_base"):
            copied = found.rows / measure_copy(lines)
        with database(server, "ims_bench_plain", template="ims_bench_base"):
            count = min(rows, PLAIN_ROWS)
            plain = count / measure_plain(path, count)
        drop(server, "ims_bench_base")
    tell(found, straight=straight, copied=copied, plain=plain, say=say)


def tell(found: Measured, *, straight: float, copied: float, plain: float, say: Say) -> None:
    """Print what was measured and whether the aims hold."""
    say(
        f"  checked, with preview and duplicates {found.rows / found.checking:12,.0f} rows/s"
        f" {found.checking:8.1f} s\n"
        f"  posted                               {found.rows / found.posting:12,.0f} rows/s"
        f" {found.posting:8.1f} s\n"
        f"  the whole import                     {found.rate:12,.0f} rows/s\n"
        f"  without a preview                    {straight:12,.0f} rows/s\n"
        f"  raw COPY of the same lines           {copied:12,.0f} rows/s\n"
        f"  the plain way, bulk_create           {plain:12,.0f} rows/s\n"
        f"  ratio to raw COPY                    {found.rate / copied:12.2f}"
        f"   aim at least {COPY_AIM}\n"
        f"  the same without a preview           {straight / copied:12.2f}"
        f"   aim at least {STRAIGHT_AIM}\n"
        f"  times the plain way                  {found.rate / plain:12.1f}"
        f"   aim at least {PLAIN_AIM}\n"
        f"  memory of the whole process          {found.memory:12.0f} MB"
        f"   aim under {MEMORY_AIM}"
    )


def make_council() -> None:
    """Five funds with a rule of a weighted check digit, and the type of the file."""
    vat = VatCode.objects.create(code="BN", name="None")
    VatRate.objects.create(vat_code=vat, starts=date(2000, 1, 1), rate=0)
    references.CHECK_DIGIT.save()
    references.RULE.check_digit = references.CHECK_DIGIT
    references.RULE.save()
    common: dict[str, Any] = {"maximum_amount": Decimal(10_000), "vat_code": vat}
    for code in _FUNDS:
        Fund.objects.create(
            code=code, name=f"Fund {code}", reference_rule=references.RULE, **common
        )
    Fund.objects.create(code="BS", name="Suspense", is_suspense=True, **common)
    method = MethodOfPayment.objects.create(
        code="BX",
        name="Paid elsewhere",
        kind=MethodKind.EXTERNAL,
        is_default=True,
        maximum_amount=Decimal(99_999),
    )
    layout = Layout.objects.create(
        name="Bench", shape=LayoutShape.DELIMITED, date_format=DateFormat.ISO
    )
    fields = (
        ColumnField.DATE,
        ColumnField.FUND,
        ColumnField.REFERENCE,
        ColumnField.AMOUNT,
        ColumnField.NARRATIVE,
        ColumnField.EXTERNAL_ID,
    )
    for place, field in enumerate(fields, start=1):
        layout.columns.create(field=field, place=place)
    ImportType.objects.create(
        code="bench", name="Bench", format="laid-out", layout=layout, method=method
    )


def write_file(path: Path, rows: int) -> None:
    """Write a file of so many rows, the same each time, in constant memory."""
    chance = random.Random(1)  # noqa: S311 (nothing secret)
    known = references.make_references(10_000)
    last = timezone.localdate()
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            reference = known[number % len(known)]
            day = last - timedelta(days=number * 3 // rows)
            pence = chance.randrange(100, 50_000)
            words = f"FASTER PAYMENT {reference} THANK YOU {chance.randrange(10**9):09} REF"
            file.write(
                f"{day},{_FUNDS[number % len(_FUNDS)]},{reference},{pence // 100}.{pence % 100:02}"
                f",{words},X{number:09}\n"
            )


def make_rules(count: int) -> Callable[[Any], tuple[int, ...]]:
    """Return so many rules as one function; a few of them act."""
    return compile_rules(
        [
            RuleFacts(
                pk=number,
                groups=(
                    (
                        ConditionFacts(
                            RuleField.NARRATIVE, Operator.CONTAINS, f"THANK YOU {number:04}"
                        ),
                        ConditionFacts(RuleField.AMOUNT, Operator.MORE, Decimal(number)),
                    ),
                ),
                actions=(ActionFacts(ActionKind.NARRATIVE, f"By rule {number}"),),
            )
            for number in range(1, count + 1)
        ],
        finders={},
    )


def measure_import(path: Path, rules: int) -> Measured:
    """Import the file: the good rows to their accounts, the rest into suspense."""
    apply = make_rules(rules)
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
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(file.row_count, checked - began, posted - checked, memory)


def measure_straight(path: Path, rules: int) -> float:
    """Return the seconds of importing the file without a preview."""
    apply = make_rules(rules)
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
    return took


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


def server_of() -> dict[str, str]:
    """Return how the server is reached, without a database."""
    settings = connection.settings_dict
    names = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {name: str(settings[key]) for name, key in names.items() if settings[key]}


def drop(server: dict[str, str], name: str) -> None:
    """Drop a database of the bench."""
    with psycopg.connect(make_conninfo(dbname="postgres", **server), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def database(server: dict[str, str], name: str, *, template: str = "") -> Iterator[None]:
    """Make a database and point Django at it for a while; copies of another are dropped after."""
    drop(server, name)
    with psycopg.connect(make_conninfo(dbname="postgres", **server), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        if template:
            drop(server, name)
