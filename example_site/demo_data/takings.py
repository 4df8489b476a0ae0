"""The stage that fills the book: sixty days of payments up to now, and their corrections."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from random import Random

from django.contrib.auth.models import User
from django.utils import timezone

from ims_wagtail.clock import LONDON, accounting_date
from ims_wagtail.funds.models import MethodOfPayment, Office
from ims_wagtail.funds.selectors import suspense_fund, vat_rate
from ims_wagtail.ledger.entries import Line, NewPosting, Payer
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.ledger.references import next_receipt_numbers
from ims_wagtail.ledger.services import post_many

from . import channels, corrections, staff
from .chance import chance
from .channels import Channel, Feed
from .households import Household, residents
from .trade import Service, services


DAYS = 60

#: What the sources of these postings start with; real ones name an attempt, a file and so on.
SOURCE = "demo"

_CARDS = ("Visa", "Visa", "Visa debit", "Mastercard", "Mastercard", "American Express")


@dataclass(frozen=True, slots=True)
class _Town:
    """Everything a day's payments are drawn from, read once."""

    today: date
    services: dict[str, Service]
    methods: dict[str, int]
    offices: dict[str, int]
    cashiers: dict[str, int]
    people: list[Household]
    receipts: Iterator[str]
    unmatched: Service


def is_done() -> bool:
    """Tell whether the demo's payments stand in the book."""
    return Posting.objects.filter(source__startswith=f"{SOURCE}:").exists()


def build() -> str:
    """Post sixty days of payments, then what staff corrected of them."""
    now = timezone.now()
    town = _town(accounting_date(now))
    post_many(
        postings=(
            posting
            for back in range(DAYS, -1, -1)
            for posting in _day(town, town.today - timedelta(days=back), back)
            if posting.at < now
        )
    )
    corrections.build(now=now, source=SOURCE)
    lines = Transaction.objects.filter(posting__source__startswith=f"{SOURCE}:").count()
    return f"{lines:,} transactions"


def _town(today: date) -> _Town:
    fund = suspense_fund()
    return _Town(
        today=today,
        services=services(today),
        methods=dict(MethodOfPayment.objects.values_list("code", "pk")),
        offices=dict(Office.objects.values_list("code", "pk")),
        cashiers=dict(
            User.objects.filter(username__in=staff.TILLS.values()).values_list("username", "pk")
        ),
        people=list(islice(residents(), 1200)),
        receipts=_receipt_numbers(),
        unmatched=Service(
            slug="suspense",
            fund_id=fund.pk,
            vat_code_id=fund.vat_code_id,
            vat_rate=vat_rate(fund.vat_code, today),
            references=corrections.UNMATCHED_TEXTS,
            amount=lambda luck: Decimal(luck.randrange(1500, 42000)).scaleb(-2),
        ),
    )


def _receipt_numbers() -> Iterator[str]:
    while True:
        yield from next_receipt_numbers(1000)


def _day(town: _Town, day: date, back: int) -> Iterator[NewPosting]:
    """Return a day's postings. Chance hangs on how long ago it was, so that no two days agree."""
    luck = chance(f"takings {back}")
    for feed in channels.feeds_of(day):
        yield _file(town, feed, day, luck)
    paid = sorted(
        (
            (channels.moment(channel, day, luck), channel)
            for channel in channels.CHANNELS
            for _ in range(channels.count(channel, day, luck))
        ),
        key=lambda one: one[0],
    )
    for number, (at, channel) in enumerate(paid):
        yield _payment(town, channel, at, luck, source=f"{SOURCE}:{channel.name}:{day}:{number}")


def _file(town: _Town, feed: Feed, day: date, luck: Random) -> NewPosting:
    slugs, weights = tuple(feed.mix), tuple(feed.mix.values())
    wanted = luck.choices(slugs, weights, k=max(1, round(feed.lines * luck.gauss(1, 0.1))))
    lines = []
    for number, slug in enumerate(wanted, start=1):
        lost = luck.random() < feed.unmatched
        service = town.unmatched if lost else town.services[slug]
        lines.append(
            service.line(
                luck,
                method_id=town.methods[feed.method],
                receipt_number=next(town.receipts),
                narrative=f"{feed.name} {day:%d%m%y} {number:04}",
            )
        )
    return NewPosting(
        kind=PostingKind.IMPORT,
        source=f"{SOURCE}:{feed.name}:{day}",
        lines=lines,
        at=datetime.combine(day, time(6, 40), LONDON),
        office_id=town.offices["99"],
    )


def _payment(
    town: _Town, channel: Channel, at: datetime, luck: Random, *, source: str
) -> NewPosting:
    receipt_number = next(town.receipts)
    by_card = channel.method.startswith("9")
    psp_reference = f"SBX{luck.getrandbits(64):016X}" if by_card else ""
    several = 1 if channel.name != "online" else luck.choices((1, 2, 3), (90, 8, 2))[0]
    slugs = luck.choices(tuple(channel.mix), tuple(channel.mix.values()), k=several)
    lines: list[Line] = [
        town.services[slug].line(
            luck,
            method_id=town.methods[channel.method],
            receipt_number=receipt_number,
            psp_reference=psp_reference,
        )
        for slug in dict.fromkeys(slugs)
    ]
    till = staff.TILLS.get(channel.name)
    return NewPosting(
        kind=PostingKind.STAFF_RECEIPT if channel.staffed else PostingKind.PAYMENT,
        source=source,
        lines=lines,
        at=at,
        by_id=town.cashiers[till] if till else None,
        office_id=town.offices[channel.office] if channel.office else None,
        payer=_payer(luck.choice(town.people), luck, by_card=by_card, online=not channel.staffed),
    )


def _payer(person: Household, luck: Random, *, by_card: bool, online: bool) -> Payer:
    slug = f"{person.forename}.{person.surname}".lower().replace("’", "")
    return Payer(
        name=person.name,
        email=f"{slug}@example.com" if online and luck.random() < 0.8 else "",
        phone=f"01632 960{luck.randrange(200, 1000)}" if luck.random() < 0.2 else "",
        address=f"{person.address}, {person.place}" if by_card else "",
        postcode=person.postcode if by_card else "",
        card_brand=luck.choice(_CARDS) if by_card else "",
        card_last_four=f"{luck.randrange(10_000):04}" if by_card else "",
    )
