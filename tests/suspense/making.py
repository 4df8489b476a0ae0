"""Money in suspense, people who match it, and what they wish."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction

from ims_wagtail.approvals.models import Approval, ApprovalLimit
from ims_wagtail.approvals.selectors import for_subject
from ims_wagtail.approvals.services import approve
from ims_wagtail.corrections.wishes import To
from ims_wagtail.ledger.entries import Payer
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.services import post
from ims_wagtail.suspense.allocating import request_allocation
from ims_wagtail.suspense.kinds import ALLOCATION
from ims_wagtail.suspense.models import Allocation, SuspenseItem
from ims_wagtail.suspense.remaining import with_remaining
from ims_wagtail.suspense.wishes import Wish
from tests.corrections.making import Council
from tests.corrections.making import make_council as make_council_of_corrections
from tests.ledger.book import line
from tests.staff.people import ALL_FUNDS, make_person


SEES = (
    "ims_suspense.view_suspenseitem",
    "ims_suspense.view_allocation",
    "ims_suspense.view_knownpayer",
    "ims_ledger.view_transaction",
    "ims_approvals.view_approval",
)
DOES = (
    "ims_suspense.change_suspenseitem",
    "ims_suspense.allocate_suspenseitem",
    "ims_suspense.propose_knownpayer",
)
APPROVES = ("ims_suspense.approve_allocation", "ims_suspense.approve_knownpayer")

_number = count(1)


@transaction.atomic
def unmatched(
    council: Council,
    *amounts: str,
    payer: Payer | None = None,
    kind: PostingKind = PostingKind.PAYMENT,
    **values: Any,
) -> list[SuspenseItem]:
    """Money in suspense, of £100.00 when not told; returns its items."""
    plain = {"vat_rate": Decimal(0), "vat_amount": Decimal(0), "account_reference": "UNKNOWN"}
    lines = [
        line(council.suspense, council.method, amount, **plain | values)
        for amount in amounts or ("100.00",)
    ]
    posting = post(kind=kind, source=f"unmatched:{next(_number)}", lines=lines, payer=payer).posting
    items = SuspenseItem.objects.filter(transaction__posting=posting).select_related("transaction")
    return list(items.order_by("pk"))


def make_council() -> Council:
    """The council of corrections, whose library allows credit notes."""
    council = make_council_of_corrections()
    council.library.credit_notes_enabled = True
    council.library.save()
    return council


def make_matcher(*permissions: str, alone: str = "", **values: Any) -> Any:
    """Somebody who may see and allocate in every fund; alone up to so many pounds."""
    defaults: dict[str, Any] = {"funds": (ALL_FUNDS,)}
    person = make_person(*(permissions or (*SEES, *DOES)), **defaults | values)
    if alone:
        ApprovalLimit.objects.create(
            kind=ALLOCATION, group=person.groups.get(), alone_up_to=Decimal(alone)
        )
    return person


def make_approver(**values: Any) -> Any:
    """Somebody who may approve allocations and known payers in every fund."""
    return make_person(*SEES, *APPROVES, **{"funds": (ALL_FUNDS,)} | values)


def allocate(
    takes: dict[SuspenseItem, str],
    *gives: To,
    by: Any,
    credit_notes: Sequence[To] = (),
    reason: str = "Reference in the narrative",
    **values: Any,
) -> Allocation:
    """Ask to allocate so much of items."""
    amounts = {item.pk: Decimal(amount) for item, amount in takes.items()}
    wish = Wish(amounts, gives, reason, credit_notes, **values)
    return request_allocation(wish=wish, by=by)


def left_of(*items: SuspenseItem) -> list[str]:
    """What is left of items."""
    found = with_remaining(SuspenseItem.objects.all()).in_bulk([item.pk for item in items])
    return [str(found[item.pk].remaining) for item in items]


def approval_of(allocation: Allocation) -> Approval:
    """The request to approve an allocation."""
    found = for_subject(f"{ALLOCATION}:{allocation.pk}")
    assert found is not None
    return found


def approve_allocation(allocation: Allocation, *, by: Any) -> Allocation:
    """Let a second person approve it, which posts it."""
    approve(approval_id=approval_of(allocation).pk, by=by)
    allocation.refresh_from_db()
    return allocation


def book_of(allocation: Allocation) -> list[tuple[str, str, str]]:
    """Fund, account and amount of the lines of an allocation's posting."""
    assert allocation.posting is not None
    lines = allocation.posting.lines.select_related("fund").order_by("line_number")
    return [(line.fund.code, line.account_reference, str(line.amount)) for line in lines]
