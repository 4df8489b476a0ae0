"""Creating payments: what is sent, and what is certain when it goes wrong."""

import re
import socket
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ims_wagtail.conf import Credential
from ims_wagtail.payments.providers.contract import CardHolder, OutcomeUnknown, Refused
from ims_wagtail.payments.providers.govukpay import client
from ims_wagtail.payments.providers.govukpay.asking import body_of
from ims_wagtail.payments.providers.govukpay.provider import GovUkPayProvider
from tests.providers.govukpay.asking import a_request, begun
from tests.providers.govukpay.conftest import provider_at
from tests.providers.govukpay.faults import Fault, Reply


HOLDER = CardHolder(
    name="Ada Brook", line_1="1 High St", line_2="Flat 2", town="Anyborough", postcode="AB1 2CD"
)


def test_the_payer_gets_a_page_and_we_an_id(govukpay_stub, provider):
    created = provider.create(a_request())
    payment = govukpay_stub.payment(reference="P1-1")
    assert created.provider_id == payment.payment_id
    assert created.next_url.startswith(f"{govukpay_stub.url}/secure/")
    assert created.raw_state == "created"


def test_everything_a_payment_needs_is_sent_and_nothing_else():
    body = body_of(
        a_request(
            email="ada@example.org",
            card_holder=HOLDER,
            metadata={"fund": "23", "payment_type": "council-tax"},
            delayed_capture=True,
        )
    )
    assert body == {
        "amount": 4550,
        "reference": "P1-1",
        "description": "Council tax",
        "return_url": "https://pay.example/return/token/",
        "language": "en",
        "delayed_capture": True,
        "email": "ada@example.org",
        "prefilled_cardholder_details": {
            "cardholder_name": "Ada Brook",
            "billing_address": {
                "line1": "1 High St",
                "line2": "Flat 2",
                "city": "Anyborough",
                "postcode": "AB1 2CD",
            },
        },
        "metadata": {"fund": "23", "payment_type": "council-tax"},
    }


def test_what_is_not_known_is_not_sent():
    assert set(body_of(a_request())) == {
        "amount",
        "reference",
        "description",
        "return_url",
        "language",
    }


@pytest.mark.parametrize(
    ("language", "sent"), [("cy", "cy"), ("CY-gb", "cy"), ("en-gb", "en"), ("fr", "en")]
)
def test_fs092_the_payment_s_page_is_in_the_payer_s_language(
    govukpay_stub, provider, language, sent
):
    assert begun(govukpay_stub, provider, language=language).asked["language"] == sent


def test_a_telephone_payment_says_so_and_sends_no_address(govukpay_stub, provider):
    payment = begun(govukpay_stub, provider, telephone=True, card_holder=HOLDER)
    assert payment.asked["moto"] is True
    assert payment.asked["prefilled_cardholder_details"] == {"cardholder_name": "Ada Brook"}


def test_an_account_without_telephone_payments_refuses_them(govukpay_stub, provider):
    (service,) = govukpay_stub.services.values()
    service.moto = False
    with pytest.raises(Refused, match="P0196"):
        provider.create(a_request(telephone=True))


def test_fs022_what_the_firewall_takes_for_an_attack_is_not_sent(govukpay_stub, provider):
    payment = begun(
        govukpay_stub,
        provider,
        description='Rent <b>"A|B"</b> \\ see https://council.example\n' + "x" * 300,
        card_holder=CardHolder(name='Ada "Bee" Brook', line_1="<1> High St"),
        metadata={"fund": "A|B"},
    )
    assert payment.asked["description"].startswith("Rent b A B /b see council.example xxx")
    assert len(payment.asked["description"]) == 255
    assert payment.asked["prefilled_cardholder_details"] == {
        "cardholder_name": "Ada Bee Brook",
        "billing_address": {"line1": "1 High St"},
    }
    assert payment.asked["metadata"] == {"fund": "A B"}


@given(st.text(max_size=400), st.text(max_size=400))
def test_no_text_is_sent_that_would_be_refused(description, name):
    body = body_of(a_request(description=description, card_holder=CardHolder(name=name)))
    texts = [
        body["description"],
        body.get("prefilled_cardholder_details", {}).get("cardholder_name", ""),
    ]
    for text in texts:
        assert len(text) <= 255
        assert not set(text) & set('<>|"\\')
        assert not re.search(r"\bhttps?://", text, re.IGNORECASE)


def test_no_more_metadata_is_sent_than_is_taken(govukpay_stub, provider):
    metadata = {f"{number}-{'k' * 40}": "v" * 200 for number in range(20)}
    sent = begun(govukpay_stub, provider, metadata=metadata).asked["metadata"]
    assert len(sent) == 15
    assert {(len(key), len(value)) for key, value in sent.items()} == {(30, 100)}


