"""The stage that makes the account holders, as the systems that own them last told of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from random import Random

from ims_wagtail.accounts.models import AccountHolder, StopMessage
from ims_wagtail.clock import LONDON, accounting_date
from ims_wagtail.funds.models import Fund

from . import fund_list, reference_rules
from .chance import chance
from .households import Household, businesses, residents


def _council_tax(luck: Random) -> Decimal:
    return _pounds(luck.choice((0, 0, luck.gauss(820, 310), luck.gauss(900, 380))))


def _rent(luck: Random) -> Decimal:
    return _pounds(luck.choices((0, luck.gauss(-40, 30), luck.gauss(260, 190)), (3, 2, 4))[0])


def _pounds(amount: float) -> Decimal:
    return Decimal(round(amount * 100)).scaleb(-2)


@dataclass(frozen=True, slots=True)
class _Book:
    """The accounts of one fund: how many, whose, what they owe, and which carry a message."""

    fund: str
    count: int
    holders: Callable[[], Iterator[Household]]
    balance: Callable[[Random], Decimal]
    #: Every so many accounts carry one of these stop messages, in turn.
    messages: tuple[str, ...] = ()
    every: int = 1
    #: References of this fund start behind so many of the same rule's.
    skip: int = 0
    #: Its holders start behind so many others.
    holders_from: int = 0


_BOOKS = (
    _Book("23", 1200, residents, _council_tax, messages=("EA", "MV", "MV"), every=40),
    _Book(
        "24",
        120,
        businesses,
        lambda luck: _pounds(max(0, luck.choice((0, luck.gauss(5200, 2600))))),
        messages=("LQ",),
        every=40,
        skip=5000,
    ),
    _Book("5", 400, residents, _rent, messages=("64", "63", "65", "62", "67"), every=16),
    # The same homes and the same account numbers as their rents.
    _Book("5H", 60, residents, lambda luck: _pounds(max(25, luck.gauss(140, 55)))),
    _Book(
        "25",
        60,
        residents,
        lambda luck: _pounds(max(25, luck.gauss(620, 240))),
        holders_from=700,
    ),
    _Book(
        "19",
        120,
        businesses,
        lambda luck: _pounds(max(25, luck.gauss(480, 190))),
        holders_from=150,
    ),
    _Book(
        "20",
        40,
        businesses,
        lambda luck: _pounds(max(25, luck.gauss(310, 120))),
        holders_from=300,
    ),
)


def is_done() -> bool:
    """Tell whether the account holders stand."""
    return AccountHolder.objects.filter(fund__code=fund_list.COUNCIL_TAX).exists()


def build() -> str:
    """Make two thousand account holders whose references hold."""
    funds = Fund.objects.select_related("reference_rule__check_digit").in_bulk(field_name="code")
    messages = {(m.fund_id, m.code): m for m in StopMessage.objects.all()}
    # The night before: the systems that own the accounts send them once a day.
    told_at = datetime.combine(accounting_date() - timedelta(days=1), time(22, 15), LONDON)
    holders = [
        holder
        for book in _BOOKS
        for holder in _book(book, fund=funds[book.fund], messages=messages, told_at=told_at)
    ]
    AccountHolder.objects.bulk_create(holders, batch_size=500)
    return f"{len(holders):,} account holders"


def _book(
    book: _Book,
    *,
    fund: Fund,
    messages: dict[tuple[int, str], StopMessage],
    told_at: datetime,
) -> Iterator[AccountHolder]:
    luck = chance(f"accounts of fund {book.fund}")
    rule = fund.reference_rule
    assert rule is not None  # noqa: S101 (every fund with accounts has one)
    last = book.holders_from + book.count
    for number, household in enumerate(islice(book.holders(), book.holders_from, last)):
        # Not the first ones, so that a list of accounts begins with ordinary ones.
        place = number - book.every + 1
        carries = bool(book.messages) and place >= 0 and place % book.every == 0
        code = book.messages[place // book.every % len(book.messages)] if carries else ""
        yield AccountHolder(
            fund=fund,
            reference=reference_rules.example(rule, book.skip + number),
            title=household.title,
            forename=household.forename,
            surname=household.surname,
            address_line_1=household.address,
            address_line_2=household.place,
            postcode=household.postcode,
            balance=book.balance(luck),
            balance_at=told_at,
            stop_message=messages.get((fund.pk, code)),
        )
