"""What every reader makes of a row about an account, whatever the file looked like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Protocol

from ims_wagtail.clock import LONDON
from ims_wagtail.imports.formats.contract import Problem, Totals


@dataclass(frozen=True, slots=True)
class HolderRow:
    """One row of a file of account holders, as it was read; texts as long as the file has them."""

    #: Where it stands in the file, from 1, as a person counts lines or records.
    number: int
    #: The text as it was received.
    raw: str
    #: The account reference as it was found.
    reference: str
    #: Fund code, when the file says it.
    fund: str = ""
    title: str = ""
    forename: str = ""
    #: The whole name, where the file doesn't tell its parts apart.
    surname: str = ""
    address_line_1: str = ""
    address_line_2: str = ""
    address_line_3: str = ""
    address_line_4: str = ""
    postcode: str = ""
    #: Pounds that the account owes; credit is negative. ``None`` when the row has none.
    balance: Decimal | None = None
    #: With a time zone; else the balance is as at the file's own day, or when the file came in.
    balance_at: datetime | None = None
    #: Code of a stop message of the account's fund; blank when nothing stops the account.
    stop_message: str = ""


#: What a file may tell of an account, by the names of ``HolderRow``.
FIELDS = (
    "title",
    "forename",
    "surname",
    "address_line_1",
    "address_line_2",
    "address_line_3",
    "address_line_4",
    "postcode",
    "balance",
    "stop_message",
)


def start_of(day: date) -> datetime:
    """Return when a day begins: balances of a day are as at then, before its payments."""
    return datetime.combine(day, time(), LONDON)


class HolderReader(Protocol):
    """One file of account holders being read. ``totals`` is complete after the last row.

    The amount of its totals is the sum of the balances.
    """

    totals: Totals
    #: Which of ``FIELDS`` the file tells at all; what it doesn't tell stays as it is. Known at the
    #: latest with the first row.
    tells: frozenset[str]

    def __iter__(self) -> Iterator[HolderRow | Problem]: ...
