"""Whatever happens to payments and in whatever order: no money is lost, none is made up.

A council, payers, officers, GOV.UK Pay with its faults, time, and a machine that may stop between
any two steps act in an order that Hypothesis chooses. After every step ``Scales`` weighs provider
against book. When all is over and the schedule has run, both hold exactly the same.
"""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from random import Random
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ims_wagtail.approvals.selectors import for_subject
from ims_wagtail.approvals.services import approve, reject
from ims_wagtail.clock import accounting_date
from ims_wagtail.ledger.holds import available
from ims_wagtail.payments import starting
from ims_wagtail.payments.checking import check_payments
from ims_wagtail.payments.enums import AttemptState, EventSource, RefundState
from ims_wagtail.payments.models import Attempt, Difference, MerchantAccount, Refund
from ims_wagtail.payments.providers.govukpay import client as govukpay_client
from ims_wagtail.payments.refunds.exceptions import RefundRefused
from ims_wagtail.payments.services import (
    AccountClosed,
    PaymentError,
    cancel_payment,
    settle,
    start_payment,
)
from ims_wagtail.payments.transitions import MONEY_TAKEN
from tests.baseline import restore_baseline
from tests.payments.crashing import STEPS, Crash
from tests.payments.direct import Wire
from tests.payments.making import breaches, make_council, make_order
from tests.payments.refunding import ask_for_lines, lines_of, make_approver, make_asker
from tests.payments.scales import Heard, Scales
from tests.providers.govukpay.faults import DOWNSTREAM, Fault
from tests.providers.govukpay.stub import Stub


pytestmark = pytest.mark.slow

#: So many orders of events are tried; ``IMS_EXAMPLES=2000`` tries more.
EXAMPLES = int(os.environ.get("IMS_EXAMPLES", "15"))
STEPS_EACH = 30
#: Two of its days lie on either side of the night on which clocks go forward.
START = datetime(2026, 3, 28, 20, tzinfo=UTC)
FAULTS = [fault for fault in Fault if fault not in (Fault.NOT_LINKED, Fault.DISABLED)]
FAULT = st.none() | st.sampled_from(FAULTS)
AMOUNTS = st.sampled_from(["", "0.30", "19.99", "500.00"])
MINUTES = st.sampled_from([1, 2, 5, 10, 35, 95, 370, 1440])
SENT = st.sampled_from([True, True, True, False])
URL = "http://127.0.0.1:9"
PICK = st.integers(0, 40)
WRONG = "pay another amount"
PAGE = st.sampled_from(["pay"] * 7 + ["", "submit", "decline", "give_up", "fail", WRONG])


