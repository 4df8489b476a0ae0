"""GOV.UK Pay failing us while a payment is made or looked at: the failure scenarios by their ids.

Everything goes through HTTP to the stub, and is held to GOV.UK Pay's own description of its API.
"""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from ims_wagtail.clock import accounting_date
from ims_wagtail.payments.checking import check_payments
from ims_wagtail.payments.comparing.compare import compare_day
from ims_wagtail.payments.enums import AttemptState, EventSource, OrderState
from ims_wagtail.payments.models import Attempt, ProviderEvent
from ims_wagtail.payments.pausing import pause
from ims_wagtail.payments.providers.contract import Unreachable
from ims_wagtail.payments.providers.govukpay import client as govukpay
from ims_wagtail.payments.services import (
    AccountClosed,
    AlreadyPaid,
    AmountNotAccepted,
    PaymentUnknown,
    ProviderUnavailable,
    cancel_payment,
    settle,
    start_payment,
)
from ims_wagtail.payments.tasks import handle_event, send_refund
from tests.factories import make_merchant_account
from tests.payments.making import (
    TWO_LINES,
    Basket,
    breaches,
    in_suspense,
    make_line,
    make_order,
    money_posted,
    posted,
)
from tests.payments.refunding import approve_refund, ask_for
from tests.providers.govukpay.faults import Fault, Reply
from tests.providers.govukpay.stub import running_stub


ACCOUNT, OTHER = "govukpay", "other"
WORKERS = 4


@pytest.fixture
def pay(settings, monkeypatch):
    """The stub of GOV.UK Pay, with two services of which each has a merchant account's key."""
    monkeypatch.setattr(govukpay, "PAUSE", (0, 0))
    with running_stub() as stub:
        credentials = {ACCOUNT: stub.credential(), OTHER: stub.credential("api_test_other")}
        settings.IMS = {**settings.IMS, "CREDENTIALS": credentials}
        yield stub


@pytest.fixture
def council(council, pay):
    """A council that takes everything through GOV.UK Pay."""
    council.account.code = council.account.provider = ACCOUNT
    council.account.save()
    return council


@pytest.fixture
def impatient(monkeypatch):
    """Wait half a second for an answer, not twelve."""
    monkeypatch.setattr(govukpay, "TIMEOUT", (3.05, 0.5))


def in_parallel(number, call):
    """Run the same in so many workers, each with a connection of its own."""
    together = Barrier(number)

    def run(_place):
        try:
            together.wait(timeout=60)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        list(pool.map(run, range(number)))


def states(order):
    return list(order.attempts.order_by("number").values_list("state", flat=True))


def at_provider(pay):
    """What became of each payment at GOV.UK Pay, by our reference's number."""
    return {payment.reference[-1]: payment.status for payment in pay.payments.values()}


def test_fs001_a_payment_whose_payer_never_returns_is_posted_by_its_webhook(council, pay, client):
    order = make_order(council)
    attempt = start_payment(order=order).attempt
    payment = pay.payment(reference=attempt.reference)
    pay.pay(payment)
    pay.take(payment)

    def send(body, headers):
        return client.post(
            f"/ims/webhooks/{ACCOUNT}/",
            data=body,
            content_type="application/json",
            headers=dict(headers),
        ).status_code

    assert pay.deliver(to=send, times=3, shuffled_by=random.Random(1)) == []
    for task in DBTaskResult.objects.filter(task_path=handle_event.module_path):
        handle_event.call(**task.args_kwargs["kwargs"])
    assert posted(order) == TWO_LINES
    assert Attempt.objects.get().captured
    assert (
        ProviderEvent.objects.filter(source=EventSource.WEBHOOK).exclude(message_id="").count() == 2
    )
    assert not breaches()


