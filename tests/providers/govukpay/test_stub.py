"""The stub itself: it is as forgetful, late and contradictory as it is told, and no more."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest

from ims_wagtail.payments.providers.contract import (
    CreateRequest,
    OutcomeUnknown,
    ProviderState,
    Unreachable,
)
from ims_wagtail.payments.providers.govukpay.client import Client, Failed
from tests.providers.govukpay.faults import Fault
from tests.providers.govukpay.stub import KEY, running_stub


REQUEST = CreateRequest(
    reference="P1-1",
    amount=Decimal("45.50"),
    description="Council tax",
    language="en-gb",
    return_url="https://pay.example/return/token/",
    webhook_url="https://pay.example/webhooks/",
)


def test_it_remembers_what_was_created_and_what_became_of_it(govukpay_stub, provider):
    created = provider.create(REQUEST)
    payment = govukpay_stub.payment(reference="P1-1")
    assert payment.payment_id == created.provider_id
    govukpay_stub.pay(payment)
    seen = provider.read(created.provider_id)
    assert (seen.state, seen.amount) == (ProviderState.PAID, Decimal("45.50"))


def test_it_may_do_what_it_is_asked_and_not_answer(govukpay_stub, provider):
    govukpay_stub.next("create", Fault.DROP_AFTER_ACCEPTING)
    with pytest.raises(OutcomeUnknown):
        provider.create(REQUEST)
    assert govukpay_stub.payment(reference="P1-1")


def test_its_search_may_lag_behind(govukpay_stub, provider):
    govukpay_stub.search_lag = timedelta(minutes=1)
    provider.create(REQUEST)
    assert provider.find("P1-1") is None
    govukpay_stub.search_lag = timedelta(0)
    assert provider.find("P1-1").state == ProviderState.OPEN


def test_it_misbehaves_at_random_until_it_is_told_to_behave(govukpay_stub, provider):
    created = provider.create(REQUEST)
    govukpay_stub.at_random(Fault.DOWN, operations=["read"], chance=1, random=random.Random(1))
    with pytest.raises(Unreachable):
        provider.read(created.provider_id)
    govukpay_stub.behave()
    assert provider.read(created.provider_id)


def test_it_sends_its_messages_twice_and_in_any_order(govukpay_stub, provider):
    provider.create(REQUEST)
    payment = govukpay_stub.payment(reference="P1-1")
    govukpay_stub.pay(payment)
    govukpay_stub.take(payment)
    taken = []

    def take(body, headers):
        taken.append(provider.parse_webhook(body=body, headers=headers))
        return 204 if len(taken) < 4 else 500

    left = govukpay_stub.deliver(to=take, times=2, shuffled_by=random.Random(3))
    assert sorted(message.event for message in taken) == [
        "card_payment_captured",
        "card_payment_captured",
        "card_payment_succeeded",
        "card_payment_succeeded",
    ]
    assert len({message.message_id for message in taken}) == 2
    assert len(left) == 1
    assert govukpay_stub.deliver(to=lambda body, headers: 204) == []


def test_what_departs_from_the_description_fails_the_test():
    with pytest.raises(AssertionError, match="less than the minimum"), running_stub() as stub:
        client = Client(api_key=KEY, base_url=stub.url)
        with pytest.raises(Failed):
            client.post("/v1/payments/x/refunds", {"amount": 0})
