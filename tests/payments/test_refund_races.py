"""Refunds of the same money at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

from django.db import connection

from ims_wagtail.approvals.exceptions import AlreadyDecided
from ims_wagtail.approvals.selectors import for_subject
from ims_wagtail.approvals.services import approve
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Posting
from ims_wagtail.notifications.models import Message
from ims_wagtail.payments import gateway
from ims_wagtail.payments.enums import RefundRoute, RefundState
from ims_wagtail.payments.models import Refund
from ims_wagtail.payments.providers.sandbox.models import SandboxRefund
from ims_wagtail.payments.refunds.exceptions import RefundRefused
from ims_wagtail.payments.refunds.external import find_external
from ims_wagtail.payments.refunds.sending import send_refund
from ims_wagtail.payments.refunds.settling import settle_refund
from tests.payments.making import breaches
from tests.payments.refunding import (
    approve_refund,
    ask_for,
    given_back,
    held,
    make_paid,
    net,
    refund_in_console,
    refunded,
)


WORKERS = 20


def at_once(work, number=WORKERS):
    """Do the same from so many threads with connections of their own, at one moment."""
    together = Barrier(number)

    def one(place):
        try:
            connection.ensure_connection()
            together.wait(timeout=60)
            return work(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def test_of_twenty_who_ask_for_the_same_money_at_once_exactly_one_gets_it(council, asker):
    attempt = make_paid(council)

    def ask(_place):
        try:
            return ask_for(attempt, by=asker)
        except RefundRefused:
            return None

    refunds = [refund for refund in at_once(ask) if refund]
    assert len(refunds) == Refund.objects.count() == 1
    assert held() == Decimal("145.50")
    assert not breaches()


def test_twenty_who_ask_for_a_part_get_no_more_than_there_is(council, asker):
    attempt = make_paid(council, "100.00")

    def ask(_place):
        try:
            return ask_for(attempt, "30.00", by=asker)
        except RefundRefused:
            return None

    assert len([refund for refund in at_once(ask) if refund]) == 3
    assert held() == Decimal("90.00")
    assert not breaches()


def test_a_refund_that_twenty_workers_send_at_once_is_made_once(council, asker, approver):
    attempt = make_paid(council)
    refund = approve_refund(ask_for(attempt, "40.00", by=asker), by=approver)
    at_once(lambda _place: send_refund(refund_id=refund.pk))
    refund.refresh_from_db()
    assert refund.state == RefundState.SUBMITTED
    assert SandboxRefund.objects.count() == 1
    assert not breaches()


def test_two_refunds_of_one_payment_sent_at_once_are_both_made_in_the_end(
    council, asker, approver, later
):
    attempt = make_paid(council)
    refunds = [
        approve_refund(ask_for(attempt, *amounts, by=asker), by=approver)
        for amounts in (("40.00",), ("60.00", "45.50"))
    ]
    at_once(lambda place: send_refund(refund_id=refunds[place].pk), 2)
    later(minutes=7)
    for refund in refunds:
        settle_refund(refund_id=refund.pk)
    later(minutes=14)
    for refund in refunds:
        settle_refund(refund_id=refund.pk)
        refund.refresh_from_db()
        assert refund.state == RefundState.SUCCEEDED
    assert given_back(attempt) == Decimal("145.50")
    assert net(attempt) == [0, 0]
    assert not breaches()


def test_twenty_who_hear_of_its_success_at_once_post_it_once(council, asker, approver, later):
    attempt = make_paid(council)
    refund = refunded(attempt, asker=asker, approver=approver)
    later(minutes=6)
    at_once(lambda _place: settle_refund(refund_id=refund.pk))
    assert Posting.objects.filter(kind=PostingKind.REFUND).count() == 1
    assert Message.objects.filter(kind="refund_notice").count() == 1
    assert net(attempt) == [0, 0]
    assert not breaches()


def test_a_refund_made_elsewhere_that_twenty_find_at_once_is_written_down_once(council, later):
    attempt = make_paid(council)
    refund_in_console(attempt, "30.00")
    later(seconds=20)
    at_once(lambda _place: find_external(attempt=attempt))
    refund = Refund.objects.get()
    assert (refund.route, refund.state) == (RefundRoute.PROVIDER, RefundState.SUCCEEDED)
    assert net(attempt) == [Decimal("70.00"), Decimal("45.50")]
    assert not breaches()


def test_twenty_approvals_of_one_refund_at_once_are_one(council, asker, approver):
    attempt = make_paid(council)
    approval = for_subject(f"refund:{ask_for(attempt, by=asker).pk}")

    def decide(_place):
        try:
            return approve(approval_id=approval.pk, by=approver)
        except AlreadyDecided:
            return None

    assert len([decision for decision in at_once(decide) if decision]) == 1
    assert Refund.objects.get().state == RefundState.APPROVED


def test_who_sees_a_refund_already_made_by_another_sender_does_not_call_it_failed(
    council, asker, approver, monkeypatch
):
    refund = approve_refund(ask_for(make_paid(council), by=asker), by=approver)
    read = gateway.read

    def while_another_sends(*, attempt):
        monkeypatch.setattr(gateway, "read", read)
        send_refund(refund_id=refund.pk)
        return read(attempt=attempt)

    monkeypatch.setattr(gateway, "read", while_another_sends)
    send_refund(refund_id=refund.pk)
    after = Refund.objects.get(pk=refund.pk)
    assert after.state in (RefundState.SUBMITTED, RefundState.SUCCEEDED)
    assert after.problem == ""
    assert SandboxRefund.objects.count() == 1
    assert not breaches()