@pytest.mark.parametrize(
    "fault",
    [
        Fault.TIMEOUT_AFTER_ACCEPTING,
        Fault.DROP_AFTER_ACCEPTING,
        Fault.ERROR_AFTER_ACCEPTING,
        Fault.GARBAGE_AFTER_ACCEPTING,
    ],
    ids=str,
)
def test_fs017_a_payment_whose_answer_was_lost_is_adopted_once_the_search_shows_it(
    council, pay, later, impatient, fault
):
    pay.search_lag = timedelta(seconds=40)
    order = make_order(council)
    pay.next("create", fault)
    for _click in range(2):  # the second finds nothing yet, and does not create another
        with pytest.raises(PaymentUnknown):
            start_payment(order=order)
    assert states(order) == [AttemptState.UNKNOWN]

    later(seconds=45)
    start = start_payment(order=order)
    (payment,) = pay.payments.values()
    assert start.attempt.provider_id == payment.payment_id
    assert start.next_url.startswith(pay.url)
    assert len(pay.asked("create")) == 1


@pytest.mark.parametrize(
    "fault", [Fault.TIMEOUT_BEFORE_ACCEPTING, Fault.DROP_BEFORE_ACCEPTING], ids=str
)
def test_fs017_a_payment_that_was_never_created_is_given_up_and_made_anew(
    council, pay, later, impatient, fault
):
    order = make_order(council)
    pay.next("create", fault)
    with pytest.raises(PaymentUnknown):
        start_payment(order=order)
    later(minutes=2)
    start = start_payment(order=order)
    assert states(order) == [AttemptState.ABANDONED, AttemptState.OPEN]
    assert start.attempt.reference == f"{order.reference}-2"
    assert at_provider(pay) == {"2": "created"}


def test_fs017_a_lost_payment_that_turns_up_after_it_was_given_up_is_cancelled(council, pay, later):
    pay.search_lag = timedelta(minutes=10)
    order = make_order(council)
    pay.next("create", Fault.DROP_AFTER_ACCEPTING)
    with pytest.raises(PaymentUnknown):
        start_payment(order=order)
    later(minutes=2)
    start_payment(order=order)
    later(minutes=16)
    check_payments()
    assert at_provider(pay) == {"1": "cancelled", "2": "created"}
    assert states(order) == [AttemptState.CANCELLED_BY_US, AttemptState.OPEN]


def test_fs017_a_lost_payment_that_was_paid_all_the_same_is_posted(council, pay, later):
    """Nobody has its address; but what can't happen may be seen all the same."""
    pay.search_lag = timedelta(minutes=10)
    order = make_order(council)
    pay.next("create", Fault.DROP_AFTER_ACCEPTING)
    with pytest.raises(PaymentUnknown):
        start_payment(order=order)
    later(minutes=2)
    check_payments()
    (payment,) = pay.payments.values()
    pay.pay(payment)
    later(minutes=16)
    check_payments()
    assert posted(order) == TWO_LINES
    assert states(order) == [AttemptState.PAID]


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE_ACCEPTING, Fault.DOWN, Fault.BAD_GATEWAY])
def test_fs018_after_a_5xx_a_payment_is_searched_for_before_another_is_made(
    council, pay, later, fault
):
    order = make_order(council)
    pay.next("create", fault)
    with pytest.raises(PaymentUnknown):
        start_payment(order=order)
    assert states(order) == [AttemptState.UNKNOWN]
    later(minutes=2)
    assert start_payment(order=order).next_url
    assert pay.asked("search")[0].query["reference"] == f"{order.reference}-1"
    assert states(order) == [AttemptState.ABANDONED, AttemptState.OPEN]


def test_fs018_while_the_search_is_down_too_nothing_else_is_made(council, pay, later):
    order = make_order(council)
    pay.next("create", Fault.DOWN)
    pay.next("search", Fault.DOWN, times=2)
    with pytest.raises(PaymentUnknown):
        start_payment(order=order)
    later(minutes=2)
    for _click in range(2):
        with pytest.raises(PaymentUnknown):
            start_payment(order=order)
    assert start_payment(order=order).attempt.number == 2


