"""Half a million account holders replaced while residents look their accounts up."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from threading import Event, Thread

from django.core.files.base import File
from django.core.management import call_command
from django.db import connection

from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.funds.models import Fund
from ims_wagtail.imports.deciding import confirm, undo
from ims_wagtail.imports.enums import ColumnField, HolderMode, ImportKind, ImportState, OnProblems
from ims_wagtail.imports.models import HolderTotal, Import, ImportType, Layout
from ims_wagtail.imports.receiving import receive
from ims_wagtail.imports.storage import private_storage
from ims_wagtail.imports.working import work_on

from . import literal, references, words
from .aims import aimed
from .databases import database, drop, server_of
from .import_file import make_council
from .import_ways import count_memory, most_memory


ACCOUNTS = 500_000
AIM, WAIT_AIM, MEMORY_AIM = 60, 1.0, 200
_FUND = "B1"
_COLUMNS = (
    ColumnField.REFERENCE,
    ColumnField.TITLE,
    ColumnField.FORENAME,
    ColumnField.SURNAME,
    ColumnField.ADDRESS_1,
    ColumnField.POSTCODE,
    ColumnField.BALANCE,
)
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """One file: what it did, the seconds of its steps, and the look-ups meanwhile."""

    name: str
    totals: HolderTotal
    checking: float
    loading: float
    #: Seconds of each look-up.
    waits: list[float]


def run(*, accounts: int, say: Say) -> None:
    """Measure on a database of its own, which is dropped again."""
    server = server_of()
    with TemporaryDirectory() as folder, database(server, "ims_bench_holders"):
        call_command("migrate", verbosity=0)
        make_council()
        _make_type()
        say(
            f"Files of {accounts:,} account holders, full replacements, beside somebody who looks"
            f" accounts up without a pause; load {os.getloadavg()[0]:.1f} of {os.cpu_count()}"
        )
        path = Path(folder) / "holders.csv"
        count_memory()
        for name, chances in (
            ("the first file", (0, 0, 0)),
            ("the next day: 1 % other accounts, 10 % other balances", (0.01, 0.1, 0)),
            ("every balance differs", (0.01, 1, 0)),
            ("every name and balance differs", (0.01, 1, 1)),
        ):
            write_file(path, accounts, *chances)
            say(_told(_measure(name, path)))
        last = Import.objects.latest("pk")
        undo(import_id=last.pk, reason="Bench", at_once=True)
        began = time.monotonic()
        with looking_up() as waits:
            work_on(import_id=last.pk)
        seconds = time.monotonic() - began
        last.refresh_from_db()
        if last.state != ImportState.UNDONE:
            raise RuntimeError(f"the import is {last.state}: {last.failure}")
        say(f"  the last one undone\n{aimed('took', f'{seconds:.1f} s')}\n{_waited(waits)}")
    drop(server, "ims_bench_holders")
    memory = most_memory()
    figure = f"{memory:.0f} MB"
    say(aimed("memory of the whole process", figure, f"under {MEMORY_AIM}", memory < MEMORY_AIM))


def _make_type() -> None:
    layout = Layout.objects.create(name="Bench holders")
    for place, column in enumerate(_COLUMNS, start=1):
        layout.columns.create(field=column, place=place)
    made = ImportType.objects.create(
        code="bench-holders",
        name="Bench holders",
        kind=ImportKind.ACCOUNT_HOLDERS,
        format="laid-out-holders",
        layout=layout,
        holder_mode=HolderMode.REPLACE,
        most_gone=10,
    )
    made.funds.add(Fund.objects.get(code=_FUND))


def _references() -> Iterator[str]:
    """Yield references that are right, in no order, each once."""
    for number in range(10_000_000):
        body = f"BJ{number * 7_919 % 10_000_000:07}"
        right = literal.check_character(references.CHECK_DIGIT, body + "0")
        if right is not None:
            yield body + right


def write_file(path: Path, count: int, others: float, balances: float, names: float) -> None:
    """Write a file in which shares of the accounts are others, owe else, and are called else."""
    chance, other = Random(3), Random(4)  # noqa: S311 (nothing secret)
    first = int(count * others)
    with path.open("w", encoding="utf-8") as file:
        for number, reference in enumerate(islice(_references(), count + first)):
            person = words.pick_person(chance)
            if number < first:
                continue
            forename, _space, surname = person.name.partition(" ")
            owes = number % 90_000 / 100
            if other.random() < balances:
                owes += other.randrange(1, 9_000) / 100
            if other.random() < names:
                surname += "-Other"
            file.write(
                f'{reference},Ms,{forename},{surname},"{person.address}",{person.postcode},'
                f"{owes:.2f}\n"
            )


def _measure(name: str, path: Path) -> Measured:
    with path.open("rb") as content:
        file = receive(
            import_type=ImportType.objects.get(code="bench-holders"),
            file=File(content),
            file_name=path.name,
            at_once=True,
        )
    with looking_up() as waits:
        began = time.monotonic()
        work_on(import_id=file.pk)
        checked = time.monotonic()
        confirm(import_id=file.pk, on_problems=OnProblems.REFUSE, at_once=True)
        work_on(import_id=file.pk)
        loaded = time.monotonic()
    file.refresh_from_db()
    private_storage().delete(file.stored_as)
    if file.state != ImportState.POSTED or AccountHolder.objects.count() != file.row_count:
        raise RuntimeError(f"the import is {file.state}: {file.failure}")
    totals = HolderTotal.objects.get(of_import=file)
    return Measured(name, totals, checked - began, loaded - checked, waits)


@contextmanager
def looking_up() -> Iterator[list[float]]:
    """Look accounts up as a resident's page does, one after the other, in a thread of its own."""
    waits: list[float] = []
    over = Event()
    known = list(islice(_references(), 1000))

    def ask() -> None:
        chance = Random(5)  # noqa: S311 (nothing secret)
        while not over.is_set():
            reference = chance.choice(known)
            began = time.monotonic()
            found = AccountHolder.objects.select_related("stop_message").filter(
                fund__code=_FUND, reference=reference
            )
            found.first()
            waits.append(time.monotonic() - began)
            over.wait(0.01)
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


def _told(found: Measured) -> str:
    totals = found.totals
    whole = found.checking + found.loading
    return "\n".join(
        (
            f"  {found.name}: {totals.new:,} new, {totals.changed:,} changed, {totals.same:,}"
            f" unchanged, {totals.gone:,} gone",
            aimed("checked and compared", f"{found.checking:.1f} s"),
            aimed("loaded", f"{found.loading:.1f} s"),
            aimed("together", f"{whole:.1f} s", f"under {AIM} s", whole < AIM),
            _waited(found.waits),
        )
    )


def _waited(waits: list[float]) -> str:
    slowest = max(waits)
    return "\n".join(
        (
            aimed(f"{len(waits):,} look-ups, median", f"{median(waits) * 1000:.1f} ms"),
            aimed("95 % of look-ups within", f"{quantiles(waits, n=20)[-1] * 1000:.1f} ms"),
            aimed(
                "the slowest look-up",
                f"{slowest * 1000:.1f} ms",
                f"under {WAIT_AIM * 1000:,.0f}",
                slowest < WAIT_AIM,
            ),
        )
    )
