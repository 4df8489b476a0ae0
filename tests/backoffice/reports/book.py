"""A book of spring 2025, in which something of every kind happened, by hand or at random."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import transaction

from ims_wagtail.access.policy import EVERYWHERE, Scope
from ims_wagtail.backoffice.reports.asking import Asked
from ims_wagtail.backoffice.reports.catalogue import REPORTS
from ims_wagtail.backoffice.reports.report import Outcome
from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import Fund, MethodOfPayment, PaymentType
from ims_wagtail.ledger.entries import Line
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.holds import available
from ims_wagtail.ledger.models import ClosedPeriod, Posting, Transaction
from ims_wagtail.ledger.services import post, reverse
from ims_wagtail.money import split_vat
from ims_wagtail.payments.models import MerchantAccount, Order
from tests.factories import (
    make_fund,
    make_merchant_account,
    make_method,
    make_office,
    make_payment_type,
    make_suspense_fund,
    make_vat_code,
)
from tests.staff.council import make_attempt


_number = count(1)
MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 30)


def at(month: int, day: int) -> datetime:
    """Noon of a day in 2025."""
    return datetime(2025, month, day, 12, tzinfo=UTC)


def made(code: str, start: date = MARCH, end: date = APRIL, *funds: Fund) -> Outcome:
    """What a report says of some days, of all funds or of some."""
    scope = Scope(fund_ids=frozenset(fund.pk for fund in funds)) if funds else EVERYWHERE
    return REPORTS[code].make(Asked(start, end, scope))


def values(outcome: Outcome) -> list[tuple[Any, ...]]:
    """The rows of an outcome as people read them: money as text."""
    return [
        tuple(str(v) if isinstance(v, Decimal) else v for v in row.values) for row in outcome.rows
    ]


@dataclass
class Book:
    """A council and the ways its book is written."""

    tax: Fund
    waste: Fund
    suspense: Fund
    methods: dict[MethodKind, MethodOfPayment]
    kim: User
    office: Any

    def line(self, fund: Fund, amount: str | Decimal, method: MethodKind, **changes: Any) -> Line:
        rate = Decimal("0.2") if fund == self.waste else Decimal(0)
        defaults: dict[str, Any] = {
            "account_reference": "A1",
            "receipt_number": f"R{next(_number)}",
            "narrative": "Something",
        }
        return Line(
            fund_id=fund.pk,
            method_id=self.methods[method].pk,
            amount=Decimal(amount),
            vat_code_id=fund.vat_code_id,
            vat_rate=rate,
            vat_amount=split_vat(gross=Decimal(amount), rate=rate).vat,
            **defaults | changes,
        )

    @transaction.atomic
    def post(self, kind: PostingKind, when: datetime, *lines: Line, **values: Any) -> Posting:
        source = values.pop("source", f"test:{next(_number)}")
        return post(kind=kind, source=source, lines=lines, at=when, **values).posting

    def correct(self, kind: PostingKind, when: datetime, *parts: tuple[Any, str], **v: Any) -> Any:
        """Post that so much of lines, which stand by themselves, has gone."""
        lines = [self._minus(line, Decimal(amount)) for line, amount in parts]
        return self.post(kind, when, *lines, **v)

    def move(self, kind: PostingKind, when: datetime, taken: Any, amount: str, to: Fund) -> Any:
        """Move so much of a line to another fund."""
        arrives = self.line(to, amount, MethodKind.JOURNAL_REALLOCATION)
        leaves = self._minus(taken, Decimal(amount), MethodKind.JOURNAL)
        return self.post(kind, when, leaves, arrives, by=self.kim)

    @transaction.atomic
    def take_back(self, posting: Posting, when: datetime) -> Posting:
        source = f"back:{posting.pk}"
        return reverse(posting=posting, source=source, narrative="Back", at=when).posting

    def close(self, month: date) -> None:
        ClosedPeriod.objects.create(month=month, closed_by=self.kim)

    def order(self, fund: Fund, amount: str, when: datetime, *, state: str, page: int = 7) -> Order:
        """An order made on a page: ``paid``, ``failed``, or ``open`` at the provider."""
        account = MerchantAccount.objects.first() or make_merchant_account()
        order = Order.objects.create(
            created_at=when,
            total=Decimal(amount),
            language="en-gb",
            basket_token=uuid4(),
            account=account,
        )
        order.refresh_from_db()
        line = self.line(fund, amount, MethodKind.CARD_ONLINE, receipt_number=order.reference)
        order.lines.create(
            number=1,
            basket_line=uuid4(),
            payment_type=PaymentType.objects.get(fund=fund),
            fund=fund,
            account_reference=line.account_reference,
            description="Something",
            amount=line.amount,
            vat_code_id=line.vat_code_id,
            vat_rate=line.vat_rate,
            vat_amount=line.vat_amount,
            page_id=page,
            page_title=f"Page {page}",
        )
        if state == "paid":
            self.post(PostingKind.PAYMENT, when, line)
            Order.objects.filter(pk=order.pk).update(state="paid", paid_at=when)
        else:
            finished = {"open": ("open", None), "failed": ("declined", when)}[state]
            make_attempt(order, account, state=finished[0], finished_at=finished[1])
        return order

    def _minus(self, line: Transaction, amount: Decimal, method: MethodKind | None = None) -> Line:
        return Line(
            fund_id=line.fund_id,
            account_reference=line.account_reference,
            method_id=self.methods[method].pk if method else line.method_id,
            amount=-amount,
            vat_code_id=line.vat_code_id,
            vat_rate=line.vat_rate,
            vat_amount=-split_vat(gross=amount, rate=line.vat_rate).vat,
            receipt_number=line.receipt_number,
            corrects_id=line.pk,
        )


def make_book() -> Book:
    """An empty book."""
    book = Book(
        tax=make_fund("23", name="Council tax"),
        waste=make_fund("GW", name="Garden waste", vat_code=make_vat_code("11", rate="0.2")),
        suspense=make_suspense_fund(name="Suspense"),
        methods={kind: make_method(kind) for kind in MethodKind},
        kim=User.objects.create_user("kim"),
        office=make_office(),
    )
    for fund in (book.tax, book.waste):
        make_payment_type(f"type-{fund.code.lower()}", name=f"{fund.name} online", fund=fund)
    return book


def write_spring(book: Book) -> None:
    """Write what happened, so little of each that a person can add it up."""
    online, cash, bank = MethodKind.CARD_ONLINE, MethodKind.CASH, MethodKind.EXTERNAL
    Kind = PostingKind
    (paid,) = book.post(Kind.PAYMENT, at(3, 3), book.line(book.tax, "100.00", online)).lines.all()
    (counter,) = book.post(
        Kind.STAFF_RECEIPT,
        at(3, 3),
        book.line(book.waste, "12.00", cash),
        by=book.kim,
        office=book.office,
    ).lines.all()
    (unknown,) = book.post(
        Kind.IMPORT, at(3, 4), book.line(book.suspense, "50.00", bank)
    ).lines.all()
    book.correct(Kind.REFUND, at(3, 10), (paid, "20.00"))
    returned = book.correct(Kind.REFUND, at(3, 20), (counter, "5.00"))
    book.move(Kind.JOURNAL, at(4, 1), paid, "30.00", book.waste)
    book.take_back(returned, at(4, 2))
    book.move(Kind.SUSPENSE_ALLOCATION, at(4, 5), unknown, "40.00", book.tax)
    book.close(MARCH)
    # Of a day in March, which is closed: it counts on the first of April.
    book.post(Kind.PAYMENT, at(3, 31), book.line(book.tax, "7.00", online))
    book.correct(Kind.CHARGEBACK, at(4, 8), (paid, "50.00"))
    book.post(Kind.IMPORT, at(4, 9), book.line(book.suspense, "9.00", bank))


def write_anything(book: Book, seed: int, events: int = 36) -> None:
    """Write so many events of any kind, on any day of March and April; March is closed half-way."""
    chance = Random(seed)
    funds = [book.tax, book.waste, book.suspense]
    begun = [
        PostingKind.PAYMENT,
        PostingKind.STAFF_RECEIPT,
        PostingKind.IMPORT,
        PostingKind.ERETURN,
    ]
    moved = [PostingKind.JOURNAL, PostingKind.TRANSFER, PostingKind.SUSPENSE_ALLOCATION]
    gone = [PostingKind.REFUND, PostingKind.CHARGEBACK]
    kinds = list(MethodKind)
    for event in range(events):
        if event == events // 2:
            book.close(MARCH)
        when = at(3, 1) + timedelta(days=chance.randrange(61))
        who = {"by": chance.choice([None, book.kim]), "office": chance.choice([None, book.office])}
        line = _left(chance)
        if line is not None:
            # Nothing is corrected before it has happened.
            then = max(when, at(line.accounting_date.month, line.accounting_date.day))
        amount = str(Decimal(chance.randrange(1, 20000)) / 100)
        match chance.randrange(8):
            case 3 | 4 if line is not None:
                part = _part(chance, line)
                book.move(chance.choice(moved), then, line, part, chance.choice(funds))
            case 5 if line is not None:
                book.correct(chance.choice(gone), then, (line, _part(chance, line)), **who)
            case 6 if refund := Posting.objects.filter(kind="refund", reversed_by=None).first():
                then = at(refund.accounting_date.month, refund.accounting_date.day)
                book.take_back(refund, max(when, then))
            case 7:
                state = chance.choice(["paid", "failed", "open"])
                book.order(chance.choice(funds[:2]), amount, when, state=state)
            case _:
                lines = [
                    book.line(chance.choice(funds), amount, chance.choice(kinds))
                    for _n in range(chance.randrange(1, 4))
                ]
                book.post(chance.choice(begun), when, *lines, **who)


def _left(chance: Random) -> Transaction | None:
    """A line of which something is left to be moved or refunded."""
    lines = list(Transaction.objects.filter(amount__gt=0, corrects=None).order_by("pk"))
    left = available(line.pk for line in lines)
    lines = [line for line in lines if left[line.pk] > 0]
    return chance.choice(lines) if lines else None


def _part(chance: Random, line: Transaction) -> str:
    pence = int(available([line.pk])[line.pk] * 100)
    return str(Decimal(chance.randrange(1, pence + 1)) / 100)