def test_fs019_too_many_requests_are_waited_out_while_the_payer_waits(council, pay):
    order = make_order(council)
    pay.next("create", Fault.RATE_LIMITED, times=govukpay.TRIES - 1)
    assert start_payment(order=order).attempt.number == 1
    assert len(pay.payments) == 1


def test_fs019_too_many_requests_for_too_long_can_be_tried_again_at_once(council, pay):
    order = make_order(council)
    pay.next("create", Fault.RATE_LIMITED, times=govukpay.TRIES)
    with pytest.raises(ProviderUnavailable):
        start_payment(order=order)
    assert states(order) == [AttemptState.ERROR]
    assert "P0900" in Attempt.objects.get().problem
    assert not pay.payments
    assert start_payment(order=order).attempt.number == 2


def test_fs019_while_gov_uk_pay_is_busy_other_payments_are_still_looked_at(council, pay, later):
    paid, busy = (start_payment(order=make_order(council)).attempt for _order in range(2))
    for payment in pay.payments.values():
        pay.pay(payment)
    later(minutes=3)
    pay.next("read", Fault.RATE_LIMITED, times=govukpay.TRIES)
    check_payments()
    later(minutes=6)
    check_payments()
    assert states(paid.order) == states(busy.order) == [AttemptState.PAID]


def test_fs019_workers_stop_at_once_together_while_payers_are_served(council, pay, later):
    attempts = [start_payment(order=make_order(council)).attempt for _order in range(30)]
    for payment in pay.payments.values():
        pay.pay(payment)
    waiting = make_order(council)
    later(minutes=3)
    pay.next("read", Fault.RATE_LIMITED, times=1000)

    in_parallel(WORKERS, check_payments)
    assert 1 <= len(pay.asked("read")) <= WORKERS * govukpay.TRIES
    hammered = len(pay.exchanges)
    later(minutes=3, seconds=30)
    in_parallel(WORKERS, check_payments)
    with pytest.raises(Unreachable):
        compare_day(account=council.account, day=accounting_date())
    handle_event.call(event_id=message_about(attempts[0]).pk)
    assert len(pay.exchanges) == hammered

    assert start_payment(order=waiting).next_url
    pay.behave()
    assert settle(attempt_id=attempts[0].pk, source=EventSource.OFFICER).state == AttemptState.PAID

    later(minutes=5)
    in_parallel(WORKERS, check_payments)
    assert {states(attempt.order)[0] for attempt in attempts} == {AttemptState.PAID}
    assert not breaches()


def test_fs019_a_provider_that_says_for_how_long_is_left_alone_for_so_long(council, pay, later):
    attempt = start_payment(order=make_order(council)).attempt
    pay.pay(pay.payment(reference=attempt.reference))
    later(minutes=3)
    pay.next("read", Reply(429, "P0900", retry_after="600"), times=govukpay.TRIES)
    check_payments()
    later(minutes=12)
    check_payments()
    assert states(attempt.order) == [AttemptState.OPEN]

    later(minutes=16)
    check_payments()
    assert states(attempt.order) == [AttemptState.PAID]


def test_fs019_refunds_wait_too_and_go_out_afterwards(council, pay, later, asker, approver):
    attempt = start_payment(order=make_order(council)).attempt
    payment = pay.payment(reference=attempt.reference)
    pay.pay(payment)
    settle(attempt_id=attempt.pk, source=EventSource.RETURN)
    pause(account=council.account, seconds=60)
    refund = approve_refund(ask_for(attempt, by=asker), by=approver)
    asked = len(pay.exchanges)
    later(seconds=30)
    send_refund.call(refund_id=refund.pk)
    check_payments()
    assert len(pay.exchanges) == asked

    later(minutes=10)
    check_payments()
    assert len(pay.asked("refund")) == 1


def message_about(attempt):
    return ProviderEvent.objects.create(
        account=attempt.account,
        source=EventSource.WEBHOOK,
        message_id="m1",
        provider_id=attempt.provider_id,
        raw_state="card_payment_captured",
    )


