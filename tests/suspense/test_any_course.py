"""Whatever is allocated, approved, given up, undone and taken back: no money appears or goes."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from ims_wagtail.approvals.exceptions import NotAllowed
from ims_wagtail.approvals.services import approve, reject, withdraw
from ims_wagtail.ledger.models import Transaction
from ims_wagtail.ledger.services import reverse
from ims_wagtail.suspense.exceptions import SuspenseRefused
from ims_wagtail.suspense.models import Allocation, AllocationTake, SuspenseItem
from ims_wagtail.suspense.remaining import with_remaining
from ims_wagtail.suspense.undoing import request_undo
from tests.corrections.making import breaches, to

from .making import allocate, approval_of, make_approver, make_matcher, unmatched


pytestmark = pytest.mark.django_db

#: Of an item's amount: so many fit that what is taken twice is met often.
SHARES = st.sampled_from([Decimal("0.25"), Decimal("0.5"), Decimal(1), Decimal("1.01")])
AMOUNTS = st.decimals("0.01", "60.00", places=2)
PLACES = st.integers(0, 20)


def machine(council, people, approver):
    """A class of machines, each with money in suspense and money that is owed."""

    class Matching(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            # A world of its own, so that no course depends on one before it.
            self.world = transaction.atomic()
            self.world.__enter__()
            self.items = [*unmatched(council, "50.00", "-20.00"), *unmatched(council, "33.33")]
            self.total = Decimal("63.33")
            self.reversed = 0

        def one_of(self, rows, place):
            found = list(rows.order_by("pk"))
            return found[place % len(found)] if found else None

        @rule(
            parts=st.dictionaries(st.integers(0, 2), SHARES, min_size=1),
            note=st.none() | st.just(Decimal("20.00")) | AMOUNTS,
            accounts=st.integers(1, 2),
            by=st.sampled_from(people),
        )
        def allocate_some(self, parts, note, accounts, by):
            takes = {
                item: (item.amount * share).quantize(Decimal("0.01"))
                for item, share in ((self.items[place], share) for place, share in parts.items())
            }
            whole = sum(takes.values()) + (note or 0)
            if whole < 0:
                return
            first = (whole / accounts).quantize(Decimal("0.01"))
            gives = [
                to(council.waste, str(part), f"A{place}")
                for place, part in enumerate([first, whole - first])
                if part > 0
            ]
            credit = [to(council.library, str(note), "B")] if note else []
            amounts = {item: str(part) for item, part in takes.items()}
            left = self.left()
            try:
                allocate(amounts, *gives, by=by, credit_notes=credit)
            except SuspenseRefused:
                return
            for item, part in takes.items():
                assert abs(part) <= abs(left[item.pk])

        @rule(place=PLACES, by=st.sampled_from(people))
        def undo(self, place, by):
            made = self.one_of(Allocation.objects.all(), place)
            try:
                request_undo(allocation=made, reason="No", by=by) if made else None
            except SuspenseRefused:
                return

        @rule(place=PLACES, how=st.sampled_from(["approve", "reject", "withdraw"]))
        def decide(self, place, how):
            made = self.one_of(Allocation.objects.filter(state="waiting"), place)
            if made is None:
                return
            approval = approval_of(made)
            if how == "approve":
                try:
                    approve(approval_id=approval.pk, by=approver)
                except NotAllowed:
                    assert self.reversed
            elif how == "reject":
                reject(approval_id=approval.pk, by=approver, note="No")
            else:
                withdraw(approval_id=approval.pk, by=made.requested_by)

        @rule()
        def somebody_reverses_a_receipt(self):
            item = self.items[2]
            try:
                with transaction.atomic():
                    reverse(
                        posting=item.transaction.posting,
                        source=f"gone:{item.pk}",
                        narrative="Gone",
                    )
            except IntegrityError:
                return
            if not self.reversed:
                self.total -= Decimal("33.33")
            self.reversed += 1

        def left(self):
            items = with_remaining(SuspenseItem.objects.all())
            return {item.pk: item.remaining for item in items}

        @invariant()
        def what_came_is_what_the_book_holds(self):
            assert Transaction.objects.aggregate(sum=Sum("amount"))["sum"] == self.total

        @invariant()
        def suspense_is_what_is_left_of_its_items_and_under_way(self):
            lines = Transaction.objects.filter(fund=council.suspense)
            items = list(with_remaining(SuspenseItem.objects.all()))
            assert lines.aggregate(sum=Sum("amount"))["sum"] == sum(
                item.remaining + item.held for item in items
            )
            for item in items:
                sign = 1 if item.amount > 0 else -1
                assert 0 <= item.remaining * sign <= abs(item.amount)
                assert item.cleared == (item.remaining + item.held == 0)

        @invariant()
        def nothing_is_taken_or_asked_for_twice(self):
            undone = Allocation.objects.filter(undoes__isnull=False, state="posted")
            takes = AllocationTake.objects.filter(allocation__state__in=("waiting", "posted"))
            takes = takes.exclude(allocation__in=undone.values("undoes"))
            sums = takes.values_list("item").annotate(sum=Sum("amount"))
            for item_id, taken in sums:
                assert abs(taken) <= abs(SuspenseItem.objects.get(pk=item_id).amount)

        def teardown(self):
            try:
                connection.check_constraints()
                assert not breaches()
            finally:
                transaction.set_rollback(True)
                self.world.__exit__(None, None, None)

    return Matching


def test_money_in_suspense_is_conserved_whatever_is_done_with_it(council):
    people = [make_matcher(alone="30.00", name="alone"), make_matcher(name="ada")]
    run_state_machine_as_test(
        machine(council, people, make_approver()),
        settings=settings(
            max_examples=10,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
