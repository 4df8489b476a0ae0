"""The check schedule finishes every payment, though nobody returns and no webhook comes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from ims_wagtail.payments.checking import check_payments
from ims_wagtail.payments.enums import UNFINISHED_STATES, AttemptState, EventSource
from ims_wagtail.payments.models import Attempt
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment
from ims_wagtail.payments.providers.sandbox.provider import SandboxProvider
from ims_wagtail.payments.schedule import LEASE, Standing, next_check
from ims_wagtail.payments.selectors import attempts_needing_attention
from ims_wagtail.payments.services import PaymentUnknown, settle, start_payment
from ims_wagtail.payments.tasks import check_payments as check_payments_task
from tests.payments.making import (
    TWO_LINES,
    breaches,
    make_order,
    money_posted,
    posted,
    use_card,
)


START = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def ages_looked_at(state, *, days, captured=False):
    """Return the ages, in minutes, at which an attempt that never changes is looked at."""
    now, ages = START, []
    while now < START + timedelta(days=days):
        finished_at = START if state not in UNFINISHED_STATES else None
        at = next_check(Standing(state, captured, START, finished_at), now=now)
        if at is None:
            break
        ages.append(round((at - START).total_seconds() / 60))
        now = at
    return ages


@pytest.mark.parametrize("state", UNFINISHED_STATES)
def test_an_unfinished_payment_is_looked_at_often_then_hourly_then_daily(state):
    ages = ages_looked_at(state, days=2)
    assert ages[:11] == [2, 5, 15, 30, 60, 95, 120, 180, 240, 300, 360]
    assert ages[11:] == [360 + 1440, 360 + 2880]


def test_a_paid_payment_is_looked_at_daily_for_ten_days_until_it_is_captured():
    assert ages_looked_at(AttemptState.PAID, days=30) == [1440 * day for day in range(1, 11)]
    assert ages_looked_at(AttemptState.PAID, days=30, captured=True) == []


@pytest.mark.parametrize(
    "state",
    [AttemptState.DECLINED, AttemptState.EXPIRED, AttemptState.CAPTURE_FAILED, AttemptState.ERROR],
)
def test_a_finished_payment_is_not_looked_at(state):
    assert ages_looked_at(state, days=30) == []


@given(st.sampled_from(AttemptState), st.booleans(), st.integers(0, 10**7))
def test_the_next_look_is_always_in_the_future(state, captured, seconds):
    now = START + timedelta(seconds=seconds)
    at = next_check(Standing(state, captured, START, START), now=now)
    assert at is None or at > now


def test_fs001_a_payer_who_never_returns_has_paid_though_no_webhook_came(council, later):
    attempt = start_payment(order=make_order(council)).attempt
    use_card(attempt, "Never returns, no webhook")
    assert check_payments().checked == 0  # not due yet
    later(minutes=3)
    assert check_payments().paid == 1
    assert posted(attempt.order) == TWO_LINES
    assert not breaches()


def test_fs002_a_payment_nobody_makes_expires_and_the_order_can_be_paid_again(council, later):
    order = make_order(council)
    attempt = start_payment(order=order).attempt
    later(minutes=80)
    check_payments()
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.OPEN
    later(minutes=96)
    assert check_payments().finished == 1
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.EXPIRED
    assert money_posted() == 0
    assert start_payment(order=order).attempt.number == 2


def test_fs017_a_payment_found_late_is_adopted(council, later):
    order = make_order(council, "77.77")
    with pytest.raises(PaymentUnknown):
        start_payment(order=order)
    later(minutes=3)
    check_payments()
    attempt = Attempt.objects.get()
    assert attempt.state == AttemptState.OPEN
    assert attempt.provider_id == str(SandboxPayment.objects.get().pk)


def test_fs017_a_payment_that_never_arrived_is_given_up(council, later):
    with pytest.raises(PaymentUnknown):
        start_payment(order=make_order(council, "77.79"))
    later(minutes=3)
    assert check_payments().finished == 1
    assert Attempt.objects.get().state == AttemptState.ABANDONED


def test_fs017_a_payment_that_turns_up_after_it_was_given_up_can_no_longer_be_made(
    council, later, monkeypatch
):
    order = make_order(council, "77.77")
    with pytest.raises(PaymentUnknown):
        start_payment(order=order)
    later(minutes=3)
    with monkeypatch.context() as patch:  # the provider's search lags
        patch.setattr(SandboxProvider, "find", lambda self, reference: None)
        check_payments()
    attempt = Attempt.objects.get()
    assert attempt.state == AttemptState.ABANDONED
    later(minutes=6)
    check_payments()
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.CANCELLED_BY_US
    assert SandboxPayment.objects.get().state == "withdrawn"


def test_fs017_money_that_turns_up_after_it_was_given_up_is_posted(council, later, monkeypatch):
    order = make_order(council, "77.77")
    with pytest.raises(PaymentUnknown):
        start_payment(order=order)
    later(minutes=3)
    with monkeypatch.context() as patch:
        patch.setattr(SandboxProvider, "find", lambda self, reference: None)
        check_payments()
    attempt = Attempt.objects.get()
    use_card(attempt)
    later(minutes=6)
    check_payments()
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.PAID
    assert len(posted(order)) == 1
    assert not breaches()


def test_a_payment_that_is_no_longer_wanted_is_cancelled_at_once(council):
    order = make_order(council)
    first = start_payment(order=order).attempt
    use_card(first, "Expired")
    second = start_payment(order=order).attempt
    SandboxPayment.objects.filter(reference=first.reference).update(state="captured")
    settle(attempt_id=first.pk, source=EventSource.OFFICER)
    check_payments()
    second.refresh_from_db()
    assert second.state == AttemptState.CANCELLED_BY_US
    assert posted(order) == TWO_LINES


def test_a_payment_that_takes_too_long_is_shown_to_a_person(council, later):
    attempt = start_payment(order=make_order(council)).attempt
    use_card(attempt, "Slow")
    SandboxPayment.objects.update(next_state_at=None)
    for minutes in (3, 100, 359):
        later(minutes=minutes)
        check_payments()
        assert not attempts_needing_attention()
    later(minutes=370)
    check_payments()
    assert attempts_needing_attention().get().problem == "Not finished after 6 hours"


def test_a_payment_that_is_not_captured_in_ten_days_is_shown_to_a_person(council, later):
    attempt = start_payment(order=make_order(council)).attempt
    use_card(attempt)
    SandboxPayment.objects.update(state="success")
    settle(attempt_id=attempt.pk, source=EventSource.RETURN)
    for day in range(1, 12):
        later(days=day, hours=1)
        check_payments()
    attempt.refresh_from_db()
    assert attempt.problem == "Not captured by the provider after 10 days"
    assert attempt.next_check_at is None


def test_a_capture_that_failed_is_found_the_next_day(council, later):
    attempt = start_payment(order=make_order(council)).attempt
    use_card(attempt, "Success, then capture error")
    settle(attempt_id=attempt.pk, source=EventSource.RETURN)
    later(days=1, minutes=1)
    check_payments()
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.CAPTURE_FAILED
    assert money_posted() == 0
    assert not breaches()


def test_one_payment_that_breaks_stops_no_other(council, later, monkeypatch):
    broken, sound = (start_payment(order=make_order(council)).attempt for _number in range(2))
    use_card(broken)
    use_card(sound)
    look = SandboxProvider.read

    def read(self, provider_id):
        if provider_id == broken.provider_id:
            raise RuntimeError("cannot be read")
        return look(self, provider_id)

    later(minutes=3)
    with monkeypatch.context() as patch:
        patch.setattr(SandboxProvider, "read", read)
        assert check_payments().paid == 1
    assert posted(sound.order) == TWO_LINES
    assert posted(broken.order) == []
    later(minutes=6)
    assert check_payments().paid == 1
    assert posted(broken.order) == TWO_LINES


def test_fs074_overlapping_runs_share_the_work(council, later):
    orders = [make_order(council) for _number in range(6)]
    for order in orders:
        use_card(start_payment(order=order).attempt)
    later(minutes=3)

    def run(_number):
        try:
            return check_payments().checked
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(run, range(3))) == 6
    assert all(posted(order) == TWO_LINES for order in orders)
    assert not breaches()


def test_fs074_a_run_that_died_gives_its_payments_back(council, later, monkeypatch):
    attempt = start_payment(order=make_order(council)).attempt
    use_card(attempt)
    later(minutes=3)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(SandboxProvider, "read", _die)
        check_payments()
    assert check_payments().checked == 0  # still claimed
    later(minutes=3, seconds=LEASE.total_seconds() + 5)
    assert check_payments().paid == 1


def _die(self, provider_id):
    raise KeyboardInterrupt


def test_the_command_checks_and_sends_what_waits_and_says_so(council, later):
    use_card(start_payment(order=make_order(council)).attempt)
    later(minutes=3)
    out = StringIO()
    call_command("ims_check_payments", stdout=out)
    assert "1 payments checked: 1 paid" in out.getvalue()
    assert [message.to for message in mail.outbox] == [["ada@example.org"]]


def test_the_schedule_also_runs_as_a_task(council, later):
    use_card(start_payment(order=make_order(council)).attempt)
    later(minutes=3)
    assert "1 paid" in check_payments_task.call()
