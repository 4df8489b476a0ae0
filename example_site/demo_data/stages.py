"""The steps of setting up the demo. Each is all or nothing, so an interrupted one is repeated."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction

from . import (
    accounts,
    asking,
    council,
    files_in,
    funds,
    orders,
    pages,
    staff,
    suspense,
    takings,
    waiting,
    welsh,
)


#: Any number of its own: two set-ups at once take turns instead of both filling the tables.
_LOCK = 20_250_401


@dataclass(frozen=True, slots=True)
class Stage:
    """One step: what it is called, whether it stands already, and how it is made."""

    title: str
    is_done: Callable[[], bool]
    build: Callable[[], str]


STAGES = (
    Stage("The council", council.is_done, council.build),
    Stage("Funds, VAT and payment types", funds.is_done, funds.build),
    Stage("Account holders", accounts.is_done, accounts.build),
    Stage("Pages", pages.is_done, pages.build),
    # After the home page, where editors get their permissions; before the payments they took.
    Stage("Demo people", staff.is_done, staff.build),
    Stage("Welsh pages", welsh.is_done, welsh.build),
    Stage("Sixty days of payments", takings.is_done, takings.build),
    Stage("Recent orders", orders.is_done, orders.build),
    Stage("Work on suspense", suspense.is_done, suspense.build),
    Stage("Waiting for a second person", waiting.is_done, waiting.build),
    Stage("Asked to pay by a link", asking.is_done, asking.build),
    Stage("Files that came in", files_in.is_done, files_in.build),
)


def set_up(*, say: Callable[[str], None]) -> int:
    """Make what is missing, saying each step as it starts and ends. Returns how many were made."""
    made = 0
    for stage in STAGES:
        started = time.monotonic()
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            if stage.is_done():
                continue
            say(f"{stage.title} ...")
            result = stage.build()
            with connection.cursor() as cursor:
                # The server has had no time to see what is in the tables, and would plan what
                # comes next as if they were empty.
                cursor.execute("ANALYZE")
        say(f"  {result} ({time.monotonic() - started:.1f} s)")
        made += 1
    return made
