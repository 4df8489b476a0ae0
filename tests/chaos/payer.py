"""A resident who pays over HTTP: reloads what does not come, clicks again, or never returns."""

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import requests

from tests.checkout.resident import Page, Resident


#: How often a page that does not come is asked for again, and how long a payer waits before.
TRIES = 60
PAUSE = 0.5
#: How often somebody comes back to a payment that did not go through.
VISITS = 4


class GaveUp(Exception):
    """The site did not answer for so long that anybody would leave."""


class Http:
    """A browser's connection to the site, with its cookies."""

    def __init__(self, site: str) -> None:
        self.site = site
        self._session = requests.Session()
        self._session.trust_env = False

    def get(self, path: str) -> "Answer":
        """Ask for a page."""
        return self._ask("GET", path)

    def post(self, path: str, data: Mapping[str, str]) -> "Answer":
        """Send a form; again if nothing comes back, as people do."""
        return self._ask("POST", path, data)

    def _ask(self, method: str, path: str, data: Mapping[str, str] | None = None) -> "Answer":
        for _try in range(TRIES):
            try:
                found = self._session.request(
                    method,
                    urljoin(self.site, path),
                    data=data,
                    # Our pages go to a page of ours only when it was one of ours that led there.
                    headers={"Referer": self.site + "/"},
                    allow_redirects=False,
                    timeout=40,
                )
            except requests.RequestException:
                time.sleep(PAUSE)
                continue
            if found.status_code < 500:
                return Answer(found.status_code, found.content, found.headers)
            time.sleep(PAUSE)
        raise GaveUp(f"{method} {path}")


@dataclass(frozen=True)
class Answer:
    """What came back, as ``Resident`` expects it."""

    status_code: int
    content: bytes
    headers: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.headers[name]


class Payer(Resident):
    """One resident with one thing to pay, and a character of their own."""

    def __init__(self, *, site: str, pay: str, number: int, dice: random.Random) -> None:
        self.client: Any = Http(site)
        self._pay = pay
        self._number = number
        self._dice = dice

    def go(self) -> None:
        """Put something into the basket and try to pay it."""
        amount = f"{self._dice.randrange(100, 20000) / 100:.2f}"
        self.add("room-hire", reference=f"ROOM{self._number:05d}", amount=amount)
        for _visit in range(VISITS):
            if self._try_to_pay():
                return
            time.sleep(self._dice.random() * 2)

    def _try_to_pay(self) -> bool:
        """Return whether this was the end, for better or worse."""
        page = self.visit("/pay/details/")
        if page.has_field("email"):
            page = self.fill_in(page, email=f"payer{self._number}@example.org")
        if not page.has_field("version"):
            return True  # the basket is empty: it was paid after all
        if self._dice.random() < 0.1:
            self.fill_in(page)  # in another window, which is then left
        page = self.fill_in(page)
        if not page.path.startswith(self._pay):
            return False
        return self._type_a_card(page)

    def _type_a_card(self, page: Page) -> bool:
        if not page.has_field("do"):
            return False
        do = self._dice.choices(["pay", "decline", "give_up", ""], [75, 10, 5, 10])[0]
        if not do:
            return self._dice.random() < 0.5  # walks away, for good or to begin again
        if do == "pay" and self._dice.random() < 0.3:
            path, data = self.filled(page, do=do)
            self.client.post(path, data)  # the browser is closed before it is sent back
            return self._dice.random() < 0.8
        self.fill_in(page, do=do)
        return do == "pay"
