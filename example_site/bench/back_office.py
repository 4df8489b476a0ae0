"""The back office over a book of millions: made, proven, measured and printed."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median

from django.core.management import call_command
from django.db import connection

from example_site.postgres import django_database
from ims_wagtail.ledger.verification import verify

from . import book, debian, exporting, screens, searching
from .council import make_council
from .searching import Reader, Times, p95


Say = Callable[[str], None]


def run(*, lines: int, times: int, keep: bool, about: str, say: Say) -> None:
    """Measure over a book of so many lines, on a server of its own; ``about`` picks questions.

    A book that was kept is used again when it is as long as asked for. Raises
    ``debian.NoPrograms`` when there is no server with ``pg_trgm``.
    """
    with debian.running(keep=keep, say=say) as url, _connected(url):
        say(f"Making a council with {lines:,} transactions ...")
        call_command("migrate", verbosity=0)
        if _length() != lines:
            make(lines=lines, say=say)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        _warm_up()
        measure(times=times, about=about, say=say)


def make(*, lines: int, say: Say) -> None:
    """Make council and book, and prove the book."""
    built = book.write(council=make_council(lines), lines=lines, now=datetime.now(UTC))
    say(
        f"  copied in at {built.lines / built.seconds:,.0f} lines a second,"
        f" then indexed in {built.index_seconds:,.0f} s"
    )
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
    broken = [proof.rule for proof, breach in verify() if breach]
    if broken:
        raise RuntimeError(f"the book is not sound: {'; '.join(broken)}")
    say("  every proof of ims_verify holds")


def measure(*, times: int, about: str, say: Say) -> None:
    """Print each question, screen and the export with what it took, and whether aims hold."""
    reader = Reader()
    reader.ask(searching.LIST)
    if not about:
        # First, while the process holds no more than any other that answers staff.
        _export(reader, say=say)
    load = os.getloadavg()[0]
    say(
        f"\n{_length():,} transactions, a reader of {len(reader.funds)} of 30 funds, {times} times"
        f" each; load {load:.1f} of {os.cpu_count()}\nMilliseconds, median and p95:"
        " the whole page, its questions about the book, the same rows by hand\n"
    )
    say(f"{'':36}{'page':>13}{'questions':>15}{'by hand':>15}   ratio")
    searches = []
    for found in searching.measure_searches(reader, times=times, about=about):
        searches.append(found)
        say(_line(found, found.holds))
    if searches:
        every = Times(
            "all searches",
            *(
                [took for found in searches for took in getattr(found, kind)]
                for kind in ("screen", "asked", "by_hand")
            ),
        )
        say(_line(every, every.holds))
        say(
            f"  aim: at most {searching.RATIO_AIM} times by hand or {searching.UNFELT} ms more,"
            f" and the page under {searching.SEARCH_AIM} ms, at p95\n"
        )
    if about:
        return
    for found in screens.measure_screens(reader, times=times):
        aim = screens.DASHBOARD_AIM if found.name == "dashboard" else searching.SEARCH_AIM
        say(_line(found, p95(found.screen) < aim))
    say(f"  aim: the dashboard under {screens.DASHBOARD_AIM} ms at p95")


def _export(reader: Reader, *, say: Say) -> None:
    taken = exporting.measure_export(reader)
    quick = taken.ratio <= exporting.EXPORT_AIM
    small = taken.memory < exporting.MEMORY_AIM
    say(
        f"Export of {taken.rows:,} transactions as CSV\n"
        f"  COPY TO of the same columns          {taken.copy_seconds:8.1f} s\n"
        f"  the export                           {taken.seconds:8.1f} s\n"
        f"  ratio                                {taken.ratio:8.2f}"
        f"   aim at most {exporting.EXPORT_AIM}: {_held(quick)}\n"
        f"  first part after                     {taken.first_seconds:8.1f} s\n"
        f"  memory of the whole process          {taken.memory:8.0f} MB"
        f" ({taken.more_memory:.0f} MB of it for the export)"
        f"   aim under {exporting.MEMORY_AIM}: {_held(small)}"
    )


def _line(found: Times, holds: bool) -> str:
    columns = "".join(
        f"{median(times):8.1f} {p95(times):6.1f}"
        for times in (found.screen, found.asked, found.by_hand)
    )
    return f"{found.name:<36}{columns}  {found.ratio:6.2f}   {_held(holds)}"


def _held(holds: bool) -> str:
    return "holds" if holds else "MISSED"


def _warm_up() -> None:
    """Read the book into PostgreSQL's cache, as on a server that has been at work for a day."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
        cursor.execute(
            "SELECT sum(pg_prewarm(oid)) FROM ("
            " SELECT oid FROM pg_class WHERE relkind IN ('r', 'i')"
            " AND relname ~ '^ims_(ledger|txn|payer|a_source|one_line)' ORDER BY relkind, relname"
            ") book"
        )


def _length() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ims_ledger_transaction")
        return int(cursor.fetchone()[0])


@contextmanager
def _connected(url: str) -> Iterator[None]:
    """Point Django at another server for a while."""
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(django_database(url))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
