"""A browser as small as one can be: keeps its connection and cookies, fills in forms."""

import html
import re
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from .bare import COUNT_HEADER


_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class UnexpectedPage(RuntimeError):
    """The site answered with something else than the next step."""


@dataclass(frozen=True, slots=True)
class Page:
    """An answer: its status, where it leads, its text, and its queries when they were counted."""

    status: int
    location: str
    text: str
    queries: int


class Browser:
    """One resident's browser."""

    def __init__(self, address: str, *, count_queries: bool = False) -> None:
        self._connection = HTTPConnection(urlsplit(address).netloc, timeout=30)
        self._count_queries = count_queries
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Page:
        """Ask for a page."""
        return self._ask("GET", path)

    def post(self, path: str, page: Page, **typed: str) -> Page:
        """Send the form of ``page``: its hidden fields and what was typed."""
        hidden = {name: html.unescape(value) for name, value in _HIDDEN.findall(page.text)}
        return self._ask("POST", path, urlencode(hidden | typed))

    def _ask(self, method: str, path: str, body: str = "") -> Page:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self._count_queries:
            headers[COUNT_HEADER] = "1"
        self._connection.request(method, path, body or None, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        location = answer.getheader("Location") or ""
        if answer.status >= 400:
            raise UnexpectedPage(f"{method} {path}: {answer.status}")
        return Page(
            status=answer.status,
            location=urlsplit(location).path,
            text=text,
            queries=int(answer.getheader(COUNT_HEADER) or 0),
        )
