"""Reading payments: every state, every figure, and nothing that was not said."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from ims_wagtail.money import from_pence, to_pence
from ims_wagtail.payments.providers.contract import (
    NotFound,
    ProviderState,
    TooLate,
    Unreachable,
)
from ims_wagtail.payments.providers.govukpay import reading
from tests.providers.govukpay.asking import begun, paid
from tests.providers.govukpay.conftest import provider_at
from tests.providers.govukpay.faults import Fault, Reply


def nothing(stub, payment):
    """Let the payment be as it was created."""


def reserve(stub, payment):
    """Pay one that is captured only when we ask for it."""
    payment.asked["delayed_capture"] = True
    stub.pay(payment)


def withdraw(stub, payment):
    """Let the service cancel it."""
    stub.end(payment, ("cancelled", "P0040"), "card_payment_failed")


STATES = [
    (nothing, ProviderState.OPEN, "created"),
    (lambda stub, payment: stub.open(payment), ProviderState.OPEN, "started"),
    (lambda stub, payment: stub.submit(payment), ProviderState.SUBMITTED, "submitted"),
    (reserve, ProviderState.CAPTURABLE, "capturable"),
    (lambda stub, payment: stub.pay(payment), ProviderState.PAID, "success"),
    (lambda stub, payment: stub.decline(payment), ProviderState.DECLINED, "failed P0010"),
    (lambda stub, payment: stub.expire(payment), ProviderState.EXPIRED, "failed P0020"),
    (
        lambda stub, payment: stub.give_up(payment),
        ProviderState.CANCELLED_BY_PAYER,
        "failed P0030",
    ),
    (withdraw, ProviderState.CANCELLED_BY_US, "cancelled P0040"),
    (lambda stub, payment: stub.fail(payment), ProviderState.ERROR, "error P0050"),
]


@pytest.mark.parametrize(("happens", "state", "raw"), STATES, ids=[row[2] for row in STATES])
def test_every_state_is_read_as_what_it_is(govukpay_stub, provider, happens, state, raw):
    payment = begun(govukpay_stub, provider)
    happens(govukpay_stub, payment)
    seen = provider.read(payment.payment_id)
    assert (seen.state, seen.raw_state) == (state, raw)
    assert bool(seen.next_url) == (state == ProviderState.OPEN)
    assert (seen.reference, seen.amount, seen.currency) == ("P1-1", Decimal("45.50"), "GBP")
    assert not seen.captured


def test_a_success_may_turn_into_an_error(govukpay_stub, provider):
    payment = paid(govukpay_stub, provider)
    govukpay_stub.fail_capture(payment)
    assert provider.read(payment.payment_id).state == ProviderState.ERROR


def test_a_payment_expires_after_ninety_minutes(govukpay_stub, provider):
    payment = begun(govukpay_stub, provider)
    with time_machine.travel(payment.created + timedelta(minutes=89), tick=False):
        assert provider.read(payment.payment_id).state == ProviderState.OPEN
    with time_machine.travel(payment.created + timedelta(minutes=91), tick=False):
        assert provider.read(payment.payment_id).state == ProviderState.EXPIRED


def test_fs006_the_address_to_go_on_at_is_another_each_time(govukpay_stub, provider):
    payment = begun(govukpay_stub, provider)
    addresses = {provider.read(payment.payment_id).next_url for _time in range(3)}
    assert len(addresses) == 3


def test_a_captured_payment_tells_its_fee_card_and_days(govukpay_stub, provider):
    payment = begun(govukpay_stub, provider, metadata={"fund": "23"})
    govukpay_stub.pay(payment, brand="Mastercard", last_four="8210")
    govukpay_stub.take(payment, on=date(2026, 7, 1), fee=112)
    govukpay_stub.settle(payment, on=date(2026, 7, 3))
    seen = provider.read(payment.payment_id)
    assert seen.captured
    assert (seen.captured_on, seen.settled_on) == (date(2026, 7, 1), date(2026, 7, 3))
    assert seen.fee == Decimal("1.12")
    assert (seen.card_brand, seen.card_last_four) == ("Mastercard", "8210")
    assert (seen.refundable, seen.refund_block) == (Decimal("45.50"), "")
    assert seen.metadata == {"fund": "23"}


def test_a_corporate_card_s_surcharge_is_told_from_the_amount(govukpay_stub, provider):
    payment = begun(govukpay_stub, provider)
    govukpay_stub.pay(payment, surcharge=250)
    seen = provider.read(payment.payment_id)
    assert (seen.amount, seen.surcharge) == (Decimal("45.50"), Decimal("2.50"))
    assert seen.refundable == Decimal("48.00")


def test_a_total_that_is_not_amount_and_surcharge_shows_in_the_amount():
    said = {
        "payment_id": "a",
        "reference": "P1-1",
        "state": {"status": "success", "finished": True},
        "amount": 1000,
        "corporate_card_surcharge": 250,
        "total_amount": 1300,
    }
    assert reading.payment(said).amount == Decimal("10.50")


@pytest.mark.parametrize(
    ("happens", "word"),
    [
        (nothing, "pending"),
        (lambda stub, payment: stub.decline(payment), "unavailable"),
        (lambda stub, payment: (stub.pay(payment), stub.dispute(payment)), "unavailable"),
        (lambda stub, payment: (stub.pay(payment), stub.refund_in_console(payment, 4550)), "full"),
    ],
    ids=["not paid", "declined", "disputed", "refunded"],
)
def test_why_nothing_may_be_refunded_is_told(govukpay_stub, provider, happens, word):
    payment = begun(govukpay_stub, provider)
    happens(govukpay_stub, payment)
    seen = provider.read(payment.payment_id)
    assert (seen.refundable, seen.refund_block) == (Decimal("0.00"), word)


def test_fs073_a_payment_counts_from_when_it_was_paid_not_from_when_we_asked(
    govukpay_stub, provider
):
    payment = begun(govukpay_stub, provider)
    late = datetime(2099, 3, 31, 22, 59, 58, tzinfo=UTC)
    payment.created = late - timedelta(minutes=5)
    with time_machine.travel(late, tick=False):
        govukpay_stub.pay(payment)
    with time_machine.travel(late + timedelta(hours=9), tick=False):
        assert provider.read(payment.payment_id).paid_at == late


def test_without_its_events_the_time_of_capture_counts(govukpay_stub, provider):
    payment = paid(govukpay_stub, provider)
    govukpay_stub.next("events", Fault.DOWN)
    seen = provider.read(payment.payment_id)
    assert seen.state == ProviderState.PAID
    assert abs(seen.paid_at - payment.capture_submitted) < timedelta(milliseconds=1)


@pytest.mark.parametrize(("status", "code"), [("pondering", ""), ("failed", "P0077")])
def test_a_state_of_tomorrow_teaches_nothing_and_is_reported(
    govukpay_stub, provider, caplog, status, code
):
    payment = begun(govukpay_stub, provider)
    govukpay_stub.next(
        "read",
        Reply(200, body=f'{{"state": {{"status": "{status}", "code": "{code}"}}}}'.encode()),
    )
    with pytest.raises(Unreachable):
        provider.read(payment.payment_id)
    assert f"{status} {code}".strip() in caplog.text


def test_another_service_s_payment_is_not_found(govukpay_stub, provider):
    payment = begun(govukpay_stub, provider)
    other = provider_at(govukpay_stub, **govukpay_stub.credential("api_test_other"))
    with pytest.raises(NotFound):
        other.read(payment.payment_id)
    with pytest.raises(NotFound):
        other.cancel(payment.payment_id)


@pytest.mark.parametrize(
    "fault",
    [
        Fault.ERROR_BEFORE_ACCEPTING,
        Fault.DOWN,
        Fault.BAD_GATEWAY,
        Fault.REVOKED,
        Fault.REDIRECT,
        Fault.GARBAGE_AFTER_ACCEPTING,
        Reply(200),
        Reply(200, body=b"[]"),
        Reply(200, body=b'{"state": "created"}'),
        Reply(200, body=b'{"state": {"status": "created"}, "amount": 1.5}'),
    ],
    ids=str,
)
def test_what_is_no_answer_teaches_nothing(govukpay_stub, provider, fault):
    payment = begun(govukpay_stub, provider)
    govukpay_stub.next("read", fault, times=2)
    with pytest.raises(Unreachable):
        provider.read(payment.payment_id)


def test_a_connection_that_breaks_while_reading_is_made_once_more(govukpay_stub, provider):
    payment = begun(govukpay_stub, provider)
    govukpay_stub.next("read", Fault.DROP_BEFORE_ACCEPTING)
    assert provider.read(payment.payment_id)
    govukpay_stub.next("read", Fault.DROP_BEFORE_ACCEPTING, times=2)
    with pytest.raises(Unreachable):
        provider.read(payment.payment_id)


def test_a_time_out_while_reading_is_not_waited_for_twice(govukpay_stub, provider, impatient):
    payment = begun(govukpay_stub, provider)
    govukpay_stub.next("read", Fault.TIMEOUT_BEFORE_ACCEPTING)
    with pytest.raises(Unreachable):
        provider.read(payment.payment_id)
    assert len(govukpay_stub.asked("read")) == 1


def test_too_many_requests_while_reading_are_waited_out(govukpay_stub, provider):
    payment = begun(govukpay_stub, provider)
    govukpay_stub.next("read", Fault.RATE_LIMITED)
    assert provider.read(payment.payment_id)


def test_cancelling_ends_a_payment_the_payer_has_not_made(govukpay_stub, provider):
    payment = begun(govukpay_stub, provider)
    provider.cancel(payment.payment_id)
    assert provider.read(payment.payment_id).state == ProviderState.CANCELLED_BY_US
    (exchange,) = govukpay_stub.asked("cancel")
    assert exchange.body == b""


def test_a_firewall_that_wants_a_body_gets_an_empty_one(govukpay_stub, provider):
    payment = begun(govukpay_stub, provider)
    govukpay_stub.next("cancel", Fault.BLOCKED)
    provider.cancel(payment.payment_id)
    assert [exchange.body for exchange in govukpay_stub.asked("cancel")] == [b"", b"{}"]
    assert payment.status == "cancelled"
    govukpay_stub.next("capture", Fault.BLOCKED, times=2)
    with pytest.raises(Unreachable):
        provider.capture(payment.payment_id)


@pytest.mark.parametrize("happens", [row[0] for row in STATES if "success" in row[2]])
def test_fs071_a_payment_that_was_paid_meanwhile_is_not_cancelled(govukpay_stub, provider, happens):
    payment = begun(govukpay_stub, provider)
    happens(govukpay_stub, payment)
    with pytest.raises(TooLate):
        provider.cancel(payment.payment_id)


def test_whether_a_lost_cancellation_counted_is_read_afterwards(govukpay_stub, provider):
    payment = begun(govukpay_stub, provider)
    govukpay_stub.next("cancel", Fault.DROP_AFTER_ACCEPTING)
    with pytest.raises(Unreachable):
        provider.cancel(payment.payment_id)
    assert provider.read(payment.payment_id).state == ProviderState.CANCELLED_BY_US


def test_reserved_money_is_taken_when_we_say_so(govukpay_stub, provider):
    payment = begun(govukpay_stub, provider, delayed_capture=True)
    govukpay_stub.pay(payment)
    assert provider.read(payment.payment_id).state == ProviderState.CAPTURABLE
    provider.capture(payment.payment_id)
    assert provider.read(payment.payment_id).state == ProviderState.PAID
    with pytest.raises(TooLate):
        provider.capture(payment.payment_id)


def test_reserved_money_may_be_let_go_but_not_for_ever(govukpay_stub, provider):
    payment = begun(govukpay_stub, provider, delayed_capture=True)
    govukpay_stub.pay(payment)
    with time_machine.travel(payment.created + timedelta(hours=121), tick=False):
        assert provider.read(payment.payment_id).state == ProviderState.EXPIRED


def test_what_was_not_reserved_can_not_be_captured(govukpay_stub, provider):
    payment = begun(govukpay_stub, provider)
    with pytest.raises(TooLate):
        provider.capture(payment.payment_id)


@given(st.integers(min_value=0, max_value=10_000_000))
def test_fs056_every_penny_goes_there_and_comes_back(amount):
    assert to_pence(reading.pence(amount)) == amount
    assert reading.pence(amount) == from_pence(amount) == Decimal(amount) / 100


@pytest.mark.parametrize("amount", [19.99, "1999", True, None, Decimal("1999")])
def test_only_whole_pence_are_an_amount(amount):
    with pytest.raises(TypeError):
        reading.pence(amount)


@pytest.mark.parametrize(
    "moment", ["2026-01-02T03:04:05", "2026-01-02T03:04:5.000Z", "yesterday", 5]
)
def test_a_time_that_can_not_be_relied_upon_is_left_out_and_holds_up_no_payment(caplog, moment):
    said = {
        "payment_id": "a",
        "reference": "P1-1",
        "state": {"status": "success", "finished": True},
        "amount": 1000,
        "settlement_summary": {"capture_submit_time": moment, "captured_date": "soon"},
    }
    seen = reading.payment(said)
    assert seen.state == ProviderState.PAID
    assert seen.captured
    assert (seen.paid_at, seen.captured_on) == (None, None)
    assert "date that can't be read" in caplog.text
    events = [{"state": {"status": "success"}, "updated": moment}]
    assert reading.moment_of_success(events) is None


def test_a_payer_is_sent_only_to_a_page():
    said = {"_links": {"next_url": {"href": "javascript:alert(1)"}}}
    with pytest.raises(ValueError, match="next_url"):
        reading.next_url(said)