def test_fs020_a_revoked_key_closes_its_account_and_no_other(council, pay, caplog):
    make_merchant_account(OTHER, provider="govukpay", takes=[council.garden_waste])
    order = make_order(council, "60.00")
    pay.next("create", Fault.REVOKED)
    with pytest.raises(AccountClosed):
        start_payment(order=order)
    assert len(pay.asked("create")) == 1
    assert states(order) == [AttemptState.ERROR]
    council.account.refresh_from_db()
    assert (council.account.unavailable_why, bool(council.account.unavailable_since)) == (
        "401",
        True,
    )
    assert ACCOUNT in caplog.text
    assert "api_test" not in caplog.text

    garden = Basket(council, lines=(make_line(council.garden_waste, "45.50"),)).order()
    assert start_payment(order=garden).next_url


@pytest.mark.parametrize(
    ("fault", "code"), [(Fault.NOT_LINKED, "P0940"), (Fault.DISABLED, "P0941")]
)
def test_fs021_an_account_that_is_switched_off_is_closed_until_somebody_opens_it(
    council, pay, fault, code
):
    order = make_order(council)
    pay.next("create", fault)
    for _click in range(2):  # the second one does not even ask
        with pytest.raises(AccountClosed):
            start_payment(order=order)
    assert len(pay.asked("create")) == 1
    council.account.refresh_from_db()
    assert council.account.unavailable_why == code


@pytest.mark.parametrize(
    "answer",
    [Reply(400, "P0101", "reference"), Reply(422, "P0102", "amount"), Fault.BLOCKED],
    ids=str,
)
def test_fs022_what_is_refused_is_not_repeated_and_told_with_its_code(council, pay, caplog, answer):
    order = make_order(council)
    pay.next("create", answer)
    with pytest.raises(ProviderUnavailable) as refusal:
        start_payment(order=order)
    assert not isinstance(refusal.value, AccountClosed)
    assert len(pay.asked("create")) == 1
    code = "P0920" if answer is Fault.BLOCKED else f"{answer.code}"
    assert code in Attempt.objects.get().problem
    assert code in caplog.text
    assert order.state == OrderState.UNPAID
    assert start_payment(order=order).attempt.number == 2


def test_fs022_names_of_funds_can_not_trip_the_firewall(council, pay):
    line = make_line(council.council_tax, "5.00", description='Rent <"A|B"> \\ ' + "x" * 90)
    start = start_payment(order=Basket(council, lines=(line,)).order())
    asked = pay.payment(reference=start.attempt.reference).asked
    assert asked["description"] == "Rent A B " + "x" * 90


def test_fs025_amounts_the_account_does_not_take_are_not_sent(council, pay):
    council.account.minimum_amount = Decimal("0.30")
    council.account.maximum_amount = Decimal("5000.00")
    council.account.save()
    for amount in ("0.29", "5000.01"):
        with pytest.raises(AmountNotAccepted):
            start_payment(order=make_order(council, amount))
    assert not pay.exchanges
    for amount in ("0.30", "5000.00"):
        assert start_payment(order=make_order(council, amount))


def test_fs025_gov_uk_pay_s_own_limit_is_what_catches_a_wrong_one_of_ours(council, pay):
    (service, _other) = pay.services.values()
    service.maximum = 500_000
    order = make_order(council, "6000.00")
    with pytest.raises(ProviderUnavailable):
        start_payment(order=order)
    assert "P0102" in Attempt.objects.get().problem


def test_fs026_a_basket_over_two_accounts_becomes_a_payment_at_each(council, pay):
    make_merchant_account(OTHER, provider="govukpay", takes=[council.garden_waste])
    orders = Basket(council).orders()
    for order in orders:
        start_payment(order=order)
    assert {payment.service.key: payment.amount for payment in pay.payments.values()} == {
        "api_test_stub": 10000,
        "api_test_other": 4550,
    }


