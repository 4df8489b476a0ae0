"""Taking the whole list away, beside a plain ``COPY`` of the same columns."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
from django.db import connection

from .searching import LIST, Reader


#: Times as long as ``COPY``, and megabytes of the process that sends it.
EXPORT_AIM, MEMORY_AIM = 2, 200


@dataclass(frozen=True, slots=True)
class Export:
    """What taking everything away took, beside plain ``COPY`` of the same columns."""

    rows: int
    seconds: float
    copy_seconds: float
    first_seconds: float
    memory: float
    more_memory: float

    @property
    def ratio(self) -> float:
        """How many times as long as ``COPY`` it took."""
        return self.seconds / self.copy_seconds


_COPY = """
    COPY (
        SELECT t.accounting_date, t.entered_at, t.reference, t.receipt_number, p.kind, f.code,
               f.name, t.account_reference, m.code, t.amount, t.vat_rate, t.vat_amount,
               t.narrative, t.psp_reference
        FROM ims_ledger_transaction t
        JOIN ims_ledger_posting p ON p.id = t.posting_id
        JOIN ims_funds_fund f ON f.id = t.fund_id
        JOIN ims_funds_methodofpayment m ON m.id = t.method_id
        WHERE t.fund_id = ANY(%s) ORDER BY t.entered_at DESC, t.id DESC
    ) TO STDOUT (FORMAT csv)
"""


def measure_export(reader: Reader) -> Export:
    """Take away every transaction of the reader's funds, and copy the same out by hand."""
    begin = time.perf_counter()
    with connection.cursor() as cursor, cursor.copy(_COPY, [reader.funds]) as copy:
        for _row in copy:
            pass
    copied = time.perf_counter() - begin
    with _memory() as (before, peak):
        begin = time.perf_counter()
        _took, _asked, response = reader.ask(LIST, export="csv")
        parts = iter(response.streaming_content)
        rows = next(parts).count(b"\n") - 1
        first = time.perf_counter() - begin
        for part in parts:
            rows += part.count(b"\n")
        seconds = time.perf_counter() - begin
    return Export(rows, seconds, copied, first, peak(), peak() - before)


@contextmanager
def _memory() -> Iterator[tuple[float, Callable[[], float]]]:
    """Watch how much of the machine's memory this process holds, in megabytes."""
    process, over = psutil.Process(), threading.Event()
    before = peak = process.memory_info().rss / 1e6

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.05):
            peak = max(peak, process.memory_info().rss / 1e6)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield before, lambda: peak
    finally:
        over.set()
        watcher.join()
