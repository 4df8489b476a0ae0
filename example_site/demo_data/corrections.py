"""What finance staff put right: refunds, wrong accounts, and unmatched money given its account."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.contrib.auth.models import User

from ims_wagtail.clock import LONDON
from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import MethodOfPayment
from ims_wagtail.funds.selectors import default_method, suspense_fund
from ims_wagtail.ledger.entries import Line, NewPosting
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Transaction
from ims_wagtail.ledger.services import post_many
from ims_wagtail.money import split_vat

from . import staff
from .chance import chance
from .trade import Service, services


REFUNDS = 44
MOVES = 16
#: Of the money nobody could match, the share that has been given its account since.
MATCHED_SINCE = 0.6

#: What payers wrote instead of a reference that holds.
UNMATCHED_TEXTS = (
    "COUNCIL TAX",
    "MRS J EVANS RENT",
    "77000O138",
    "RENT 14 MILL LANE",
    "INV 90001042",
    "REF ON LETTER",
    "C/TAX PARKER",
    "ANYBOROUGH DC",
    "770000139",
    "BUSINESS RATES Q2",
    "S HUSSAIN",
    "GARAGE 22 WHARF RD",
)

_REASONS = ("Paid twice", "Wrong amount paid", "Application withdrawn", "Notice cancelled")


def build(*, now: datetime, source: str) -> None:
    """Post the refunds, the moves between accounts and the allocations of suspense money."""
    luck = chance("corrections")
    officer = User.objects.get(username=staff.FINANCE_OFFICER)
    lines = Transaction.objects.filter(posting__source__startswith=f"{source}:").order_by("pk")
    suspense = suspense_fund()
    known = services(now.astimezone(LONDON).date())
    by_card = lines.filter(method__refundable=True).exclude(fund=suspense)
    moved_out = default_method(MethodKind.JOURNAL)
    moved_in = default_method(MethodKind.JOURNAL_REALLOCATION)

    keys = list(by_card.values_list("pk", flat=True))
    chosen = list(by_card.filter(pk__in=luck.sample(keys, min(REFUNDS + MOVES, len(keys)))))
    luck.shuffle(chosen)
    refunded, moved = chosen[:REFUNDS], chosen[REFUNDS:]
    unmatched = [line for line in lines.filter(fund=suspense) if luck.random() < MATCHED_SINCE]

    def postings() -> Iterator[NewPosting]:
        for number, line in enumerate(refunded):
            amount = (
                line.amount if luck.random() < 0.7 else (line.amount / 2).quantize(Decimal("1"))
            )
            yield _posting(
                PostingKind.REFUND,
                f"{source}:refund:{number}",
                [_taken_off(line, amount, line.method_id, luck.choice(_REASONS))],
                line=line,
                luck=luck,
                by_id=officer.pk,
            )
        for number, line in enumerate(moved):
            service = _service_of(known, line.fund_id)
            # A service that all pay under one reference has no other account to move to.
            if set(service.references) == {line.account_reference}:
                continue
            yield _move(
                PostingKind.JOURNAL,
                f"{source}:journal:{number}",
                line,
                service,
                (moved_out, moved_in),
                luck=luck,
                by_id=officer.pk,
            )
        for number, line in enumerate(unmatched):
            yield _move(
                PostingKind.SUSPENSE_ALLOCATION,
                f"{source}:allocation:{number}",
                line,
                known[luck.choice(("council-tax", "council-tax", "housing-rent"))],
                (moved_out, moved_in),
                luck=luck,
                by_id=officer.pk,
            )

    post_many(postings=(posting for posting in postings() if posting.at < now))


def _service_of(known: dict[str, Service], fund_id: int) -> Service:
    return next(service for service in known.values() if service.fund_id == fund_id)


def _posting(
    kind: PostingKind,
    source: str,
    lines: Sequence[Line],
    *,
    line: Transaction,
    luck: Random,
    by_id: int,
) -> NewPosting:
    """Return a posting of a working day soon after the line it corrects."""
    day = line.accounting_date + timedelta(days=luck.randint(1, 5))
    day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
    at = datetime.combine(day, time(luck.randint(9, 16), luck.randrange(60)), LONDON)
    return NewPosting(kind=kind, source=source, lines=lines, at=at, by_id=by_id)


def _taken_off(line: Transaction, amount: Decimal, method_id: int, narrative: str) -> Line:
    return Line(
        fund_id=line.fund_id,
        account_reference=line.account_reference,
        method_id=method_id,
        amount=-amount,
        vat_code_id=line.vat_code_id,
        vat_rate=line.vat_rate,
        vat_amount=-split_vat(gross=amount, rate=line.vat_rate).vat,
        receipt_number=line.receipt_number,
        narrative=narrative,
        psp_reference=line.psp_reference,
        corrects_id=line.pk,
    )


def _move(
    kind: PostingKind,
    source: str,
    line: Transaction,
    service: Service,
    methods: tuple[MethodOfPayment, MethodOfPayment],
    *,
    luck: Random,
    by_id: int,
) -> NewPosting:
    """Return the whole amount of a line moved to an account of a service."""
    moved_out, moved_in = methods
    account = luck.choice([r for r in service.references if r != line.account_reference])
    narrative = f"Moved from {line.account_reference} to {account}"
    arrives = Line(
        fund_id=service.fund_id,
        account_reference=account,
        method_id=moved_in.pk,
        amount=line.amount,
        vat_code_id=service.vat_code_id,
        vat_rate=service.vat_rate,
        vat_amount=split_vat(gross=line.amount, rate=service.vat_rate).vat,
        receipt_number=line.receipt_number,
        narrative=narrative,
    )
    leaves = _taken_off(line, line.amount, moved_out.pk, narrative)
    return _posting(kind, source, [leaves, arrives], line=line, luck=luck, by_id=by_id)
