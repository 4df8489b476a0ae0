"""Whatever happens and in whatever order, no more goes back than came in."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from ims_wagtail.approvals.selectors import for_subject
from ims_wagtail.approvals.services import approve, reject
from ims_wagtail.ledger.entries import Line
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.exceptions import LedgerError
from ims_wagtail.ledger.holds import available
from ims_wagtail.ledger.models import Hold
from ims_wagtail.ledger.services import post
from ims_wagtail.money import split_vat
from ims_wagtail.payments import gateway
from ims_wagtail.payments.enums import RefundRoute, RefundState
from ims_wagtail.payments.models import Refund
from ims_wagtail.payments.providers.sandbox import remote_refunds
from ims_wagtail.payments.providers.sandbox.cards import REFUND_AMOUNTS
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment, SandboxRefund
from ims_wagtail.payments.refunds.exceptions import RefundRefused
from ims_wagtail.payments.refunds.external import find_external
from ims_wagtail.payments.refunds.sending import send_refund
from ims_wagtail.payments.refunds.settling import settle_refund
from tests.payments.making import breaches
from tests.payments.refunding import ask_for_lines, given_back, lines_of, make_paid


AMOUNTS = st.one_of(
    st.sampled_from([fault.amount for fault in REFUND_AMOUNTS]),
    st.decimals("0.01", "60.00", places=2),
    st.just(Decimal("100.00")),
)
PLACES = st.integers(0, 1)
PAID = Decimal("145.50")


class Killed(BaseException):
    """The process ends here: nothing after it happens."""


def machine(council, asker, approver):
    """A class of machines, each with a payment of its own of this council."""

    class Refunding(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.attempt = make_paid(council)
            self.lines = lines_of(self.attempt)
            self.moved = 0

        def refunds(self, *states):
            return Refund.objects.filter(attempt=self.attempt, state__in=states).order_by("pk")

        def at_provider(self):
            return SandboxRefund.objects.filter(payment__reference=self.attempt.reference)

        @rule(place=PLACES, amount=AMOUNTS)
        def ask(self, place, amount):
            left = available([self.lines[place].pk])[self.lines[place].pk]
            try:
                ask_for_lines(self.attempt, {self.lines[place].pk: amount}, by=asker)
            except RefundRefused:
                return
            assert amount <= left

        @rule()
        def ask_for_all_that_is_left(self):
            left = available(line.pk for line in self.lines)
            try:
                ask_for_lines(
                    self.attempt, {pk: some for pk, some in left.items() if some}, by=asker
                )
            except RefundRefused:
                return

        @rule(yes=st.booleans())
        def decide(self, yes):
            refund = self.refunds(RefundState.REQUESTED).first()
            if refund is None:
                return
            approval = for_subject(f"refund:{refund.pk}")
            if yes:
                approve(approval_id=approval.pk, by=approver)
            else:
                reject(approval_id=approval.pk, by=approver, note="No")

        @rule()
        def send(self):
            for refund in self.refunds(RefundState.APPROVED):
                send_refund(refund_id=refund.pk)

        @rule(after=st.booleans())
        def be_killed_while_sending(self, after):
            original = gateway.refund

            def last_step(**kwargs):
                if after:
                    original(**kwargs)
                raise Killed

            gateway.refund = last_step
            try:
                self.send()
            except Killed:
                pass
            finally:
                gateway.refund = original

        @rule(amount=AMOUNTS)
        def refund_in_the_console(self, amount):
            payment = SandboxPayment.objects.get(reference=self.attempt.reference)
            remote_refunds.refund_in_console(payment=payment, amount=amount)

        @rule()
        def find_what_was_made_elsewhere(self):
            find_external(attempt=self.attempt)

        @rule(place=PLACES, amount=AMOUNTS)
        def move(self, place, amount):
            line = self.lines[place]
            self.moved += 1
            source = f"journal:{self.attempt.pk}:{self.moved}"
            try:
                with transaction.atomic():
                    moves = [self.half(line, -amount, line.pk), self.half(line, amount, None)]
                    post(kind=PostingKind.JOURNAL, source=source, lines=moves)
            except (IntegrityError, LedgerError):
                return

        def half(self, line, amount, corrects):
            return Line(
                fund_id=line.fund_id,
                account_reference="ELSEWHERE" if amount > 0 else line.account_reference,
                method_id=line.method_id,
                amount=amount,
                vat_code_id=line.vat_code_id,
                vat_rate=line.vat_rate,
                vat_amount=split_vat(gross=amount, rate=line.vat_rate).vat,
                receipt_number="JOURNAL",
                corrects_id=corrects,
            )

        @rule()
        def let_an_hour_pass(self):
            hour = timedelta(hours=1)
            self.at_provider().update(
                created_at=F("created_at") - hour, next_state_at=F("next_state_at") - hour
            )
            Refund.objects.filter(attempt=self.attempt).update(sent_at=F("sent_at") - hour)
            for refund in self.refunds(*RefundState):
                if refund.state != RefundState.REQUESTED:
                    settle_refund(refund_id=refund.pk)

        @invariant()
        def every_line_is_left_held_refunded_or_moved(self):
            left = available(line.pk for line in self.lines)
            for line in self.lines:
                gone = -sum((c.amount for c in line.corrections.all()), Decimal(0))
                kept = sum((h.amount for h in Hold.objects.filter(transaction=line)), Decimal(0))
                assert left[line.pk] + kept + gone == line.amount
                assert min(left[line.pk], kept, gone) >= 0

        @invariant()
        def no_more_goes_back_than_came_in(self):
            made = self.refunds(RefundState.SUBMITTED, RefundState.SUCCEEDED)
            assert sum((refund.amount for refund in made), Decimal(0)) <= PAID
            assert given_back(self.attempt) <= PAID

        def teardown(self):
            """In the end the book says what the provider says, and nothing is in doubt."""
            for _hour in range(4):
                self.let_an_hour_pass()
                find_external(attempt=self.attempt)
            assert not self.refunds(
                RefundState.SENDING, RefundState.UNKNOWN, RefundState.SUBMITTED
            ).exists()
            made = self.refunds(RefundState.SUCCEEDED).exclude(route=RefundRoute.BANK)
            assert sum((refund.amount for refund in made), Decimal(0)) == given_back(self.attempt)
            assert not breaches()

    return Refunding


@pytest.mark.slow
def test_in_any_order_the_book_says_what_the_provider_gave_back(council, asker, approver):
    run_state_machine_as_test(
        machine(council, asker, approver),
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
