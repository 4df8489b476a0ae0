"""The list of transactions, question by question, beside hand-written SQL for the same rows."""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.db import OperationalError, connection, transaction
from django.test import Client

from ims_wagtail.access.keyset import Cursor
from ims_wagtail.access.policy import scope_of
from ims_wagtail.funds.models import FundGroup

from .council import READER
from .question_list import QUESTIONS
from .questions import values_of


#: Times as long as by hand, and milliseconds for the whole page; both of p95.
RATIO_AIM, SEARCH_AIM = 1.3, 400
#: Milliseconds that nobody feels; below it a ratio tells nothing.
UNFELT = 5
LIST = "/admin/income/transactions/"
_REFERENCE = re.compile(r"/postings/inspect/[0-9]+/\"[^>]*>\s*(T[0-9]+[A-Z])\s*<")
_PAGE_ROWS = 50


class OtherRows(RuntimeError):
    """A screen and the SQL beside it found different rows: they can't be compared."""


@dataclass(frozen=True, slots=True)
class Times:
    """What one question took, time by time, in milliseconds."""

    name: str
    screen: list[float]
    asked: list[float]
    by_hand: list[float]

    @property
    def ratio(self) -> float:
        """How many times as long as by hand our questions to the database took, at p95."""
        return p95(self.asked) / p95(self.by_hand)

    @property
    def holds(self) -> bool:
        """Say whether the aims of a search are met."""
        near = self.ratio <= RATIO_AIM or p95(self.asked) - p95(self.by_hand) < UNFELT
        return near and p95(self.screen) < SEARCH_AIM


def p95(times: Sequence[float]) -> float:
    """Return the time that one in twenty exceeds."""
    return sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)]


class Reader:
    """The person who is measured: signed in, at work in some of the funds."""

    def __init__(self) -> None:
        user = get_user_model()._default_manager.get(username=READER)
        self.funds = sorted(scope_of(user, "ims_ledger.view_transaction").fund_ids)
        self._client = Client(SERVER_NAME="localhost")
        self._client.force_login(user)

    def ask(self, path: str, **asked: Any) -> tuple[float, float, Any]:
        """Open a screen; return how long it took, its questions about the book, and the answer."""
        about_the_book = 0.0

        def timed(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal about_the_book
            begin = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                if "ims_ledger_" in sql:
                    about_the_book += time.perf_counter() - begin

        with connection.execute_wrapper(timed):
            begin = time.perf_counter()
            response = self._client.get(path, asked)
            took = time.perf_counter() - begin
        if response.status_code != 200:
            raise RuntimeError(f"{path}?{urlencode(asked)}: {response.status_code}")
        return took * 1000, about_the_book * 1000, response


def by_hand(sql: str, values: Any, *, at_most: float = 0) -> tuple[float, list[Any]]:
    """Return how long a statement took, in milliseconds, and its rows.

    Raises ``django.db.OperationalError`` when it takes longer than ``at_most``.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = %s", [ceil(at_most)])
        begin = time.perf_counter()
        cursor.execute(sql, values)
        rows = cursor.fetchall()
        took = (time.perf_counter() - begin) * 1000
        cursor.execute("SET LOCAL statement_timeout = 0")
    return took, rows


def quickest(forms: Sequence[str], values: Any) -> tuple[float, list[Any]]:
    """Return what the quickest of several statements for the same rows took, and the rows."""
    best = by_hand(forms[0], values)
    for form in forms[1:]:
        try:
            best = min(best, by_hand(form, values, at_most=best[0]), key=lambda done: done[0])
        except OperationalError:
            continue  # It took longer.
    return best


def measure_searches(reader: Reader, *, times: int, about: str = "") -> Iterator[Times]:
    """Ask each question several times, each time about another line of the book."""
    shared = _shared_values(reader)
    for question in QUESTIONS:
        if about not in question.name:
            continue
        found = Times(question.name, [], [], [])
        pages, totals = question.by_hand()
        drawn = values_of(reader.funds, count=times, among=question.among)
        for number, line in enumerate(drawn):
            values = {**line, **shared}

            def ours(values: Any = values) -> list[str]:
                took, asked, response = reader.ask(LIST, **question.asked(values))  # noqa: B023
                found.screen.append(took)  # noqa: B023
                found.asked.append(asked)  # noqa: B023
                return _REFERENCE.findall(response.content.decode())

            def theirs(values: Any = values) -> list[str]:
                took, rows = quickest(pages, values)  # noqa: B023
                found.by_hand.append(took + by_hand(totals, values)[0])  # noqa: B023
                return [row[1] for row in rows[:_PAGE_ROWS]]

            # In turns, so that neither always finds the pages that the other has read.
            works = (ours, theirs) if number % 2 else (theirs, ours)
            first, second = (work() for work in works)
            if first != second:
                raise OtherRows(f"{question.name}: {urlencode(question.asked(values))}")
        yield found


def _shared_values(reader: Reader) -> dict[str, Any]:
    """Return what every question may use: a group, the smallest fund, and where pages begin."""
    group, _created = FundGroup.objects.get_or_create(name="Bench")
    group.funds.set(reader.funds[3:7])
    shared: dict[str, Any] = {
        "smallest_fund": reader.funds[-1],
        "group": group.pk,
        "group_funds": reader.funds[3:7],
        "cursors": {},
    }
    for page in (10, 1000, 10_000):
        _took, rows = by_hand(
            "SELECT entered_at, id FROM ims_ledger_transaction WHERE fund_id = ANY(%s)"
            " ORDER BY entered_at DESC, id DESC OFFSET %s LIMIT 1",
            [reader.funds, page * _PAGE_ROWS],
        )
        at, pk = rows[0] if rows else (datetime.now(UTC) - timedelta(days=1), 1)
        shared |= {f"at_{page}": at, f"id_{page}": pk}
        shared["cursors"][page] = str(Cursor(at, pk))
    return shared
