"""Residents who pay while a file is imported beside them: how long each page lets them wait."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from threading import Event

from django.db import connection

from .browser import Browser
from .databases import pointed_at
from .import_file import make_council
from .import_ways import measure_import
from .journey import pay
from .site import DATABASE, serving


PAYERS = 20
#: Seconds that a resident looks at a page before the next.
_LOOK = 1.0
#: Seconds of paying without an import, to compare with.
_ALONE = 15


@dataclass(frozen=True, slots=True)
class Waits:
    """Milliseconds that residents waited for each page, without and beside an import."""

    alone: list[float]
    beside: list[float]
    #: Payments made meanwhile.
    paid: int
    #: Seconds of the import.
    seconds: float

    @property
    def p95(self) -> float:
        """Of those beside the import."""
        return quantiles(self.beside, n=20)[-1]


def measure_beside_payers(server: dict[str, str], path: Path, rules: int) -> Waits:
    """Import a file into a site that residents pay on meanwhile."""
    with serving(server) as address, pointed_at(DATABASE):
        make_council()
        connection.close()
        _paying(address, lambda: time.sleep(_ALONE / 3))  # fills what every process keeps
        alone, _paid = _paying(address, lambda: time.sleep(_ALONE))
        began = time.monotonic()
        beside, paid = _paying(address, lambda: elsewhere(lambda: measure_import(path, rules)))
        return Waits(alone, beside, paid, time.monotonic() - began)


def elsewhere(work: Callable[[], object]) -> None:
    """Work in a process of its own and wait for it."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    _pid, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError("a process of the bench came to no end")


def _paying(address: str, meanwhile: Callable[[], None]) -> tuple[list[float], int]:
    """Let residents pay as long as something else takes; return their waits and payments."""
    over = Event()

    def resident(number: int) -> tuple[list[float], int]:
        waits: list[float] = []
        paid = 0
        over.wait(_LOOK * number / PAYERS)
        while not over.is_set():
            steps = pay(Browser(address))
            began = time.monotonic()
            for _step in steps:
                waits.append((time.monotonic() - began) * 1000)
                if over.wait(_LOOK):
                    return waits, paid
                began = time.monotonic()
            paid += 1
        return waits, paid

    with ThreadPoolExecutor(PAYERS) as pool:
        found = pool.map(resident, range(PAYERS))
        try:
            meanwhile()
        finally:
            over.set()
        done = list(found)
    return [wait for waits, _paid in done for wait in waits], sum(paid for _waits, paid in done)
