"""Refunds: guarded against each other, and never thought failed when nobody knows."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from ims_wagtail.payments.providers.contract import (
    NotFound,
    OutcomeUnknown,
    RefundRequest,
    RefundStatus,
    Refused,
    Unreachable,
)
from tests.providers.govukpay.asking import paid
from tests.providers.govukpay.faults import Fault, Reply


@pytest.fixture
def payment(govukpay_stub, provider):
    """A payment of £45.50."""
    return paid(govukpay_stub, provider)


def refund_of(payment, amount="10.00", available="45.50"):
    return RefundRequest(
        provider_id=payment.payment_id,
        reference="R1",
        amount=Decimal(amount),
        available=Decimal(available),
    )


def test_fs079_a_refund_is_under_way_before_it_is_made(govukpay_stub, provider, payment):
    refund = provider.refund(refund_of(payment))
    assert (refund.status, refund.raw_state) == (RefundStatus.SUBMITTED, "submitted")
    assert (refund.amount, refund.provider_id) == (Decimal("10.00"), payment.payment_id)
    assert datetime.now(UTC) - refund.created_at < timedelta(minutes=1)

    (entry,) = payment.refunds
    entry.settled_on = date(2026, 7, 3)
    govukpay_stub.finish_refund(entry)
    seen = provider.read_refund(provider_id=payment.payment_id, refund_id=refund.refund_id)
    assert (seen.status, seen.settled_on) == (RefundStatus.SUCCEEDED, date(2026, 7, 3))


def test_fs079_a_refund_may_fail_in_the_end(govukpay_stub, provider, payment):
    refund = provider.refund(refund_of(payment))
    govukpay_stub.finish_refund(payment.refunds[0], status="error")
    seen = provider.read_refund(provider_id=payment.payment_id, refund_id=refund.refund_id)
    assert seen.status == RefundStatus.FAILED
    assert provider.read(payment.payment_id).refundable == Decimal("45.50")


def test_in_the_sandbox_a_refund_is_made_at_once(govukpay_stub, provider, payment):
    govukpay_stub.refunds_finish_at_once = True
    assert provider.refund(refund_of(payment)).status == RefundStatus.SUCCEEDED


def test_fs076_what_was_available_is_always_said(govukpay_stub, provider, payment):
    provider.refund(refund_of(payment))
    assert govukpay_stub.asked("refund")[0].asked == {
        "amount": 1000,
        "refund_amount_available": 4550,
    }


def test_fs076_of_two_refunds_that_saw_the_same_money_one_is_refused(provider, payment):
    provider.refund(refund_of(payment))
    with pytest.raises(Refused, match="P0604"):
        provider.refund(refund_of(payment))
    assert provider.refund(refund_of(payment, available="35.50"))


def test_fs077_more_than_is_left_is_refused(provider, payment):
    with pytest.raises(Refused, match="P0602"):
        provider.refund(refund_of(payment, amount="45.51"))


def test_fs081_a_disputed_payment_is_not_refunded(govukpay_stub, provider, payment):
    govukpay_stub.dispute(payment)
    with pytest.raises(Refused, match="P0603"):
        provider.refund(refund_of(payment))


@pytest.mark.parametrize(
    "fault",
    [
        Fault.DROP_BEFORE_ACCEPTING,
        Fault.DROP_AFTER_ACCEPTING,
        Fault.ERROR_BEFORE_ACCEPTING,
        Fault.ERROR_AFTER_ACCEPTING,
        Fault.DOWN,
        Fault.BAD_GATEWAY,
        Fault.GARBAGE_AFTER_ACCEPTING,
        Reply(202, body=b'{"refund_id": "x", "amount": 1000, "status": "pondering"}'),
    ],
    ids=str,
)
def test_fs078_a_refund_without_a_clear_answer_is_unknown_and_never_repeated(
    govukpay_stub, provider, payment, fault
):
    govukpay_stub.next("refund", fault)
    with pytest.raises(OutcomeUnknown):
        provider.refund(refund_of(payment))
    assert len(govukpay_stub.asked("refund")) == 1


def test_fs078_a_refund_that_timed_out_is_found_among_the_payment_s(
    govukpay_stub, provider, payment, impatient
):
    govukpay_stub.next("refund", Fault.TIMEOUT_AFTER_ACCEPTING)
    with pytest.raises(OutcomeUnknown):
        provider.refund(refund_of(payment))
    (found,) = provider.refunds_of(payment.payment_id)
    assert found.amount == Decimal("10.00")
    assert found.provider_id == payment.payment_id


def test_the_list_of_refunds_may_lag_behind_but_a_refund_itself_does_not(
    govukpay_stub, provider, payment
):
    refund = provider.refund(refund_of(payment))
    govukpay_stub.search_lag = timedelta(minutes=1)
    assert provider.refunds_of(payment.payment_id) == []
    assert provider.read_refund(provider_id=payment.payment_id, refund_id=refund.refund_id)


def test_too_many_refunds_at_once_are_refused_for_certain(govukpay_stub, provider, payment):
    govukpay_stub.next("refund", Fault.RATE_LIMITED, times=9)
    with pytest.raises(Refused, match="P0900"):
        provider.refund(refund_of(payment))
    assert not payment.refunds


def test_an_account_that_is_switched_off_refuses_refunds_too(govukpay_stub, provider, payment):
    govukpay_stub.next("refund", Fault.DISABLED)
    with pytest.raises(Refused) as refusal:
        provider.refund(refund_of(payment))
    assert refusal.value.account_fault


def test_a_refund_nobody_knows_is_not_found(provider, payment):
    with pytest.raises(NotFound):
        provider.read_refund(provider_id=payment.payment_id, refund_id="nothing")


def test_refunds_that_can_not_be_listed_teach_nothing(govukpay_stub, provider, payment):
    for fault in (Fault.DOWN, Reply(404, "P0800"), Reply(200, body=b"{}")):
        govukpay_stub.next("refunds_of", fault)
        with pytest.raises(Unreachable):
            provider.refunds_of(payment.payment_id)


def test_an_id_can_not_lead_to_another_address(govukpay_stub, provider):
    with pytest.raises(NotFound):
        provider.read_refund(provider_id="../refunds", refund_id="x?y=1#z")
    (exchange,) = govukpay_stub.asked("read_refund")
    assert exchange.path == "/v1/payments/..%2Frefunds/refunds/x%3Fy%3D1%23z"
