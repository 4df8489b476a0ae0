"""Queueing and sending messages: queued in the caller's transaction, sent after it."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone, translation
from django_tasks import task

from .models import Message, MessageState
from .renderers import render


logger = logging.getLogger(__name__)

#: Minutes to wait after each try that failed; then a person has to look.
BACK_OFF = (1, 5, 30, 120, 360, 1440)
#: A worker that took a message and died gives it back after so long.
LEASE = timedelta(minutes=5)


class QueueOutsideTransaction(Exception):
    """A message must be queued in the transaction of the change it tells of."""


def queue_email(
    *, kind: str, source: str, recipient: str, language: str, parameters: dict[str, Any]
) -> None:
    """Put a message into the outbox, once for each ``source``, and a task to send it.

    ``parameters`` holds record ids only. Raises ``QueueOutsideTransaction`` when a crash could
    part the message from its cause.
    """
    if not connection.in_atomic_block:
        raise QueueOutsideTransaction(source)
    message = Message(
        kind=kind, source=source, recipient=recipient, language=language, parameters=parameters
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    send_message.enqueue(source=source)


def queue_slowly(messages: Iterable[Message], *, per_minute: int) -> int:
    """Put many messages into the outbox, spread over time so that no mail server takes offence.

    The schedule sends them as they fall due; return how many there are. Raises
    ``QueueOutsideTransaction`` as ``queue_email`` does.
    """
    if not connection.in_atomic_block:
        raise QueueOutsideTransaction
    now = timezone.now()
    waiting = list(messages)
    for number, message in enumerate(waiting):
        message.next_try_at = now + timedelta(minutes=number // per_minute)
    Message.objects.bulk_create(waiting, batch_size=1000, ignore_conflicts=True)
    return len(waiting)


@task()
def send_message(source: str) -> None:
    """Send one queued message in the background; what fails is tried again by the schedule."""
    send(source=source)


def send_due(*, limit: int = 100) -> int:
    """Send what is waiting, whoever should have; return how many were sent."""
    due = Message.objects.filter(state=MessageState.QUEUED, next_try_at__lte=timezone.now())
    sources = due.order_by("next_try_at").values_list("source", flat=True)[:limit]
    return sum(send(source=source) for source in sources)


def send(*, source: str) -> bool:
    """Send one message unless it is sent, taken by another worker or not due; return whether sent.

    The message is claimed in a transaction of its own and sent outside any: a crash in between
    sends it once more after the lease, never zero times.
    """
    message = _claim(source)
    if message is None:
        return False
    try:
        with translation.override(message.language):
            email = render(message)
        mail = EmailMultiAlternatives(
            subject=email.subject, body=email.text, to=[message.recipient]
        )
        if email.html:
            mail.attach_alternative(email.html, "text/html")
        mail.send()
    except (OSError, SMTPException, LookupError) as error:
        _put_back(message, error)
        return False
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.SENT, sent_at=timezone.now(), last_error=""
    )
    return True


def _claim(source: str) -> Message | None:
    now = timezone.now()
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(skip_locked=True)
            .filter(source=source, state=MessageState.QUEUED, next_try_at__lte=now)
            .exclude(recipient="")
            .first()
        )
        if message is not None:
            Message.objects.filter(pk=message.pk).update(
                next_try_at=now + LEASE, tries=F("tries") + 1
            )
    return message


def _put_back(message: Message, error: Exception) -> None:
    """Plan the next try. The error's text may quote an address, so only its type is kept."""
    tries = message.tries + 1
    logger.warning("message %s: try %s failed: %s", message.pk, tries, type(error).__name__)
    changes: dict[str, Any] = {"last_error": type(error).__name__}
    if tries > len(BACK_OFF):
        changes["state"] = MessageState.FAILED
    else:
        changes["next_try_at"] = timezone.now() + timedelta(minutes=BACK_OFF[tries - 1])
    Message.objects.filter(pk=message.pk).update(**changes)
