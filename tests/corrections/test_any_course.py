"""Whatever is moved, approved, given up and undone, in whatever order: no money appears or goes."""

from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from ims_wagtail.approvals.services import approve, reject, withdraw
from ims_wagtail.corrections.enums import CorrectionState
from ims_wagtail.corrections.exceptions import CorrectionRefused
from ims_wagtail.corrections.models import Correction
from ims_wagtail.corrections.requesting import request_undo
from ims_wagtail.ledger.holds import available
from ims_wagtail.ledger.models import Posting, Transaction

from .making import (
    approval_of,
    breaches,
    held,
    make_approver,
    make_mover,
    move,
    paid,
    to,
    transfer,
)


pytestmark = pytest.mark.django_db

AMOUNTS = st.decimals("0.01", "60.00", places=2)
PLACES = st.integers(0, 30)
ACCOUNTS = st.sampled_from(["A", "B", "C"])


def machine(council, people, approver):
    """A class of machines, each with three payments."""
    funds = [council.tax, council.waste, council.library]

    class Correcting(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            # A world of its own, so that no course depends on one before it.
            self.world = transaction.atomic()
            self.world.__enter__()
            self.paid = [
                line
                for fund in funds
                for line in paid(fund, council, "50.00", "33.33", account_reference="A")
            ]

        def postings(self):
            return Posting.objects.order_by("pk")

        def lines(self):
            return Transaction.objects.order_by("pk")

        def one_of(self, rows, place):
            found = list(rows)
            return found[place % len(found)] if found else None

        @rule(place=PLACES, amount=AMOUNTS, fund=st.sampled_from(funds), account=ACCOUNTS,
              by=st.sampled_from(people))  # fmt: skip
        def move_some(self, place, amount, fund, account, by):
            line = self.one_of(self.lines(), place)
            left = available([line.pk])[line.pk]
            try:
                move({line: str(amount)}, to(fund, str(amount), account), by=by)
            except CorrectionRefused:
                return
            assert amount <= left

        @rule(amount=AMOUNTS, source=st.sampled_from(funds), fund=st.sampled_from(funds),
              accounts=st.tuples(ACCOUNTS, ACCOUNTS), by=st.sampled_from(people))  # fmt: skip
        def transfer_some(self, amount, source, fund, accounts, by):
            taken, given = accounts
            half = (amount / 2).quantize(Decimal("0.01"))
            targets = [to(fund, str(part), given) for part in (half, amount - half) if part]
            try:
                transfer([(source, taken, str(amount))], *targets, by=by)
            except CorrectionRefused:
                return

        @rule(place=PLACES, by=st.sampled_from(people))
        def undo(self, place, by):
            posting = self.one_of(self.postings(), place)
            try:
                request_undo(posting=posting, reason="No", by=by)
            except CorrectionRefused:
                return

        @rule(place=PLACES, how=st.sampled_from(["approve", "reject", "withdraw"]))
        def decide(self, place, how):
            waiting = Correction.objects.filter(state=CorrectionState.WAITING).order_by("pk")
            made = self.one_of(waiting, place)
            if made is None:
                return
            approval = approval_of(made)
            if how == "approve":
                approve(approval_id=approval.pk, by=approver)
            elif how == "reject":
                reject(approval_id=approval.pk, by=approver, note="No")
            else:
                withdraw(approval_id=approval.pk, by=made.requested_by)

        @invariant()
        def what_was_paid_is_what_the_book_holds_by_every_source(self):
            sources = self.lines().order_by().values_list("posting__source")
            totals = dict(sources.annotate(total=Sum("amount")).exclude(total=0))
            assert totals == dict.fromkeys(
                {line.posting.source for line in self.paid}, Decimal("83.33")
            )

        @invariant()
        def every_pound_is_available_or_held_once(self):
            lines = list(self.lines().prefetch_related("corrections", "holds"))
            left = available(line.pk for line in lines)
            for line in lines:
                if line.corrects_id:
                    assert left[line.pk] == 0
                elif line.amount > 0:
                    gone = -sum((c.amount for c in line.corrections.all()), Decimal(0))
                    kept = sum((h.amount for h in line.holds.all()), Decimal(0))
                    assert left[line.pk] + kept + gone == line.amount
                    assert min(left[line.pk], kept, gone) >= 0
            assert sum(left.values(), held()) == sum(line.amount for line in self.paid)

        def teardown(self):
            try:
                connection.check_constraints()
                assert not breaches()
            finally:
                transaction.set_rollback(True)
                self.world.__exit__(None, None, None)

    return Correcting


def test_the_total_of_every_source_is_conserved_whatever_is_corrected(council):
    people = [make_mover(alone="20.00", name="alone"), make_mover(name="ada")]
    run_state_machine_as_test(
        machine(council, people, make_approver()),
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