def test_fs029_a_payer_whose_page_is_down_comes_back_and_goes_on(council, pay):
    order = make_order(council)
    first = start_payment(order=order)
    second = start_payment(order=order)
    assert second.attempt == first.attempt
    assert second.next_url != first.next_url
    assert len(pay.payments) == 1


def test_fs029_a_payment_nobody_could_make_expires_and_may_be_made_anew(council, pay, later):
    order = make_order(council)
    start_payment(order=order)
    later(minutes=96)
    check_payments()
    assert states(order) == [AttemptState.EXPIRED]
    order.refresh_from_db()
    assert order.state == OrderState.UNPAID
    assert start_payment(order=order).attempt.number == 2
    assert money_posted() == 0


def test_fs052_another_amount_than_was_asked_for_goes_to_suspense(council, pay):
    order = make_order(council, "60.00")
    attempt = start_payment(order=order).attempt
    payment = pay.payment(reference=attempt.reference)
    payment.asked["amount"] = 5900
    pay.pay(payment)
    settle(attempt_id=attempt.pk, source=EventSource.RETURN)
    assert states(order) == [AttemptState.MISMATCH]
    assert [amount for _account, amount in in_suspense(council)] == [Decimal("59.00")]
    assert money_posted() == Decimal("59.00")


def test_fs070_a_failure_told_of_a_payment_that_was_posted_is_not_believed(council, pay):
    order = make_order(council)
    attempt = start_payment(order=order).attempt
    payment = pay.payment(reference=attempt.reference)
    pay.pay(payment)
    settle(attempt_id=attempt.pk, source=EventSource.RETURN)
    payment.enter("failed", "P0010")
    attempt = settle(attempt_id=attempt.pk, source=EventSource.OFFICER)
    assert attempt.state == AttemptState.PAID
    assert "failed P0010" in attempt.problem
    assert posted(order) == TWO_LINES


def test_fs071_a_payment_made_while_it_was_cancelled_is_paid(council, pay):
    order = make_order(council)
    attempt = start_payment(order=order).attempt
    pay.pay(pay.payment(reference=attempt.reference))
    assert cancel_payment(attempt=attempt).state == AttemptState.PAID
    with pytest.raises(AlreadyPaid):
        start_payment(order=order)
    assert posted(order) == TWO_LINES


@pytest.mark.parametrize(
    "fault",
    [
        Fault.DOWN,
        Fault.REVOKED,
        Fault.RATE_LIMITED,
        Fault.REDIRECT,
        Fault.GARBAGE_AFTER_ACCEPTING,
        Reply(200, body=b'{"state": {"status": "pondering"}}'),
    ],
    ids=str,
)
def test_what_can_not_be_read_changes_nothing_and_is_read_later(council, pay, later, fault):
    order = make_order(council)
    attempt = start_payment(order=order).attempt
    pay.pay(pay.payment(reference=attempt.reference))
    pay.next("read", fault, times=govukpay.TRIES)
    attempt = settle(attempt_id=attempt.pk, source=EventSource.RETURN)
    assert (attempt.state, attempt.problem) == (AttemptState.OPEN, "")
    assert money_posted() == 0
    pay.behave()
    later(minutes=3)
    check_payments()
    assert posted(order) == TWO_LINES
    assert not breaches()


def test_a_success_that_turns_into_an_error_is_taken_back(council, pay, later):
    order = make_order(council)
    attempt = start_payment(order=order).attempt
    payment = pay.payment(reference=attempt.reference)
    pay.pay(payment)
    settle(attempt_id=attempt.pk, source=EventSource.RETURN)
    assert money_posted() == Decimal("145.50")
    pay.fail_capture(payment)  # nobody is told
    later(days=1, minutes=1)
    check_payments()
    assert states(order) == [AttemptState.CAPTURE_FAILED]
    assert money_posted() == 0
    assert not breaches()
