"""Writing beside reading: the next rows are read while the last ones are on their way."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from types import TracebackType

from django.db import connection


#: Seconds. A lane mostly waits for the database. With Python's own turns of five milliseconds each
#: answer would find the thread that reads at work, and the database would wait for it in vain.
_TURN = 0.0005


@contextmanager
def short_turns() -> Iterator[None]:
    """Let threads take turns often enough that none of them keeps the database waiting."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


class Lane:
    """Does steps one after the other in a thread with a connection of its own.

    One step is under way at most: whoever gives the next waits for it, so memory stays constant,
    and gets what it raised. Inside a transaction, which no other connection sees into, steps are
    done at once.
    """

    def __init__(self) -> None:
        self._thread = None if connection.in_atomic_block else ThreadPoolExecutor(1)
        self._pending: Future[None] | None = None

    def __enter__(self) -> Lane:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with ExitStack() as over:
            over.callback(self.close)
            if error is None:
                self.wait()

    def close(self) -> None:
        """End the thread after its last step; a transaction that is open there is rolled back."""
        if self._thread is not None:
            self._thread.submit(_close_connection)
            self._thread.shutdown()

    def do(self, step: Callable[[], None]) -> None:
        """Do a step after those before it. Raises what the one before raised."""
        if self._thread is None:
            step()
            return
        self.wait()
        self._pending = self._thread.submit(step)

    def wait(self) -> None:
        """Wait until everything is done. Raises what the last step raised."""
        pending, self._pending = self._pending, None
        if pending is not None:
            pending.result()


def _close_connection() -> None:
    # Of the thread that runs this: the name stands for another connection in each.
    connection.close()
