"""A kind of request, and people who ask and decide."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import time_machine
from django.db import transaction
from django.utils import timezone

from ims_wagtail.approvals.enums import ApprovalState
from ims_wagtail.approvals.kinds import Kind
from ims_wagtail.approvals.models import Approval, ApprovalLimit
from ims_wagtail.approvals.services import ask
from ims_wagtail.funds.models import Fund
from tests.staff.people import make_person


ASK = "ims_payments.request_refund"
APPROVE = "ims_payments.approve_refund"
SEE = "ims_approvals.view_approval"

_number = count(1)


class Trial:
    """A kind that writes down which requests went ahead and which were closed."""

    def __init__(self) -> None:
        self.approved: list[str] = []
        self.closed: list[tuple[str, ApprovalState]] = []
        self.fails: Exception | None = None
        self.kind = Kind(
            key="trial",
            name="Trial",
            ask=ASK,
            approve=APPROVE,
            on_approved=self._approve,
            on_closed=self._close,
            url=lambda approval: f"/admin/trials/{approval.subject}/",
        )

    def _approve(self, approval: Approval) -> None:
        self._maybe_fail()
        self.approved.append(approval.subject)

    def _close(self, approval: Approval) -> None:
        self._maybe_fail()
        self.closed.append((approval.subject, ApprovalState(approval.state)))

    def _maybe_fail(self) -> None:
        if self.fails:
            raise self.fails


def make_asker(*funds: Fund | None, name: str = "", **limit: str) -> Any:
    """Someone who may ask in the funds; with ``alone_up_to``, alone up to so much."""
    return _limited(make_person(ASK, SEE, funds=funds, name=name), **limit)


def make_approver(*funds: Fund | None, name: str = "", **limit: str) -> Any:
    """Someone with an address who may approve in the funds, of ``approve_up_to`` at most."""
    return _limited(make_person(APPROVE, SEE, funds=funds, name=name), **limit)


def _limited(person: Any, **limit: str) -> Any:
    person.email = f"{person.username}@anyborough.example"
    person.save()
    if limit:
        amounts = {name: Decimal(amount) for name, amount in limit.items()}
        ApprovalLimit.objects.create(kind="trial", group=person.groups.get(), **amounts)
    return person


@transaction.atomic
def make_request(by: Any, *funds: Fund, amount: str = "25.00", **values: Any) -> Approval:
    """A request for £25.00 about the funds."""
    number = next(_number)
    defaults: dict[str, Any] = {
        "kind": "trial",
        "subject": f"trial:{number}",
        "title": f"Trial number {number}",
        "reason": "Paid twice",
    }
    ids: Sequence[int] = [fund.pk for fund in funds]
    return ask(amount=Decimal(amount), fund_ids=ids, by=by, **defaults | values)


def days_later(days: int) -> time_machine.travel:
    """Return a context in which so many days have gone by."""
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)
