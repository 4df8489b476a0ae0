"""Stripe Checkout: what we ask for, and what its sessions, intents and charges mean."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qsl

import pytest
import stripe
import time_machine
from django.utils import timezone

from ims_wagtail.payments.providers.contract import (
    DisputeState,
    NotFound,
    OutcomeUnknown,
    ProviderState,
    RefundStatus,
    Refused,
    Unreachable,
    WebhookInvalid,
)
from ims_wagtail.payments.providers.stripe_checkout.observations import (
    DISPUTE_STATES,
    REFUND_STATES,
)
from tests.providers.benches import EMAIL, NAME, SECRET
from tests.providers.fakes.serving import Fault


@pytest.fixture
def bench(stripe_checkout):
    return stripe_checkout


@pytest.fixture
def paid(bench):
    provider_id = bench.create().provider_id
    bench.pay(provider_id)
    return provider_id


def between(bench, verb):
    now = timezone.now()
    return list(getattr(bench.provider, verb)(now - timedelta(days=1), now + timedelta(days=1)))


def test_a_session_asks_for_what_the_house_asked_and_names_nobody(bench):
    with time_machine.travel(datetime(2026, 11, 22, 12, 0, tzinfo=timezone.get_default_timezone())):
        created = bench.create()
    (heard,) = bench.fake.heard
    asked = dict(parse_qsl(heard.body.decode()))
    address = "http://testserver/pay/return/a-token/"
    assert heard.headers["idempotency-key"] == "P1-1"
    assert asked == {
        "mode": "payment",
        "payment_method_types[0]": "card",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "gbp",
        "line_items[0][price_data][unit_amount]": "2000",
        "line_items[0][price_data][product_data][name]": "Council tax",
        "client_reference_id": "P1-1",
        "metadata[fund]": "CT",
        "metadata[reference]": "P1-1",
        "payment_intent_data[metadata][fund]": "CT",
        "payment_intent_data[metadata][reference]": "P1-1",
        "payment_intent_data[description]": "Council tax",
        "payment_intent_data[capture_method]": "automatic",
        "success_url": address,
        "cancel_url": address,
        "locale": "en-GB",
        "expires_at": str(int(datetime.fromisoformat("2026-11-22T13:30:00+00:00").timestamp())),
        "customer_email": EMAIL,
    }
    assert NAME not in heard.body.decode()
    assert created.next_url.startswith("https://checkout.stripe.")


def test_repeating_a_request_makes_no_second_payment(bench):
    with time_machine.travel(timezone.now(), tick=False):
        assert bench.create() == bench.create()
    assert bench.payments_there() == 1


def test_another_request_with_the_same_reference_is_uncertain_and_makes_nothing(bench):
    bench.create()
    with pytest.raises(OutcomeUnknown):
        bench.create(amount="21.00")
    assert bench.payments_there() == 1


def test_stripe_takes_no_payments_by_telephone_for_us(bench):
    with pytest.raises(Refused):
        bench.create(telephone=True)
    assert bench.fake.heard == []


def test_without_a_key_nothing_is_asked(bench):
    with pytest.raises(Refused) as refused:
        bench.provider_with(api_key="").create(bench.request())
    assert refused.value.account_fault
    with pytest.raises(Unreachable):
        bench.provider_with(api_key="").read("any")


def test_what_is_busy_is_asked_again_a_few_times_and_what_is_uncertain_once(bench):
    for fault, times in ((Fault.BUSY, 3), (Fault.BREAKS, 1), (Fault.ANSWER_LOST, 1)):
        bench.fake.heard.clear()
        with pytest.raises((Refused, OutcomeUnknown)):
            bench.create_with(fault, f"P{fault.value}-1")
        assert len(bench.fake.heard) == times


def test_sessions_are_asked_for_where_the_key_belongs(bench):
    bench.fake.key = "rk_live_key"
    provider = bench.provider_with(api_key="rk_live_key")
    with pytest.raises(NotFound):
        provider.read("abc")
    assert bench.fake.heard[-1].path == "/v1/checkout/sessions/cs_live_abc"


def test_a_session_that_ran_out_expired_and_one_that_we_ended_was_cancelled(bench):
    run_out = bench.create("P1-1").provider_id
    ended = bench.create("P2-1").provider_id
    bench.fake.run_out(bench.session(run_out))
    bench.provider.cancel(ended)
    assert bench.provider.read(run_out).state == ProviderState.EXPIRED
    assert bench.provider.read(ended).state == ProviderState.CANCELLED_BY_US


def test_reserved_money_that_nobody_took_in_time_expired(bench):
    provider_id = bench.create(delayed_capture=True).provider_id
    bench.pay(provider_id)
    bench.fake.let_go(bench.session(provider_id))
    assert bench.provider.read(provider_id).state == ProviderState.EXPIRED


def test_a_payment_that_stripe_still_works_on_is_submitted(bench, paid):
    session = bench.fake.sessions[bench.session(paid)]
    bench.fake.intents[session["payment_intent"]]["status"] = "processing"
    assert bench.provider.read(paid).state == ProviderState.SUBMITTED


def test_fee_days_and_what_is_left_come_with_a_payment(bench):
    # Half past midnight in London, still the day before in UTC.
    with time_machine.travel("2026-06-30T23:30:00+00:00", tick=False):
        provider_id = bench.create().provider_id
        bench.pay(provider_id)
        bench.refund(provider_id, "7.50")
        seen = bench.provider.read(provider_id)
    assert seen.fee == Decimal("0.42")
    assert seen.captured_on == date(2026, 7, 1)
    assert seen.refundable == Decimal("12.50")
    assert seen.metadata == {"fund": "CT", "reference": "P1-1"}
    assert (seen.card_brand, seen.card_last_four) == ("Visa", "4242")


def test_a_payment_that_a_search_can_not_see_yet_is_not_found_and_later_is(bench, paid):
    bench.fake.search_lags = True
    assert bench.provider.find("P1-1") is None
    bench.fake.search_lags = False
    assert bench.provider.find("P1-1").provider_id == paid


def test_repeating_a_refund_gives_nothing_back_twice(bench, paid):
    assert bench.refund(paid).refund_id == bench.refund(paid).refund_id
    assert bench.refunded_there() == Decimal("5.00")


@pytest.mark.parametrize(("word", "status"), REFUND_STATES.items())
def test_every_word_for_a_refund_is_known(bench, paid, word, status):
    made = bench.refund(paid)
    bench.fake.refunds[made.refund_id]["status"] = word
    seen = bench.provider.read_refund(provider_id=paid, refund_id=made.refund_id)
    assert (seen.status, seen.raw_state) == (status, word)
    assert status != RefundStatus.FAILED or word in ("failed", "canceled")


def test_an_unpaid_payment_has_no_refunds_and_takes_none(bench):
    provider_id = bench.create().provider_id
    assert bench.provider.refunds_of(provider_id) == []
    with pytest.raises(Refused):
        bench.refund(provider_id)


def test_a_payment_that_was_refunded_in_full_says_so(bench, paid):
    assert bench.provider.read(paid).refund_block == ""
    bench.refund(paid, "20.00")
    seen = bench.provider.read(paid)
    assert (seen.refundable, seen.refund_block) == (Decimal("0.00"), "full")


def test_refunds_are_listed_with_few_questions(bench, paid):
    for number in range(4):
        bench.refund(paid, "1.00", number=str(number))
    bench.fake.page = 100
    bench.fake.heard.clear()
    assert {refund.provider_id for refund in between(bench, "refunds_between")} == {paid}
    assert len(bench.fake.heard) == 2


def test_what_was_paid_elsewhere_with_the_same_account_is_listed_as_such(bench, paid):
    session = bench.fake.sessions.pop(bench.session(paid))
    bench.fake.make_refund(session["payment_intent"], 100)
    (refund,) = between(bench, "refunds_between")
    assert refund.provider_id == session["payment_intent"]


def test_a_dispute_has_its_fee_and_its_day(bench, paid):
    bench.fake.dispute(bench.session(paid))
    (seen,) = between(bench, "disputes_between")
    assert (seen.provider_id, seen.amount, seen.fee) == (paid, Decimal("20.00"), Decimal("20.00"))
    assert (seen.status, seen.reason) == (DisputeState.NEEDS_RESPONSE, "fraudulent")
    assert seen.evidence_due_at > timezone.now()


@pytest.mark.parametrize(("word", "status"), DISPUTE_STATES.items())
def test_every_word_for_a_dispute_is_known(bench, paid, word, status):
    bench.fake.dispute(bench.session(paid), status=word, evidence_details={"due_by": None})
    (seen,) = between(bench, "disputes_between")
    assert (seen.status, seen.evidence_due_at) == (status, None)


def test_an_old_message_is_taken_for_a_recording(bench):
    body, headers = bench.message(bench.create().provider_id)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)), pytest.raises(WebhookInvalid):
        bench.provider.parse_webhook(body=body, headers=headers)


@pytest.mark.parametrize("kind", ["charge", "payment_intent"])
def test_messages_about_parts_of_a_payment_carry_our_reference(bench, kind):
    about = {"id": "x_1", "object": kind, "metadata": {"reference": "P1-1"}}
    if kind != "payment_intent":
        about["payment_intent"] = "pi_1"
    said = {"id": "evt_1", "type": f"{kind}.updated", "data": {"object": about}}
    body = json.dumps(said).encode()
    header = stripe.WebhookSignature.generate_signature_header(body.decode(), SECRET)
    message = bench.provider.parse_webhook(body=body, headers={"Stripe-Signature": header})
    assert (message.reference, message.message_id) == ("P1-1", "evt_1")
    assert message.provider_id in ("pi_1", "x_1")


def test_the_library_s_global_settings_stay_untouched(bench, paid):
    assert bench.provider.read(paid).state == ProviderState.PAID
    assert stripe.api_key is None
    assert stripe.default_http_client is None
    assert stripe.api_base == "https://api.stripe.com"
