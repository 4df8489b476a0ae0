"""A process killed at any step of paying and settling loses nothing and doubles nothing."""

import os
import signal
import time
from functools import partial

import pytest
from django.core.management import call_command

from ims_wagtail.ledger.models import Posting
from ims_wagtail.notifications.models import Message
from ims_wagtail.payments.checking import check_payments
from ims_wagtail.payments.enums import AttemptState, EventSource, OrderState
from ims_wagtail.payments.models import Attempt
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment
from ims_wagtail.payments.services import cancel_payment, settle, start_payment
from tests.payments.killing import child, ended_by, killed_while
from tests.payments.making import TWO_LINES, breaches, make_order, posted, use_card


pytestmark = pytest.mark.slow


def paid_once(order):
    order.refresh_from_db()
    return (
        order.state == OrderState.PAID
        and posted(order) == TWO_LINES
        and Posting.objects.count() == 1
        and Message.objects.count() == 1
        and not breaches()
    )


def test_killed_before_the_provider_is_called_leaves_an_order_that_can_be_paid(council, later):
    order = make_order(council)
    killed_while(
        lambda: start_payment(order=order), at="ims_wagtail.payments.gateway.create", after=False
    )
    assert Attempt.objects.get().state == AttemptState.CREATING
    later(minutes=3)
    check_payments()
    assert Attempt.objects.get().state == AttemptState.ABANDONED
    assert not SandboxPayment.objects.exists()
    assert not breaches()

    use_card(start_payment(order=order).attempt)
    later(minutes=6)
    check_payments()
    assert paid_once(order)


def test_killed_before_the_provider_s_answer_is_stored_goes_on_with_that_payment(council, later):
    order = make_order(council)
    killed_while(
        lambda: start_payment(order=order), at="ims_wagtail.payments.gateway.create", after=True
    )
    assert Attempt.objects.get().provider_id == ""
    later(minutes=3)
    check_payments()
    use_card(start_payment(order=order).attempt)
    later(minutes=6)
    check_payments()
    assert SandboxPayment.objects.count() == 1
    assert paid_once(order)


@pytest.mark.parametrize(
    ("at", "after"),
    [
        pytest.param("gateway.read", False, id="before the provider is read"),
        pytest.param("gateway.read", True, id="before anything is locked"),
        pytest.param("settling._apply", False, id="with the attempt locked"),
        pytest.param("posting.post", False, id="before posting"),
        pytest.param("posting.post", True, id="after posting, before the receipt is queued"),
        pytest.param("posting.queue_email", True, id="after queueing the receipt"),
        pytest.param("settling._set_order", True, id="after the order is paid"),
        pytest.param("settling._apply", True, id="after all is written, before the commit"),
        pytest.param("settling.record", True, id="after the commit, before the answer"),
    ],
)
def test_fs065_killed_while_settling_ends_in_one_payment(council, later, at, after):
    order = make_order(council)
    attempt = start_payment(order=order).attempt
    use_card(attempt)
    killed_while(
        partial(settle, attempt_id=attempt.pk, source=EventSource.RETURN),
        at=f"ims_wagtail.payments.{at}",
        after=after,
    )
    committed = at == "settling.record"
    assert Posting.objects.count() == committed
    assert not breaches()
    later(minutes=3)
    check_payments()
    assert paid_once(order)


def test_killed_while_the_schedule_settles_is_done_by_a_later_run(council, later):
    order = make_order(council)
    use_card(start_payment(order=order).attempt)
    later(minutes=3)
    killed_while(check_payments, at="ims_wagtail.payments.settling._set_order", after=True)
    assert not Posting.objects.exists()
    later(minutes=7)
    check_payments()
    assert paid_once(order)


def test_killed_while_cancelling_ends_in_what_the_provider_says(council, later):
    attempt = start_payment(order=make_order(council)).attempt
    killed_while(
        lambda: cancel_payment(attempt=attempt),
        at="ims_wagtail.payments.gateway.cancel",
        after=True,
    )
    later(minutes=3)
    check_payments()
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.CANCELLED_BY_US
    assert not breaches()


def test_fs066_a_receipt_queued_before_the_kill_is_sent_by_the_schedule(council, later, mailoutbox):
    order = make_order(council)
    attempt = start_payment(order=order).attempt
    use_card(attempt)
    killed_while(
        partial(settle, attempt_id=attempt.pk, source=EventSource.RETURN),
        at="ims_wagtail.payments.settling.record",
        after=True,
    )
    for _round in range(2):
        call_command("ims_check_payments", verbosity=0)
    assert [message.to for message in mailoutbox] == [["ada@example.org"]]
    assert Posting.objects.count() == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_schedule_runs_round_after_round_until_it_is_stopped(council, later, number):
    later(minutes=-3)
    order = make_order(council)
    attempt = start_payment(order=order).attempt
    use_card(attempt)
    later(minutes=0)
    pid = child(lambda: call_command("ims_check_payments", every=1))
    give_up = time.monotonic() + 20
    while not Posting.objects.exists() and time.monotonic() < give_up:
        time.sleep(0.05)
    os.kill(pid, number)
    assert ended_by(pid, seconds=10) == 0
    assert paid_once(order)
