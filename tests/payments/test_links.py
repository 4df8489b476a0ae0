"""Payment links: no payment begins by one that is closed, whoever comes at whatever moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from ims_wagtail.notifications.models import Message
from ims_wagtail.payments.checking import check_payments
from ims_wagtail.payments.enums import AttemptState
from ims_wagtail.payments.models import PaymentLink
from ims_wagtail.payments.providers.contract import OutcomeUnknown
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment
from ims_wagtail.payments.providers.sandbox.provider import SandboxProvider
from ims_wagtail.payments.services import (
    AlreadyPaid,
    LinkClosed,
    NoAddress,
    PaymentError,
    PaymentUnknown,
    cancel_link,
    send_link,
    settle,
    start_payment,
)
from tests.payments.making import breaches, make_order, use_card


def test_no_payment_begins_by_a_cancelled_or_expired_link(council):
    cancelled, expired = make_order(council), make_order(council)
    send_link(order=cancelled)
    send_link(order=expired)
    cancel_link(order=cancelled)
    PaymentLink.objects.filter(order=expired).update(
        sent_at=timezone.now() - timedelta(days=1), expires_at=timezone.now()
    )

    for order in (cancelled, expired):
        with pytest.raises(LinkClosed):
            start_payment(order=order)
        assert not order.attempts.exists()


def test_a_link_is_sent_again_under_a_key_of_its_own_so_that_each_goes_out_once(council):
    order = make_order(council)

    send_link(order=order)
    send_link(order=order)

    assert sorted(Message.objects.values_list("source", flat=True)) == [
        f"payment-link:{order.pk}:1",
        f"payment-link:{order.pk}:2",
    ]


def test_no_link_is_sent_for_what_is_paid_cancelled_or_has_no_address(council):
    paid, cancelled = make_order(council), make_order(council)
    attempt = start_payment(order=paid).attempt
    use_card(attempt)
    settle(attempt_id=attempt.pk, source="return")
    send_link(order=cancelled)
    cancel_link(order=cancelled)

    with pytest.raises(AlreadyPaid):
        send_link(order=paid)
    with pytest.raises(AlreadyPaid):
        cancel_link(order=paid)
    with pytest.raises(LinkClosed):
        send_link(order=cancelled)
    with pytest.raises(NoAddress):
        send_link(order=make_order(council, email=""))
    assert Message.objects.filter(kind="payment_link").count() == 1


def test_the_database_refuses_a_link_that_was_never_open(council):
    now = timezone.now()

    with pytest.raises(IntegrityError):
        PaymentLink.objects.create(order=make_order(council), sent_at=now, expires_at=now)


def test_a_link_cancelled_while_its_payment_is_created_leaves_none_that_can_be_paid(
    council, monkeypatch
):
    order = make_order(council)
    send_link(order=order)
    create = SandboxProvider.create

    def create_while_it_is_cancelled(self, request):
        created = create(self, request)
        cancel_link(order=order)
        return created

    monkeypatch.setattr(SandboxProvider, "create", create_while_it_is_cancelled)
    with pytest.raises(LinkClosed):
        start_payment(order=order)

    assert SandboxPayment.objects.get().state == "withdrawn"
    assert order.attempts.get().state == AttemptState.CANCELLED_BY_US


def test_a_payment_of_a_cancelled_link_whose_creator_died_is_cancelled_by_the_schedule(
    council, monkeypatch, later
):
    order = make_order(council)
    send_link(order=order)
    create = SandboxProvider.create

    def create_and_die(self, request):
        create(self, request)
        raise OutcomeUnknown

    monkeypatch.setattr(SandboxProvider, "create", create_and_die)
    with pytest.raises(PaymentUnknown):
        start_payment(order=order)
    PaymentLink.objects.filter(order=order).update(cancelled_at=timezone.now())
    later(minutes=3)
    check_payments()

    assert SandboxPayment.objects.get().state == "withdrawn"
    assert order.attempts.get().state == AttemptState.CANCELLED_BY_US


def test_of_payers_who_come_while_a_link_is_cancelled_none_pays_unnoticed(council):
    order = make_order(council)
    send_link(order=order)
    together = Barrier(10)

    def come(place):
        try:
            connection.ensure_connection()
            together.wait(timeout=60)
            if place == 0:
                return cancel_link(order=order)
            return start_payment(order=order)
        except PaymentError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(come, range(10)))

    with pytest.raises(LinkClosed):
        start_payment(order=order)
    attempts = list(order.attempts.all())
    assert len(attempts) <= 1
    for attempt in attempts:
        assert (
            settle(attempt_id=attempt.pk, source="schedule").state == AttemptState.CANCELLED_BY_US
        )
    assert not breaches()
