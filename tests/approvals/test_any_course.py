"""Whatever people of whatever rights do in whatever order, two people decide and once."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ims_wagtail.approvals.enums import ApprovalState
from ims_wagtail.approvals.exceptions import ApprovalError
from ims_wagtail.approvals.models import Approval, ApprovalFund, ApprovalLimit
from ims_wagtail.approvals.services import approve, ask, expire_approvals, reject, withdraw
from tests.staff.people import make_group

from .asking import APPROVE, ASK


pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAYS = timedelta(days=14)
VERBS: dict[str, tuple[Callable, dict[str, str]]] = {
    "approve": (approve, {}),
    "reject": (reject, {"note": "No"}),
    "withdraw": (withdraw, {}),
}
PEOPLE, SUBJECTS, AMOUNTS = 4, 3, ("0", "5.00", "5.01", "50.00")


@dataclass(frozen=True)
class Rights:
    """What a group is given: two funds are there, 0 and 1; None is all funds."""

    permissions: frozenset[str]
    funds: frozenset[int | None]
    alone_up_to: Decimal
    approve_up_to: Decimal | None

    def reach(self, permission: str, fund: int) -> bool:
        return permission in self.permissions and bool(self.funds & {fund, None})

    def make(self, funds) -> Group:
        chosen = [None if number is None else funds[number] for number in self.funds]
        group = make_group(*self.permissions, funds=tuple(chosen))
        ApprovalLimit.objects.create(
            kind="trial",
            group=group,
            alone_up_to=self.alone_up_to,
            approve_up_to=self.approve_up_to,
        )
        return group


limits = st.sampled_from([Decimal("0.00"), Decimal("5.00"), Decimal("50.00")])
rights = st.builds(
    Rights,
    permissions=st.frozensets(st.sampled_from([ASK, APPROVE]), min_size=1),
    funds=st.frozensets(st.sampled_from([0, 1, None]), min_size=1),
    alone_up_to=limits,
    approve_up_to=st.none() | limits,
)
person = st.integers(0, PEOPLE - 1)
subject = st.integers(0, SUBJECTS - 1)
asking = st.tuples(
    st.just("ask"),
    person,
    subject,
    st.sampled_from(AMOUNTS),
    st.frozensets(st.integers(0, 1), min_size=1),
)
deciding = st.tuples(st.sampled_from(["approve", "reject", "withdraw"]), person, subject)
waiting = st.tuples(st.just("wait"), st.sampled_from([1, 13, 15]))
expiring = st.tuples(st.just("expire"))
steps = st.lists(st.one_of(asking, asking, deciding, deciding, deciding, waiting, expiring))


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    rights_of=st.lists(st.lists(rights, max_size=2), min_size=PEOPLE, max_size=PEOPLE),
    steps=steps,
)
def test_two_people_decide_once_whatever_happens(trial, fund, other_fund, rights_of, steps):
    trial.approved.clear()
    trial.closed.clear()
    with time_machine.travel(START, tick=False) as clock, transaction.atomic():
        town = Town(trial, rights_of, [fund, other_fund], clock)
        for step in steps:
            town.take(step)
            town.check()
        transaction.set_rollback(True)


class Town:
    """People of the drawn rights, what they asked for, and what must be so after every step."""

    def __init__(self, trial, rights_of, funds, clock) -> None:
        self.trial, self.rights_of, self.funds, self.clock = trial, rights_of, funds, clock
        self.people = [User(username=f"person {number}") for number in range(PEOPLE)]
        User.objects.bulk_create(self.people)
        for user, held in zip(self.people, rights_of, strict=True):
            user.groups.set([one.make(funds) for one in held])
        self.final: dict[int, tuple] = {}

    def take(self, step: tuple) -> None:
        action, *rest = step
        if action == "wait":
            self.clock.shift(timedelta(days=rest[0]))
        elif action == "expire":
            expire_approvals()
        elif action == "ask":
            self.ask(*rest)
        else:
            self.decide(action, *rest)

    def ask(self, who: int, subject: int, amount: str, numbers: frozenset[int]) -> None:
        free = not any(
            row.state in ("waiting", "approved", "not_needed") for row in self.about(subject)
        )
        may = free and all(self.held(who, ASK, number) for number in numbers)
        alone = all(
            any(one.alone_up_to >= Decimal(amount) > 0 for one in self.held(who, ASK, number))
            for number in numbers
        )
        made = self.attempt(
            ask,
            kind="trial",
            subject=f"trial:{subject}",
            title="Trial",
            amount=Decimal(amount),
            fund_ids=[self.funds[number].pk for number in numbers],
            reason="Because",
            by=self.people[who],
        )
        assert bool(made) == may
        if made:
            assert (made.state == ApprovalState.NOT_NEEDED) == alone

    def decide(self, action: str, who: int, subject: int) -> None:
        verb, words = VERBS[action]
        for request in self.about(subject):
            own = request.requested_by == self.people[who]
            allowed = own if action == "withdraw" else not own and self.may_decide(who, request)
            may = request.state == "waiting" and allowed
            made = self.attempt(verb, approval_id=request.pk, by=self.people[who], **words)
            assert bool(made) == may

    def may_decide(self, who: int, request: Approval) -> bool:
        in_time = timezone.now() < request.requested_at + DAYS
        about = ApprovalFund.objects.filter(approval=request).values_list("fund_id", flat=True)
        return in_time and all(
            any(
                one.approve_up_to is None or one.approve_up_to >= request.amount
                for one in self.held(who, APPROVE, number)
            )
            for number, fund in enumerate(self.funds)
            if fund.pk in about
        )

    def held(self, who: int, permission: str, fund: int) -> list[Rights]:
        return [one for one in self.rights_of[who] if one.reach(permission, fund)]

    def about(self, subject: int) -> list[Approval]:
        return list(Approval.objects.filter(subject=f"trial:{subject}").order_by("pk"))

    def attempt(self, verb: Callable, **words: Any) -> Any:
        with suppress(ApprovalError), transaction.atomic():
            return verb(**words)
        return None

    def check(self) -> None:
        """Nobody decided their own, nothing decided moves, each consequence came once."""
        rows = list(Approval.objects.all())
        for row in rows:
            assert row.decided_by_id != row.requested_by_id
            standing = (row.state, row.decided_by_id, row.decided_at, row.note)
            if row.state != ApprovalState.WAITING:
                assert self.final.setdefault(row.pk, standing) == standing
        ahead = Counter(r.subject for r in rows if r.state in ("approved", "not_needed"))
        closed = Counter(
            (r.subject, r.state) for r in rows if r.state in ("rejected", "withdrawn", "expired")
        )
        assert Counter(self.trial.approved) == ahead
        assert Counter(self.trial.closed) == closed
        assert all(number == 1 for number in ahead.values())