@pytest.mark.parametrize(
    "email", ["", "not-an-address", "a@" + "b" * 260 + ".example", '"<x>"@example.org']
)
def test_an_e_mail_address_that_could_be_refused_is_not_sent(email):
    assert "email" not in body_of(a_request(email=email))


def test_a_live_key_needs_an_address_with_https_to_return_to(govukpay_stub):
    live = provider_at(govukpay_stub, **govukpay_stub.credential("api_live_council"))
    with pytest.raises(Refused, match="P0920"):
        live.create(a_request(return_url="http://pay.example/return/"))
    assert live.create(a_request())


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
        Fault.REDIRECT,
        Reply(408),
        Reply(200),
        Reply(201, body=b'{"payment_id": "x", "state": {"status": "created"}, "_links": {}}'),
        Reply(201, body=b"[]"),
    ],
    ids=str,
)
def test_what_is_no_clear_answer_is_unknown_and_never_repeated(govukpay_stub, provider, fault):
    govukpay_stub.next("create", fault)
    with pytest.raises(OutcomeUnknown):
        provider.create(a_request())
    assert len(govukpay_stub.asked("create")) == 1


@pytest.mark.parametrize(
    "fault", [Fault.TIMEOUT_BEFORE_ACCEPTING, Fault.TIMEOUT_AFTER_ACCEPTING], ids=str
)
def test_a_time_out_is_unknown_and_never_repeated(govukpay_stub, provider, impatient, fault):
    govukpay_stub.next("create", fault)
    with pytest.raises(OutcomeUnknown):
        provider.create(a_request())
    assert len(govukpay_stub.asked("create")) == 1


def test_without_a_connection_nothing_was_created_for_certain():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    away = GovUkPayProvider(
        credential=Credential(api_key="k", extra={"base_url": f"http://127.0.0.1:{port}"})
    )
    with pytest.raises(Refused, match="no_connection"):
        away.create(a_request())


def test_too_many_requests_are_tried_again_a_few_times(govukpay_stub, provider):
    govukpay_stub.next("create", Fault.RATE_LIMITED, times=client.TRIES - 1)
    assert provider.create(a_request())
    assert len(govukpay_stub.payments) == 1


def test_too_many_requests_for_too_long_are_refused_for_certain(govukpay_stub, provider):
    govukpay_stub.next("create", Fault.RATE_LIMITED, times=client.TRIES)
    with pytest.raises(Refused) as refusal:
        provider.create(a_request())
    assert refusal.value.code == "P0900"
    assert not refusal.value.account_fault
    assert len(govukpay_stub.asked("create")) == client.TRIES
    assert not govukpay_stub.payments


def test_pauses_between_tries_leave_a_payer_s_request_its_time():
    longest = (client.TRIES - 1) * max(client.PAUSE)
    assert longest + client.TIMEOUT[0] <= 10


@pytest.mark.parametrize(
    ("fault", "code"),
    [(Fault.REVOKED, "401"), (Fault.NOT_LINKED, "P0940"), (Fault.DISABLED, "P0941")],
)
def test_a_fault_of_the_account_is_told_from_one_of_the_payment(
    govukpay_stub, provider, fault, code
):
    govukpay_stub.next("create", fault)
    with pytest.raises(Refused) as refusal:
        provider.create(a_request())
    assert (refusal.value.code, refusal.value.account_fault) == (code, True)


def test_a_key_that_is_not_known_is_a_fault_of_the_account(govukpay_stub):
    stranger = provider_at(govukpay_stub, api_key="api_test_stranger")
    with pytest.raises(Refused) as refusal:
        stranger.create(a_request())
    assert refusal.value.account_fault


def test_an_amount_below_the_account_s_least_is_refused_there_too(govukpay_stub, provider):
    (service,) = govukpay_stub.services.values()
    service.minimum = 30
    with pytest.raises(Refused, match="P0102"):
        provider.create(a_request(amount=Decimal("0.29")))


def test_fs093_logs_hold_neither_key_nor_address_nor_words(govukpay_stub, provider, caplog):
    caplog.set_level("DEBUG", logger="ims_wagtail")
    govukpay_stub.next("create", Reply(422, "P0102", field="email"))
    with pytest.raises(Refused):
        provider.create(a_request(email="ada@example.org", card_holder=HOLDER))
    govukpay_stub.next("create", Fault.DROP_AFTER_ACCEPTING)
    with pytest.raises(OutcomeUnknown):
        provider.create(a_request(email="ada@example.org", card_holder=HOLDER))
    assert "P0102 email" in caplog.text
    for secret in ("api_test", "ada@", "Brook", "token", "High St", govukpay_stub.url):
        assert secret not in caplog.text


def test_the_key_goes_only_where_it_is_encrypted():
    with pytest.raises(ValueError, match="https"):
        client.Client(api_key="api_live_x", base_url="http://pay.example")


def test_a_netrc_of_the_machine_does_not_replace_the_key(
    govukpay_stub, provider, tmp_path, monkeypatch
):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert provider.create(a_request())
