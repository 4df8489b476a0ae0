"""Writing many accounts at once: the words by which they are found go into their index together.

The index keeps new words in a list that searches read through as well, and sorts them in by
batches. Larger batches take half the time, and another connection sorts while accounts are still
being written: what is in the list needs no commit. Looking accounts up by reference asks another
index.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

from django.db import connection, transaction


#: Words of a few million accounts.
_LONGEST_LIST, _MEMORY = "1GB", "256MB"
#: Seconds between two batches: words of some ten thousand accounts.
_PAUSE = 2


def delay_words() -> None:
    """Let the words of accounts wait, to the end of the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('gin_pending_list_limit', %s, true)", [_LONGEST_LIST])


@contextmanager
def settling_words() -> Iterator[None]:
    """Sort words in beside the caller, who writes accounts and commits, and the rest at the end."""
    if connection.in_atomic_block:
        yield
        settle_words()
        return
    over = Event()
    with ThreadPoolExecutor(1) as beside:
        sorting = beside.submit(_settle_until, over)
        try:
            yield
        finally:
            over.set()
    sorting.result()


def settle_words() -> None:
    """Sort the words in that wait; who may not do that leaves it to the server, later."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('maintenance_work_mem', %s, true)", [_MEMORY])
        cursor.execute(
            """
            SELECT gin_clean_pending_list(oid::regclass) FROM pg_class
            WHERE oid = to_regclass('ims_account_words') AND pg_has_role(relowner, 'USAGE')
            """
        )


def _settle_until(over: Event) -> None:
    try:
        while not over.wait(_PAUSE):
            settle_words()
        settle_words()
    finally:
        # Of this thread: the name stands for another connection in each.
        connection.close()
