"""Money in the book, people who move it, and what they wish."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction

from ims_wagtail.approvals.models import Approval, ApprovalLimit
from ims_wagtail.approvals.selectors import for_subject
from ims_wagtail.approvals.services import approve
from ims_wagtail.corrections.enums import CorrectionKind
from ims_wagtail.corrections.models import Correction
from ims_wagtail.corrections.requesting import request_move, request_transfer
from ims_wagtail.corrections.wishes import From, Move, To, Transfer
from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import Fund, MethodOfPayment
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.holds import available
from ims_wagtail.ledger.models import Hold, Transaction
from ims_wagtail.ledger.services import post
from ims_wagtail.ledger.verification import verify
from tests.factories import make_fund, make_method, make_suspense_fund, make_vat_code
from tests.ledger.book import line
from tests.staff.people import ALL_FUNDS, make_person


KINDS = ("journal", "transfer", "write_off")
MAY_ASK = tuple(f"ims_corrections.request_{kind}" for kind in KINDS)
MAY_APPROVE = tuple(f"ims_corrections.approve_{kind}" for kind in KINDS)
SEES = (
    "ims_corrections.view_correction",
    "ims_corrections.view_journalupload",
    "ims_ledger.view_transaction",
    "ims_approvals.view_approval",
)

_number = count(1)


@dataclass(frozen=True)
class Council:
    """Council tax and garden waste, both with VAT, a library that may choose VAT, suspense."""

    tax: Fund
    waste: Fund
    library: Fund
    suspense: Fund
    method: MethodOfPayment


def make_council() -> Council:
    """A council with all that moving money needs."""
    for kind in (
        MethodKind.JOURNAL,
        MethodKind.JOURNAL_REALLOCATION,
        MethodKind.TRANSFER_OUT,
        MethodKind.TRANSFER_IN,
    ):
        make_method(kind)
    return Council(
        tax=make_fund("23", vat_code=make_vat_code("T2", rate="0.2")),
        waste=make_fund("GW"),
        library=make_fund("LB", vat_override=True),
        suspense=make_suspense_fund(),
        method=make_method(),
    )


@transaction.atomic
def paid(fund: Fund, council: Council, *amounts: str, **values: Any) -> list[Transaction]:
    """A payment of one line for each amount, £100.00 when not told; returns the lines."""
    lines = [
        line(fund, council.method, amount, **{"vat_rate": Decimal(0), "vat_amount": 0} | values)
        if fund != council.tax
        else line(fund, council.method, amount, **values)
        for amount in amounts or ("100.00",)
    ]
    posting = post(kind=PostingKind.PAYMENT, source=f"test:{next(_number)}", lines=lines).posting
    return list(posting.lines.order_by("line_number"))


def make_mover(*permissions: str, alone: str = "", **values: Any) -> Any:
    """Somebody who may ask for everything in every fund; alone up to so many pounds."""
    defaults: dict[str, Any] = {"funds": (ALL_FUNDS,)}
    person = make_person(*(permissions or (*MAY_ASK, *SEES)), **defaults | values)
    if alone:
        for kind in KINDS:
            ApprovalLimit.objects.create(
                kind=kind, group=person.groups.get(), alone_up_to=Decimal(alone)
            )
    return person


def make_approver(**values: Any) -> Any:
    """Somebody who may approve everything in every fund."""
    return make_person(*MAY_APPROVE, *SEES, **{"funds": (ALL_FUNDS,)} | values)


def to(fund: Fund, amount: str, reference: str = "ELSEWHERE", **values: Any) -> To:
    """A target."""
    return To(fund, reference, Decimal(amount), **values)


def move(
    takes: dict[Transaction, str], *gives: To, by: Any, reason: str = "Wrong account", **values: Any
) -> Correction:
    """Ask to move so much of lines."""
    amounts = {taken.pk: Decimal(amount) for taken, amount in takes.items()}
    return request_move(wish=Move(amounts, gives, reason, **values), by=by)


def write_off(takes: dict[Transaction, str], *gives: To, by: Any) -> Correction:
    """Ask to write so much of lines off."""
    return move(takes, *gives, by=by, kind=CorrectionKind.WRITE_OFF)


def transfer(
    takes: list[tuple[Fund, str, str]], *gives: To, by: Any, reason: str = "Two accounts mixed up"
) -> Correction:
    """Ask to transfer from accounts, each a fund, a reference and an amount."""
    sources = [From(fund, reference, Decimal(amount)) for fund, reference, amount in takes]
    return request_transfer(wish=Transfer(sources, gives, reason), by=by)


def approval_of(correction: Correction) -> Approval:
    """The request to approve a correction."""
    found = for_subject(f"correction:{correction.pk}")
    assert found is not None
    return found


def approve_correction(correction: Correction, *, by: Any) -> Correction:
    """Let a second person approve it, which posts it."""
    approve(approval_id=approval_of(correction).pk, by=by)
    correction.refresh_from_db()
    return correction


def left_of(*lines: Transaction) -> list[str]:
    """What can still be moved of lines."""
    left = available(line.pk for line in lines)
    return [str(left[line.pk]) for line in lines]


def book_of(correction: Correction) -> list[tuple[str, str, str]]:
    """Fund, account and amount of the lines of a correction's posting."""
    assert correction.posting is not None
    lines = correction.posting.lines.select_related("fund").order_by("line_number")
    return [(line.fund.code, line.account_reference, str(line.amount)) for line in lines]


def held() -> Decimal:
    """All money that is held for something under way."""
    return sum((hold.amount for hold in Hold.objects.all()), Decimal("0.00"))


def breaches() -> list[str]:
    """The rules of the book that don't hold."""
    return [breach.rule for _proof, breach in verify() if breach]
