"""Webhook messages of GOV.UK Pay: signed over every byte, and only a reason to look."""

import json

import pytest

from ims_wagtail.payments.providers.contract import WebhookInvalid
from ims_wagtail.payments.providers.signatures import signing_secret
from tests.providers.govukpay.asking import begun, paid
from tests.providers.govukpay.conftest import provider_at
from tests.providers.govukpay.messages import signature
from tests.providers.govukpay.stub import WEBHOOK_SECRET


#: From the service's own tests, and one of ours: secret, body, signature.
VECTORS = [
    (
        "This is my secret key! \N{KEY}",
        "We captured a £10 payment! \N{BANKNOTE WITH POUND SIGN}",
        "a678c8326237dc08acabed4ec3948ee82f94c4b35cdc44b68f26fa8ef595efff",
    ),
    (
        "webhook_test_examplekeyfortests0000000000",
        '{"webhook_message_id":"wm1","api_version":1,"created_date":"2026-01-02T03:04:05.000Z",'
        '"resource_id":"pay1","resource_type":"payment","event_type":"card_payment_succeeded",'
        '"resource":{"payment_id":"pay1","amount":5000}}',
        "b76744fd72a699b7b87f15702bbc69833066151d4cf2218a3f683b31b9992076",
    ),
]


def parse(provider, body, *, signed=None, secret=WEBHOOK_SECRET):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = signature(secret=secret, body=body) if signed is None else signed
    return provider.parse_webhook(body=body, headers={"Pay-Signature": signed})


@pytest.fixture
def message(govukpay_stub, provider):
    """What the stub says of a payment that was paid."""
    paid(govukpay_stub, provider)
    return json.loads(govukpay_stub.messages[-1].body)


@pytest.mark.parametrize(("secret", "body", "signed"), VECTORS)
def test_the_signature_is_the_one_the_service_makes(secret, body, signed):
    assert signing_secret(secrets=[secret], body=body.encode(), signature=signed) == 1
    assert signing_secret(secrets=[secret], body=body.encode() + b" ", signature=signed) is None


def test_a_message_signed_by_the_service_is_taken(govukpay_stub):
    secret, body, signed = VECTORS[1]
    ours = provider_at(govukpay_stub, webhook_secrets=[secret])
    message = parse(ours, body.encode(), signed=signed)
    assert (message.message_id, message.provider_id) == ("wm1", "pay1")


def test_a_message_says_where_to_look(govukpay_stub, provider):
    payment = paid(govukpay_stub, provider)
    sent = govukpay_stub.messages[-1]
    message = provider.parse_webhook(body=sent.body, headers=sent.headers)
    assert message.provider_id == payment.payment_id
    assert message.reference == "P1-1"
    assert message.event == "card_payment_succeeded"
    assert message.message_id == json.loads(sent.body)["webhook_message_id"]


@pytest.mark.parametrize("word", ["payment", "PAYMENT", "Payment"])
def test_upper_and_lower_case_of_the_kind_do_not_matter(provider, message, word):
    assert parse(provider, message | {"resource_type": word}).reference == "P1-1"


def test_messages_about_something_else_are_kept_but_fit_no_payment(provider, message):
    other = parse(provider, message | {"resource_type": "agreement", "resource_id": "agr1"})
    assert (other.provider_id, other.reference) == ("agr1", "")


def test_fs034_a_message_that_is_not_signed_with_our_secret_is_refused(provider, message):
    for signed in ("", "0" * 64, "not hex", "é" * 64):
        with pytest.raises(WebhookInvalid):
            parse(provider, message, signed=signed)
    with pytest.raises(WebhookInvalid):
        parse(provider, message, secret="another")
    with pytest.raises(WebhookInvalid):
        provider.parse_webhook(body=json.dumps(message).encode(), headers={})


@pytest.mark.parametrize("secrets", [[], [""]])
def test_without_a_secret_every_message_is_refused(govukpay_stub, message, secrets):
    ours = provider_at(govukpay_stub, webhook_secrets=secrets)
    with pytest.raises(WebhookInvalid):
        parse(ours, message, secret="")


def test_fs035_while_secrets_change_both_count_and_which_one_is_told(govukpay_stub, message):
    ours = provider_at(govukpay_stub, webhook_secrets=["new", "old"])
    assert parse(ours, message, secret="new").secret_number == 1
    assert parse(ours, message, secret="old").secret_number == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        {"resource_type": "payment"},
        {
            "webhook_message_id": 5,
            "resource_type": "payment",
            "resource_id": "x",
            "event_type": "e",
        },
        {
            "webhook_message_id": "m",
            "resource_type": "payment",
            "resource_id": "x",
            "event_type": "e",
            "resource": ["no", "object"],
        },
    ],
    ids=str,
)
def test_a_signed_message_that_can_not_be_read_is_refused(provider, body):
    with pytest.raises(WebhookInvalid, match="can't be read"):
        parse(provider, body)


def test_the_state_a_message_gives_is_not_the_api_s_and_is_not_used(govukpay_stub, provider):
    payment = begun(govukpay_stub, provider)
    govukpay_stub.decline(payment)
    sent = govukpay_stub.messages[-1]
    assert json.loads(sent.body)["resource"]["state"]["status"] == "declined"
    message = provider.parse_webhook(body=sent.body, headers=sent.headers)
    assert "declined" not in str(message)
    assert provider.read(payment.payment_id).raw_state == "failed P0010"