class World:
    """What outlasts one example: the wire to the provider and the steps at which work may end."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.wire = Wire()
        self.crash = Crash(patch)
        patch.setattr("requests.request", self.wire.request)
        patch.setattr(govukpay_client, "PAUSE", (0, 0))
        patch.setattr(starting, "WAIT", 0)


def machine(world: World) -> Callable[[], RuleBasedStateMachine]:
    """Return a class of machines, each with a council of its own."""

    class Paying(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.clock = time_machine.travel(START, tick=False)
            self.coordinates = self.clock.start()
            restore_baseline()
            world.crash.never()
            self.stub = world.wire.stub = Stub()
            self.stub.url = URL
            self.stub.search_lag = timedelta(seconds=45)
            self.council = make_council()
            MerchantAccount.objects.update(code="govukpay", provider="govukpay")
            self.asker, self.approver = make_asker(), make_approver()
            self.orders: list[Any] = []
            self.sent: list[Any] = []
            self.heard = Heard()
            self.browser = Client()

        # Payers.

        @initialize(
            orders=st.lists(st.tuples(AMOUNTS, st.booleans(), PAGE), min_size=1, max_size=3)
        )
        def open_the_council(self, orders: list[tuple[str, bool, str]]) -> None:
            for amount, delayed, then in orders:
                self.order(amount, delayed, then, returns=True)

        @rule(amount=AMOUNTS, delayed=st.booleans(), then=PAGE, returns=st.booleans(), fault=FAULT)
        def order(
            self, amount: str, delayed: bool, then: str, returns: bool, fault: Fault | None = None
        ) -> None:
            MerchantAccount.objects.update(delayed_capture=delayed)
            try:
                self.orders.append(make_order(self.council, amount))
            except AccountClosed:
                return
            self.pay_now(-1, then, returns, fault)

        @rule(pick=PICK, then=PAGE, returns=st.booleans(), fault=FAULT)
        def pay_now(self, pick: int, then: str, returns: bool, fault: Fault | None = None) -> None:
            self.misbehave("create", fault)
            for order in one_of(self.orders, pick):
                order.refresh_from_db()
                with world.crash.survived():
                    try:
                        start_payment(order=order)
                    except PaymentError:
                        pass
                self.act_on_the_page(-1, then)
            if returns:
                self.look(-1, EventSource.RETURN)

        @rule(pick=PICK, then=PAGE)
        def act_on_the_page(self, pick: int, then: str) -> None:
            """Even a payer who was never sent to the page of a payment may find it."""
            for payment in one_of(self.payments("created", "started", "submitted"), pick):
                if then == WRONG:
                    payment.asked["amount"] += 100
                    self.stub.pay(payment)
                elif then and not (then == "submit" and payment.status == "submitted"):
                    getattr(self.stub, then)(payment)

        # The provider.

        @rule(
            pick=PICK,
            act=st.sampled_from(
                [
                    "capture",
                    "fail_to_capture",
                    "end_a_refund",
                    "fail_a_refund",
                    "refund_in_the_console",
                    "dispute",
                    "dispute",
                    "decide_a_dispute",
                ]
            ),
        )
        def provider(self, pick: int, act: str) -> None:
            getattr(self, act)(pick)

        def capture(self, pick: int) -> None:
            for payment in one_of(self.uncaptured(), pick):
                self.stub.take(payment)

        def fail_to_capture(self, pick: int) -> None:
            # What was refunded had been captured.
            for payment in one_of([p for p in self.uncaptured() if not p.refunds], pick):
                self.stub.fail_capture(payment)

        def end_a_refund(self, pick: int, status: str = "success") -> None:
            refunds = [r for p in self.payments("success") for r in p.refunds]
            for refund in one_of([r for r in refunds if r.status == "submitted"], pick):
                self.stub.finish_refund(refund, status=status)

        def fail_a_refund(self, pick: int) -> None:
            self.end_a_refund(pick, "error")

        def refund_in_the_console(self, pick: int) -> None:
            able = [p for p in self.payments("success") if p.refund_status == "available"]
            for payment in one_of(able, pick):
                amount = max(1, (payment.total - payment.refunded) // (1 + pick % 2))
                status = "success" if pick % 3 else "submitted"
                self.stub.refund_in_console(payment, amount, status)

        def dispute(self, pick: int) -> None:
            for payment in one_of([p for p in self.payments("success") if not p.disputes], pick):
                self.stub.take(payment)
                dispute = self.stub.dispute(payment)
                if pick % 2:
                    self.stub.finish_dispute(dispute, won=False)

        def decide_a_dispute(self, pick: int) -> None:
            open_ones = [d for d in self.disputes() if d.status == "needs_response"]
            for dispute in one_of(open_ones, pick):
                self.stub.finish_dispute(dispute, won=not pick % 3)

        # Messages, the queue and the schedule.

        @rule(
            times=st.sampled_from([0, 1, 1, 2]), dice=st.randoms(use_true_random=False), pick=PICK
        )
        def messages(self, times: int, dice: Random, pick: int) -> None:
            """Messages get lost, come in any order, come twice, or come again much later."""
            self.sent.extend(self.stub.messages)
            if not times:
                self.stub.messages.clear()
            with world.crash.survived():
                self.stub.deliver(to=self.receive, times=times, shuffled_by=dice)
            for message in one_of(self.sent, pick) if times == 2 else ():
                with world.crash.survived():
                    self.receive(message.body, message.headers)

        def receive(self, body: bytes, headers: Any) -> int:
            return self.browser.post(
                "/ims/webhooks/govukpay/",
                data=body,
                content_type="application/json",
                headers={"Pay-Signature": headers["Pay-Signature"]},
            ).status_code

        # The house.

        @rule(act=st.sampled_from(["look", "cancel", "work", "check", "decide"]), pick=PICK)
        def house(self, act: str, pick: int) -> None:
            getattr(self, act)(pick)

        def look(self, pick: int, source: EventSource = EventSource.OFFICER) -> None:
            for attempt in one_of(self.attempts(), pick):
                with world.crash.survived():
                    settle(attempt_id=attempt.pk, source=source)

        def cancel(self, pick: int) -> None:
            for attempt in one_of(self.attempts(), pick):
                with world.crash.survived():
                    cancel_payment(attempt=attempt)

        def work(self, pick: int = 0) -> None:
            """A worker that ends in the middle never does the rest of its task."""
            for task in DBTaskResult.objects.filter(task_path__startswith="ims_wagtail.payments"):
                task.delete()
                with world.crash.survived():
                    import_string(task.task_path).call(**task.args_kwargs["kwargs"])

        def check(self, pick: int = 0) -> None:
            with world.crash.survived():
                check_payments()

        def decide(self, pick: int) -> None:
            waiting = Refund.objects.filter(state=RefundState.REQUESTED).order_by("pk")
            for refund in one_of(list(waiting), pick):
                approval = for_subject(f"refund:{refund.pk}")
                if pick % 4:
                    approve(approval_id=approval.pk, by=self.approver)
                else:
                    reject(approval_id=approval.pk, by=self.approver, note="No")

        @rule(minutes=MINUTES, checked=st.booleans())
        def let_time_pass(self, minutes: int, checked: bool) -> None:
            self.coordinates.shift(timedelta(minutes=minutes))
            if checked:
                self.check()

        @rule(days_ago=st.integers(0, 1))
        def compare_with_the_provider(self, days_ago: int) -> None:
            day = accounting_date() - timedelta(days=days_ago)
            misbehaved = world.wire.misbehaved
            with world.crash.survived():
                try:
                    compare(day)
                except CommandError:
                    return
                if world.wire.misbehaved == misbehaved:
                    self.heard.note_day(day, timezone.now())
                    self.heard.note_disputes(self.disputes(), timezone.now())

        @rule(pick=PICK, part=st.sampled_from([1, 3, 3]), sent=SENT, fault=FAULT)
        @precondition(lambda self: Attempt.objects.filter(state__in=MONEY_TAKEN).exists())
        def refund(self, pick: int, part: int, sent: bool, fault: Fault | None) -> None:
            self.misbehave("refund", fault)
            for attempt in one_of([a for a in self.attempts() if a.state in MONEY_TAKEN], pick):
                left = available(line.pk for line in lines_of(attempt))
                wanted = {pk: (some / part).quantize(Decimal("0.01")) for pk, some in left.items()}
                with world.crash.survived():
                    try:
                        amounts = {pk: some for pk, some in wanted.items() if some}
                        ask_for_lines(attempt, amounts, by=self.asker)
                    except RefundRefused:
                        pass
            if sent:
                self.decide(-1)
                self.work()

        # What goes wrong.

        @rule(operation=st.sampled_from(sorted(DOWNSTREAM)), fault=FAULT)
        def misbehave(self, operation: str, fault: Fault | None) -> None:
            if fault:
                self.stub.next(operation, fault)

        @rule(step=st.sampled_from(STEPS), after=st.booleans())
        def crash_soon(self, step: str, after: bool) -> None:
            world.crash.at(step, after=after)

        @invariant()
        def every_difference_is_seen_by_somebody(self) -> None:
            problems = Scales(self.stub, self.heard).problems()
            assert not problems, "\n".join(problems)

        def teardown(self) -> None:
            try:
                self.come_to_rest()
            finally:
                self.clock.stop()

        def come_to_rest(self) -> None:
            """Everybody answers again and the schedule runs until nothing is due."""
            world.crash.never()
            self.stub.behave()
            for hours in (2, 6, 24, 24, 24, 24):
                self.finish_at_the_provider()
                self.coordinates.shift(timedelta(hours=hours))
                check_payments()
            first = accounting_date(START)
            for passed in range((accounting_date() - first).days + 1):
                compare(first + timedelta(days=passed))
            self.nothing_is_left_to_explain()

        def finish_at_the_provider(self) -> None:
            for payment in self.uncaptured():
                self.stub.take(payment)
            for refund in [r for p in self.stub.payments.values() for r in p.refunds]:
                if refund.status == "submitted":
                    self.stub.finish_refund(refund)

        def nothing_is_left_to_explain(self) -> None:
            scales = Scales(self.stub, self.heard)
            assert not scales.problems() + scales.waiting()
            assert not Attempt.objects.filter(next_check_at__isnull=False).exists()
            assert not Refund.objects.filter(next_check_at__isnull=False).exists()
            # Another amount than was asked for stays a difference until a person explains it.
            odd = Attempt.objects.filter(state=AttemptState.MISMATCH)
            unexplained = Difference.objects.filter(closed_at__isnull=True)
            assert set(unexplained.values_list("provider_id", flat=True)) <= set(
                odd.values_list("provider_id", flat=True)
            )
            assert not breaches()

        def payments(self, *states: str) -> list[Any]:
            return [p for p in self.stub.payments.values() if p.status in states]

        def uncaptured(self) -> list[Any]:
            return [p for p in self.payments("success") if not p.captured_on]

        def disputes(self) -> list[Any]:
            return [d for p in self.stub.payments.values() for d in p.disputes]

        def attempts(self) -> list[Attempt]:
            return list(Attempt.objects.select_related("account", "order").order_by("pk"))

    return Paying


def one_of(things: list[Any], pick: int) -> list[Any]:
    """Return one of some things in a list, or none when there are none."""
    return [things[pick % len(things)]] if things else []


def compare(day: date) -> None:
    """Compare a day and ask for disputes. Raises ``CommandError`` when nobody answered."""
    call_command("ims_compare_payments", day=day, stdout=StringIO())


def run(world: World, *, examples: int, **chosen: Any) -> None:
    run_state_machine_as_test(
        machine(world),
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS_EACH,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            **chosen,
        ),
    )


@pytest.fixture
def world(transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return a council's site and GOV.UK Pay, which the machines share."""
    found = World(monkeypatch)
    found.wire.stub.url = URL
    settings.IMS = {
        "BASE_URL": "https://pay.example",
        "CREDENTIALS": {"govukpay": found.wire.stub.credential()},
    }
    return found


def test_in_any_order_of_events_provider_and_book_agree(world):
    run(world, examples=EXAMPLES)
