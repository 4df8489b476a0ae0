"""A file of many rows imported, beside a raw ``COPY`` of the same lines and the plain way."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command

from ims_wagtail.ledger.verification import verify

from .aims import aimed
from .databases import database, drop, server_of
from .import_file import FUNDS, make_council, write_file
from .import_ways import (
    Measured,
    measure_copy,
    measure_import,
    measure_plain,
    measure_straight,
    save_lines,
)
from .payers import PAYERS, Waits, elsewhere, measure_beside_payers


ROWS, RULES, MANY_RULES = 1_000_000, 20, 100
COPY_AIM, STRAIGHT_AIM, PLAIN_AIM, MEMORY_AIM = 0.6, 0.85, 8, 200
RULES_AIM, LINEAR_AIM, WAIT_AIM = 1.5, 5.5, 1_000
#: So many times as many rows take in proportion.
MORE = 5
#: The plain way takes minutes for a million; its rate over this many is as good.
PLAIN_ROWS = 50_000
_BASE = "ims_bench_base"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured: imports, and rows a second of the other ways."""

    previewed: Measured
    straight: Measured
    many_rules: Measured
    copied: float
    plain: float


def run(*, rows: int, rules: int, linear: bool, say: Say) -> None:
    """Measure on databases of their own, which are dropped again."""
    server = server_of()

    def fresh() -> AbstractContextManager[None]:
        return database(server, "ims_bench_import", template=_BASE)

    with TemporaryDirectory() as folder:
        path, lines = Path(folder) / "bench.csv", Path(folder) / "lines"
        write_file(path, rows)
        say(
            f"A file of {rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB, 2 % of references"
            f" wrong, {rules} rules, {len(FUNDS)} funds; load {os.getloadavg()[0]:.1f} of"
            f" {os.cpu_count()}"
        )
        with database(server, _BASE):
            # To migrate takes memory that a worker never has.
            elsewhere(_make_base)
        with fresh():
            previewed = measure_import(path, rules)
            if broken := [proof.rule for proof, breach in verify() if breach]:
                raise RuntimeError(f"the book is not sound: {'; '.join(broken)}")
            save_lines(lines)
        with fresh():
            straight = measure_straight(path, rules)
        with fresh():
            many_rules = measure_import(path, MANY_RULES)
        with fresh():
            copied = rows / measure_copy(lines)
        with fresh():
            count = min(rows, PLAIN_ROWS)
            plain = count / measure_plain(path, count)
        tell(Found(previewed, straight, many_rules, copied, plain), say=say)
        tell_waits(measure_beside_payers(server, path, rules), say=say)
        if linear:
            write_file(path, rows * MORE)
            with fresh():
                tell_linear(previewed, measure_import(path, rules), say=say)
        drop(server, _BASE)


def _make_base() -> None:
    call_command("migrate", verbosity=0)
    make_council()


def tell(found: Found, *, say: Say) -> None:
    """Print what was measured and whether the aims hold."""
    import_, straight, many = found.previewed, found.straight, found.many_rules
    checked, posted = import_.rows / import_.checking, import_.rows / import_.posting
    most = max(import_.memory, straight.memory, many.memory)
    copy_ratio, straight_ratio = import_.rate / found.copied, straight.rate / found.copied
    times_plain, rules_ratio = import_.rate / found.plain, many.seconds / import_.seconds
    for row in (
        aimed("checked, with preview and duplicates", f"{checked:,.0f} rows/s"),
        aimed("posted", f"{posted:,.0f} rows/s"),
        aimed("the whole import", f"{import_.rate:,.0f} rows/s"),
        aimed("without a preview", f"{straight.rate:,.0f} rows/s"),
        aimed(f"the whole import, {MANY_RULES} rules", f"{many.rate:,.0f} rows/s"),
        aimed("raw COPY of the same lines", f"{found.copied:,.0f} rows/s"),
        aimed("the plain way, bulk_create", f"{found.plain:,.0f} rows/s"),
        aimed(
            "ratio to raw COPY",
            f"{copy_ratio:.2f}",
            f"at least {COPY_AIM}",
            copy_ratio >= COPY_AIM,
        ),
        aimed(
            "the same without a preview",
            f"{straight_ratio:.2f}",
            f"at least {STRAIGHT_AIM}",
            straight_ratio >= STRAIGHT_AIM,
        ),
        aimed(
            "times the plain way",
            f"{times_plain:.1f}",
            f"at least {PLAIN_AIM}",
            times_plain >= PLAIN_AIM,
        ),
        aimed(
            f"time with {MANY_RULES} rules, in times of it",
            f"{rules_ratio:.2f}",
            f"at most {RULES_AIM}",
            rules_ratio <= RULES_AIM,
        ),
        aimed(
            "memory of the whole process",
            f"{most:.0f} MB",
            f"under {MEMORY_AIM}",
            most < MEMORY_AIM,
        ),
    ):
        say(row)


def tell_waits(waits: Waits, *, say: Say) -> None:
    """Print how long residents waited who paid while a file was imported, and before."""
    say(
        f"  {PAYERS} residents paying beside an import of {waits.seconds:.1f} s, {waits.paid:,}"
        " payments; waits for a page"
    )
    alone = f"{max(waits.alone):,.0f} ms"
    say(aimed("95 % beside the import", f"{waits.p95:,.0f} ms"))
    say(aimed("the longest before it", alone))
    longest = max(waits.beside)
    say(
        aimed(
            "the longest beside it",
            f"{longest:,.0f} ms",
            f"under {WAIT_AIM:,}",
            longest < WAIT_AIM,
        )
    )


def tell_linear(once: Measured, more: Measured, *, say: Say) -> None:
    """Print what several times as many rows took."""
    ratio = more.seconds / once.seconds
    say(
        aimed(
            f"time for {more.rows:,} rows, in times of it",
            f"{ratio:.2f}",
            f"at most {LINEAR_AIM}",
            ratio <= LINEAR_AIM,
        )
    )
    say(
        aimed(
            "memory of the whole process then",
            f"{more.memory:.0f} MB",
            f"under {MEMORY_AIM}",
            more.memory < MEMORY_AIM,
        )
    )
