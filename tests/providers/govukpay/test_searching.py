"""Searching: exactly what was asked for, to the last page, and no further."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from ims_wagtail.payments.providers.contract import (
    DisputeState,
    ProviderState,
    RefundStatus,
    Unreachable,
)
from ims_wagtail.payments.providers.govukpay import provider as module
from tests.providers.govukpay.asking import begun, paid
from tests.providers.govukpay.faults import Fault, Reply


NOON = datetime(2024, 6, 1, 12, 0, 0, tzinfo=UTC)
DAY = (NOON - timedelta(hours=12), NOON + timedelta(hours=12))


def at(moment):
    return time_machine.travel(moment, tick=False)


def test_a_payment_is_found_by_exactly_our_reference(govukpay_stub, provider):
    wanted = begun(govukpay_stub, provider, reference="P1-1")
    begun(govukpay_stub, provider, reference="P1-10")
    assert provider.find("P1-1").provider_id == wanted.payment_id
    assert provider.find("p1-1") is None
    assert provider.find("P1") is None


def test_a_payment_that_was_found_can_be_gone_on_with(govukpay_stub, provider):
    begun(govukpay_stub, provider)
    assert provider.find("P1-1").next_url


def test_fs017_a_payment_whose_answer_was_lost_is_found_once_the_search_follows(
    govukpay_stub, provider
):
    payment = begun(govukpay_stub, provider)
    govukpay_stub.search_lag = timedelta(seconds=40)
    assert provider.find("P1-1") is None
    with at(payment.created + timedelta(seconds=41)):
        assert provider.find("P1-1").provider_id == payment.payment_id
    assert provider.search_lag > govukpay_stub.search_lag


def test_what_a_search_says_is_read_again_where_it_is_true(govukpay_stub, provider):
    payment = begun(govukpay_stub, provider)
    stale = {
        "payment_id": payment.payment_id,
        "reference": "P1-1",
        "amount": 4550,
        "state": {"status": "created", "finished": False},
    }
    govukpay_stub.pay(payment)
    answer = json.dumps({"total": 1, "results": [stale]}).encode()
    govukpay_stub.next("search", Reply(200, body=answer))
    assert provider.find("P1-1").state == ProviderState.PAID


def test_a_search_that_fails_teaches_nothing(govukpay_stub, provider):
    for fault in (Fault.DOWN, Fault.REVOKED, Fault.BAD_GATEWAY, Reply(404), Reply(422, "P0401")):
        govukpay_stub.next("search", fault)
        with pytest.raises(Unreachable):
            provider.find("P1-1")


@pytest.mark.parametrize("number", [0, 1, 3, 4, 7])
def test_all_payments_of_a_day_are_listed_page_by_page(
    govukpay_stub, provider, monkeypatch, number
):
    monkeypatch.setattr(module, "PAGE", 3)
    with at(NOON):
        wanted = {
            begun(govukpay_stub, provider, reference=f"P{n}-1").payment_id for n in range(number)
        }
    seen = list(provider.payments_between(*DAY))
    assert {payment.provider_id for payment in seen} == wanted
    assert len(seen) == number
    pages = [exchange.query["page"] for exchange in govukpay_stub.asked("search")]
    assert pages == [str(n) for n in range(1, max(1, -(-number // 3)) + 1)]


def test_a_page_beyond_the_end_is_the_end(govukpay_stub, provider, monkeypatch):
    monkeypatch.setattr(module, "PAGE", 1)
    with at(NOON):
        begun(govukpay_stub, provider, reference="P1-1")
        begun(govukpay_stub, provider, reference="P2-1")
    pages = provider.payments_between(*DAY)
    assert next(pages)
    govukpay_stub.payments.popitem()  # one left while the next page was on its way
    assert list(pages) == []


def test_a_page_that_fails_half_way_is_not_taken_for_the_end(govukpay_stub, provider, monkeypatch):
    monkeypatch.setattr(module, "PAGE", 1)
    with at(NOON):
        begun(govukpay_stub, provider, reference="P1-1")
        begun(govukpay_stub, provider, reference="P2-1")
    pages = provider.payments_between(*DAY)
    assert next(pages)
    govukpay_stub.next("search", Fault.DOWN)
    with pytest.raises(Unreachable):
        next(pages)


def test_days_that_adjoin_share_no_payment_and_miss_none(govukpay_stub, provider):
    midnight = DAY[1]
    for number, moment in enumerate(
        (midnight - timedelta(milliseconds=1), midnight, midnight + timedelta(milliseconds=1))
    ):
        with at(moment):
            begun(govukpay_stub, provider, reference=f"P{number}-1")
    first = [p.reference for p in provider.payments_between(*DAY)]
    second = [
        p.reference for p in provider.payments_between(midnight, midnight + timedelta(days=1))
    ]
    assert first == ["P0-1"]
    assert sorted(second) == ["P1-1", "P2-1"]


def test_times_are_asked_for_in_utc(govukpay_stub, provider):
    london = datetime.fromisoformat("2024-06-01T00:00:00+01:00")
    list(provider.payments_between(london, london + timedelta(days=1)))
    query = govukpay_stub.asked("search")[0].query
    assert query["from_date"] == "2024-05-31T23:00:00Z"
    assert query["to_date"] == "2024-06-01T23:00:00Z"


def test_refunds_made_elsewhere_are_listed(govukpay_stub, provider, monkeypatch):
    monkeypatch.setattr(module, "PAGE", 1)
    with at(NOON):
        payment = paid(govukpay_stub, provider)
        made = govukpay_stub.refund_in_console(payment, 1000)
        govukpay_stub.refund_in_console(payment, 550, status="error")
    seen = sorted(provider.refunds_between(*DAY), key=lambda refund: -refund.amount)
    assert [(refund.amount, refund.status) for refund in seen] == [
        (Decimal("10.00"), RefundStatus.SUCCEEDED),
        (Decimal("5.50"), RefundStatus.FAILED),
    ]
    assert (seen[0].refund_id, seen[0].provider_id) == (made.refund_id, payment.payment_id)
    assert seen[0].created_at == NOON
    assert list(provider.refunds_between(DAY[1], DAY[1] + timedelta(days=1))) == []


def test_fs081_disputes_are_listed_with_what_they_cost_and_until_when_to_answer(
    govukpay_stub, provider, monkeypatch
):
    monkeypatch.setattr(module, "PAGE", 1)
    with at(NOON):
        lost = govukpay_stub.dispute(paid(govukpay_stub, provider, reference="P1-1"))
        won = govukpay_stub.dispute(
            paid(govukpay_stub, provider, reference="P2-1"), reason="duplicate"
        )
        new = govukpay_stub.dispute(paid(govukpay_stub, provider, reference="P3-1"))
        govukpay_stub.finish_dispute(lost, won=False, fee=1500)
        govukpay_stub.finish_dispute(won, won=True)
    seen = {dispute.dispute_id: dispute for dispute in provider.disputes_between(*DAY)}
    assert {key: dispute.status for key, dispute in seen.items()} == {
        lost.dispute_id: DisputeState.LOST,
        won.dispute_id: DisputeState.WON,
        new.dispute_id: DisputeState.NEEDS_RESPONSE,
    }
    dispute = seen[lost.dispute_id]
    assert (dispute.amount, dispute.fee) == (Decimal("45.50"), Decimal("15.00"))
    assert (dispute.opened_at, dispute.settled_on) == (NOON, NOON.date())
    assert seen[won.dispute_id].reason == "duplicate"
    assert seen[new.dispute_id].evidence_due_at == NOON + timedelta(days=7)
    assert seen[new.dispute_id].fee is None
