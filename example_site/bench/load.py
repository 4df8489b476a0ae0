"""Many clients at once, for a while."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat

from .browser import Browser
from .journey import pay


CLIENTS = 16


@dataclass(frozen=True, slots=True)
class Rate:
    """What the clients got done together."""

    requests: int
    rounds: int
    seconds: float

    @property
    def requests_a_second(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds

    @property
    def rounds_a_second(self) -> float:
        """Finished rounds, such as paid checkouts, a second."""
        return self.rounds / self.seconds


def bare_round(browser: Browser) -> int:
    """Ask for the bare view once; return the number of requests."""
    browser.get("/bench/bare/")
    return 1


def journey_round(browser: Browser) -> int:
    """Pay once; return the number of requests."""
    return sum(1 for _step in pay(browser))


def run(*, address: str, work: Callable[[Browser], int], seconds: float) -> Rate:
    """Let sixteen clients repeat ``work`` until the time is up; the round under way is finished."""
    started = time.monotonic()
    end = started + seconds

    def client(address: str) -> tuple[int, int]:
        browser = Browser(address)
        requests = rounds = 0
        while time.monotonic() < end:
            requests += work(browser)
            rounds += 1
        return requests, rounds

    with ThreadPoolExecutor(CLIENTS) as pool:
        done = list(pool.map(client, repeat(address, CLIENTS)))
    return Rate(
        requests=sum(requests for requests, _ in done),
        rounds=sum(rounds for _, rounds in done),
        seconds=time.monotonic() - started,
    )
