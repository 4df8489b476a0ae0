"""The outbox: nothing is lost, little is sent twice, nothing personal is logged."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.utils import timezone

from ims_wagtail.notifications import renderers, services
from ims_wagtail.notifications.models import Message, MessageState
from ims_wagtail.notifications.renderers import Email


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def greeting(monkeypatch):
    monkeypatch.setitem(
        renderers._renderers,
        "greeting",
        lambda message: Email(subject=f"Hello {message.parameters['order_id']}", text="Hello"),
    )


def queue(source: str = "receipt:1", kind: str = "greeting") -> None:
    services.queue_email(
        kind=kind,
        source=source,
        recipient="ann@example.org",
        language="en-gb",
        parameters={"order_id": 1},
    )


def test_a_queued_message_is_sent_once():
    queue()
    queue()

    assert services.send_due() == 1
    assert services.send_due() == 0
    assert [m.subject for m in mail.outbox] == ["Hello 1"]
    assert Message.objects.get().state == MessageState.SENT


@pytest.mark.django_db(transaction=True)
def test_a_message_rolls_back_with_its_cause():
    try:
        with transaction.atomic():
            queue()
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass

    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_queueing_outside_a_transaction_is_refused():
    with pytest.raises(services.QueueOutsideTransaction):
        queue()


def test_a_mail_server_that_is_down_delays_the_message_then_gives_up(monkeypatch, caplog):
    def down(*args: object) -> None:
        raise SMTPServerDisconnected("lost ann@example.org")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", down)
    queue()
    now = timezone.now()
    for days in range(len(services.BACK_OFF) + 1):
        with time_machine.travel(now + timedelta(days=2 * days), tick=False):
            services.send_due()

    message = Message.objects.get()
    assert message.state == MessageState.FAILED
    assert message.last_error == "SMTPServerDisconnected"
    assert "ann@example.org" not in caplog.text


def test_a_message_of_an_unknown_kind_stops_no_other():
    queue("receipt:1", kind="nobody writes these")
    queue("receipt:2")

    assert services.send_due() == 1


def test_a_worker_that_died_gives_its_message_back():
    queue()
    assert services._claim("receipt:1")

    assert services.send_due() == 0
    with time_machine.travel(timezone.now() + services.LEASE + timedelta(seconds=1)):
        assert services.send_due() == 1
