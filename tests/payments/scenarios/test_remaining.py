"""Failure scenarios of browsers that lose their session, of silence, and of what comes after."""

import socket
from smtplib import SMTPServerDisconnected

import pytest
from django.core.mail.backends.locmem import EmailBackend

from ims_wagtail.ledger.models import Posting
from ims_wagtail.notifications.models import Message, MessageState
from ims_wagtail.notifications.services import send_due
from ims_wagtail.payments.checking import check_payments
from ims_wagtail.payments.enums import AttemptState, EventSource, OrderState
from ims_wagtail.payments.models import Attempt, ProviderEvent
from ims_wagtail.payments.probes import silent_webhooks
from ims_wagtail.payments.providers.sandbox import remote
from ims_wagtail.payments.services import settle, start_payment
from tests.checkout.resident import Resident
from tests.payments.making import TWO_LINES, breaches, card, make_order, posted, use_card


EMAIL = "ada@example.com"


@pytest.fixture
def resident(council):
    """A resident who has come as far as the page on which everything is checked."""
    return Resident()


def begun(resident):
    """A payment that waits for a card, of a resident who has said who they are."""
    resident.add(reference="301122331", amount="50.00")
    return resident.begin_payment(resident.go_to_check(email=EMAIL))


def test_fs009_without_cookies_the_way_back_shows_the_result_and_nothing_personal(resident):
    payment = begun(resident)
    assert remote.use_card(payment=payment, card=card("Success"))
    resident.client.cookies.clear()
    page = resident.come_back(payment)
    order = Attempt.objects.get().order
    assert page.title == "Payment complete"
    assert order.reference in page.text
    assert "£50.00" in page.text
    assert EMAIL not in page.text
    assert order.state == OrderState.PAID


def test_fs010_the_basket_is_empty_when_it_is_paid_whoever_looks_at_the_result(resident):
    payment = begun(resident)
    assert remote.use_card(payment=payment, card=card("Success"))
    assert "Your basket is empty." not in resident.visit("/pay/basket/").text
    settle(attempt_id=Attempt.objects.get().pk, source=EventSource.WEBHOOK)
    assert "Your basket is empty." in resident.visit("/pay/basket/").text
    assert Resident().come_back(payment).title == "Payment complete"
    assert Posting.objects.count() == 1


def test_fs013_after_ninety_minutes_the_payer_reads_why_and_may_begin_again(resident):
    payment = begun(resident)
    assert remote.use_card(payment=payment, card=card("Expired"))
    page = resident.come_back(payment)
    assert Attempt.objects.get().state == AttemptState.EXPIRED
    assert "within 90 minutes. No money has been taken." in page.text
    assert "£50.00" in resident.visit("/pay/basket/").text
    again = resident.fill_in(page, button="Try again")
    assert "/sandbox/" in again.path
    assert not Posting.objects.exists()


def test_fs039_without_any_webhook_the_schedule_completes_payments_and_health_says_so(
    council, later
):
    order = make_order(council)
    use_card(start_payment(order=order).attempt)
    later(minutes=3)
    check_payments()
    assert posted(order) == TWO_LINES
    (finding,) = silent_webhooks("default")
    assert "has sent no message for a day, though payments succeeded" in finding.message
    ProviderEvent.objects.create(
        account=council.account, source=EventSource.WEBHOOK, message_id="one"
    )
    assert not list(silent_webhooks("default"))


def test_fs068_a_payment_is_posted_while_nothing_else_in_the_world_answers(
    council, later, monkeypatch
):
    """Finance systems and mail are told later, from what the payment left in the database."""
    order = make_order(council)
    attempt = start_payment(order=order).attempt
    use_card(attempt)

    def nobody(*args, **kwargs):
        raise ConnectionRefusedError

    def broken(self, messages):
        raise SMTPServerDisconnected

    monkeypatch.setattr(socket.socket, "connect", nobody)
    monkeypatch.setattr(EmailBackend, "send_messages", broken)
    assert settle(attempt_id=attempt.pk, source=EventSource.RETURN).state == AttemptState.PAID
    send_due()
    assert posted(order) == TWO_LINES
    assert Message.objects.get().state == MessageState.QUEUED
    assert not breaches()
    monkeypatch.undo()
    later(minutes=2)
    assert send_due() == 1
    assert posted(order) == TWO_LINES
