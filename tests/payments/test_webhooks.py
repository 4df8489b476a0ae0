"""Webhooks: only signed ones, each once, stored before they are answered, never believed."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from ims_wagtail.payments.checking import check_payments
from ims_wagtail.payments.enums import AttemptState, EventSource, OrderState
from ims_wagtail.payments.models import Attempt, ProviderEvent
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment
from ims_wagtail.payments.providers.sandbox.provider import SandboxProvider
from ims_wagtail.payments.providers.signatures import sign, signing_secret
from ims_wagtail.payments.selectors import unmatched_messages
from ims_wagtail.payments.services import PaymentUnknown, settle, start_payment
from ims_wagtail.payments.tasks import handle_event
from ims_wagtail.payments.webhooks import MAXIMUM_SIZE
from tests.factories import make_merchant_account
from tests.payments.making import TWO_LINES, breaches, make_order, posted, use_card


@pytest.fixture
def attempt(council):
    """An attempt that has been paid, of which nobody has told."""
    attempt = start_payment(order=make_order(council)).attempt
    use_card(attempt)
    return attempt


def message_about(attempt, **values):
    return {
        "message_id": str(uuid4()),
        "event": "card_payment_succeeded",
        "payment_id": attempt.provider_id,
        "reference": attempt.reference,
    } | values


def send(client, message, *, secret="demo-secret", account="sandbox", slash="/", **headers):
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    headers = {"Sandbox-Signature": sign(secret=secret, body=body)} | headers
    return client.post(
        f"/ims/webhooks/{account}{slash}",
        data=body,
        content_type="application/json",
        headers=headers,
    ).status_code


def messages():
    """What was received, apart from what was read at the provider because of it."""
    return ProviderEvent.objects.filter(source=EventSource.WEBHOOK).exclude(message_id="")


def work():
    """Do what a background worker would."""
    for task in DBTaskResult.objects.filter(task_path=handle_event.module_path):
        handle_event.call(**task.args_kwargs["kwargs"])


@pytest.mark.parametrize("slash", ["/", ""])
def test_fs030_a_webhook_finishes_a_payment_before_the_payer_returns(client, attempt, slash):
    assert send(client, message_about(attempt), slash=slash) == 204
    assert Attempt.objects.get().state == AttemptState.OPEN  # answered first, acted on afterwards
    work()
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.PAID
    assert posted(attempt.order) == TWO_LINES
    assert messages().get().handled_at
    returned = settle(attempt_id=attempt.pk, source=EventSource.RETURN)
    assert returned.order.state == OrderState.PAID
    assert not breaches()


def test_fs032_the_same_message_again_is_taken_and_does_nothing(client, attempt):
    message = message_about(attempt)
    assert [send(client, message) for _time in range(3)] == [204, 204, 204]
    work()
    assert messages().count() == 1
    assert DBTaskResult.objects.filter(task_path=handle_event.module_path).count() == 1
    assert posted(attempt.order) == TWO_LINES


def test_fs033_messages_in_any_order_lead_to_the_same_end(client, attempt):
    for event in ("card_payment_captured", "card_payment_failed", "card_payment_succeeded"):
        assert send(client, message_about(attempt, event=event)) == 204
        work()
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.PAID
    assert attempt.problem == ""
    assert posted(attempt.order) == TWO_LINES


def test_a_message_that_says_paid_of_an_open_payment_is_not_believed(client, council):
    attempt = start_payment(order=make_order(council)).attempt
    send(client, message_about(attempt))
    work()
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.OPEN
    assert posted(attempt.order) == []


@pytest.mark.parametrize("secret", ["another", ""])
def test_fs034_a_message_that_is_not_signed_with_our_secret_is_refused(client, attempt, secret):
    assert send(client, message_about(attempt), secret=secret) == 403
    assert not ProviderEvent.objects.exists()


def test_fs034_a_message_changed_on_its_way_is_refused(client, attempt):
    message = message_about(attempt)
    signature = sign(secret="demo-secret", body=json.dumps(message).encode())
    changed = message | {"payment_id": "another"}
    assert send(client, changed, **{"Sandbox-Signature": signature}) == 403
    assert send(client, message, **{"Sandbox-Signature": ""}) == 403
    assert not ProviderEvent.objects.exists()


@pytest.mark.parametrize("secrets", [[], [""]], ids=["none", "empty"])
def test_fs034_without_a_secret_every_message_is_refused(client, attempt, settings, secrets):
    credential = {"api_key": "demo-key", "webhook_secrets": secrets}
    settings.IMS = {**settings.IMS, "CREDENTIALS": {"sandbox": credential}}
    assert send(client, message_about(attempt), secret="") == 403
    assert send(client, message_about(attempt)) == 403


def test_fs035_old_and_new_secrets_both_count_while_they_are_changed(client, attempt, settings):
    credential = {"api_key": "demo-key", "webhook_secrets": ["new", "old"]}
    settings.IMS = {**settings.IMS, "CREDENTIALS": {"sandbox": credential}}
    assert send(client, message_about(attempt), secret="new") == 204
    assert send(client, message_about(attempt), secret="old") == 204
    numbers = ProviderEvent.objects.order_by("pk").values_list("detail__secret", flat=True)
    assert list(numbers) == [1, 2]


def test_the_secret_that_signed_is_told_apart():
    body = b'{"a": 1}'
    for number, secret in enumerate(("one", "two"), start=1):
        signature = sign(secret=secret, body=body)
        assert signing_secret(secrets=("one", "two"), body=body, signature=signature) == number
    assert signing_secret(secrets=("one",), body=body, signature="\u00e9") is None


def test_fs036_a_message_about_a_payment_that_is_not_ours_is_kept_and_makes_no_income(
    client, council
):
    stranger = {"message_id": "m1", "event": "e", "payment_id": "p1", "reference": "THEIRS"}
    assert send(client, stranger) == 204
    work()
    check_payments()
    assert unmatched_messages().get().provider_id == "p1"
    assert not Attempt.objects.exists()


def test_fs036_a_message_that_overtakes_our_own_commit_finds_its_payment_later(client, council):
    order = make_order(council, "77.77")
    with pytest.raises(PaymentUnknown):
        start_payment(order=order)
    payment = SandboxPayment.objects.get()
    attempt = Attempt.objects.get()
    Attempt.objects.filter(pk=attempt.pk).update(next_check_at=None)
    use_card(attempt)
    assert send(client, message_about(attempt, payment_id=str(payment.pk), reference="")) == 204
    work()
    assert unmatched_messages().count() == 1
    Attempt.objects.filter(pk=attempt.pk).update(provider_id=str(payment.pk))
    assert check_payments().messages == 1
    assert not unmatched_messages()
    assert len(posted(order)) == 1


def test_a_message_finds_a_payment_whose_answer_was_lost_by_our_reference(client, council):
    order = make_order(council, "77.77")
    with pytest.raises(PaymentUnknown):
        start_payment(order=order)
    attempt = Attempt.objects.get()
    use_card(attempt)
    payment = SandboxPayment.objects.get()
    assert send(client, message_about(attempt, payment_id=str(payment.pk))) == 204
    work()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.provider_id) == (AttemptState.PAID, str(payment.pk))


def test_fs037_a_message_that_could_not_be_acted_on_is_acted_on_later(client, attempt, monkeypatch):
    def unreachable(self, provider_id):
        raise TimeoutError

    assert send(client, message_about(attempt)) == 204
    with monkeypatch.context() as patch:
        patch.setattr(SandboxProvider, "read", unreachable)
        work()
    assert posted(attempt.order) == []
    assert check_payments().messages == 1
    assert posted(attempt.order) == TWO_LINES


def test_fs037_a_message_that_could_not_be_stored_is_sent_again_by_the_provider(
    client, attempt, monkeypatch
):
    client.raise_request_exception = False
    monkeypatch.setattr("ims_wagtail.payments.webhooks.events.store", _no_disk)
    assert send(client, message_about(attempt)) == 500


def _no_disk(**values):
    raise OSError


def test_fs038_answering_a_message_takes_few_queries_and_asks_nobody(client, attempt, monkeypatch):
    def never(self, provider_id):
        raise AssertionError("the provider was asked while it waited")

    monkeypatch.setattr(SandboxProvider, "read", never)
    with CaptureQueriesContext(connection) as queries:
        assert send(client, message_about(attempt)) == 204
    assert len(queries) <= 7


def test_a_message_for_another_account_does_not_reach_this_one_s_payments(
    client, attempt, settings
):
    make_merchant_account("other", takes=())
    credential = {"api_key": "key", "webhook_secrets": ["other-secret"]}
    credentials = {**settings.IMS["CREDENTIALS"], "other": credential}
    settings.IMS = {**settings.IMS, "CREDENTIALS": credentials}
    message = message_about(attempt)
    assert send(client, message, account="other") == 403
    assert send(client, message, account="other", secret="other-secret") == 204
    work()
    assert unmatched_messages().count() == 1
    assert send(client, message, account="nobody") == 404


def test_what_is_too_large_or_can_not_be_read_is_refused(client, attempt):
    assert send(client, b"x" * (MAXIMUM_SIZE + 1)) == 413
    for body in (b"", b"{", b"[]", b"{}", b"\xff", b'"text"'):
        assert send(client, body) == 403
    assert send(client, message_about(attempt, message_id="m" * 81)) == 403
    assert send(client, message_about(attempt, payment_id="")) == 403
    assert not ProviderEvent.objects.exists()


@pytest.mark.parametrize("length", ["", "0", "-1", "many", "99999999999"])
def test_a_sender_that_lies_about_the_length_is_refused_and_breaks_nothing(client, attempt, length):
    body = b"x" * (MAXIMUM_SIZE + 1)
    answer = client.generic(
        "POST",
        "/ims/webhooks/sandbox/",
        body,
        content_type="application/json",
        headers={"Sandbox-Signature": sign(secret="demo-secret", body=body)},
        CONTENT_LENGTH=length,
    )
    assert answer.status_code in (403, 413)
    assert not ProviderEvent.objects.exists()


def test_only_posts_are_taken_and_no_session_is_begun(client, attempt):
    assert client.get("/ims/webhooks/sandbox/").status_code == 405
    send(client, message_about(attempt))
    assert not client.cookies
