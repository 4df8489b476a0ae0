"""A process killed at any step of refunding loses nothing and gives nothing back twice."""

from decimal import Decimal
from functools import partial

import pytest

from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Posting
from ims_wagtail.notifications.models import Message
from ims_wagtail.payments.checking import check_payments
from ims_wagtail.payments.enums import RefundState
from ims_wagtail.payments.models import Refund
from ims_wagtail.payments.refunds.sending import send_refund
from ims_wagtail.payments.refunds.settling import settle_refund
from tests.payments.killing import killed_while
from tests.payments.making import breaches
from tests.payments.refunding import (
    approve_refund,
    ask_for,
    given_back,
    held,
    make_paid,
    net,
    refunded,
)


pytestmark = pytest.mark.slow


def made_once(attempt):
    return (
        Refund.objects.get().state == RefundState.SUCCEEDED
        and given_back(attempt) == Decimal("145.50")
        and net(attempt) == [0, 0]
        and held() == 0
        and Posting.objects.filter(kind=PostingKind.REFUND).count() == 1
        and Message.objects.filter(kind="refund_notice").count() == 1
        and not breaches()
    )


def run_until(later, *minutes):
    for passed in minutes:
        later(minutes=passed)
        check_payments()


@pytest.mark.parametrize(
    ("at", "after"),
    [
        pytest.param("gateway.read", True, id="before anything is locked"),
        pytest.param("refunds.sending._is_busy", True, id="before it is committed as sending"),
        pytest.param("refunds.sending._send", True, id="after all"),
        pytest.param("gateway.refund", True, id="after the provider made it"),
        pytest.param("refunds.recording._apply", False, id="with the refund locked"),
        pytest.param("refunds.recording._save", True, id="before the commit"),
    ],
)
def test_killed_while_sending_is_made_once_in_the_end(council, asker, approver, later, at, after):
    attempt = make_paid(council)
    refund = approve_refund(ask_for(attempt, by=asker), by=approver)
    killed_while(
        partial(send_refund, refund_id=refund.pk), at=f"ims_wagtail.payments.{at}", after=after
    )
    assert not breaches()
    run_until(later, 3, 9, 15, 21)
    assert made_once(attempt)


def test_killed_before_the_provider_is_called_is_never_sent_a_second_time(
    council, asker, approver, later
):
    attempt = make_paid(council)
    refund = approve_refund(ask_for(attempt, by=asker), by=approver)
    killed_while(
        partial(send_refund, refund_id=refund.pk),
        at="ims_wagtail.payments.gateway.refund",
        after=False,
    )
    assert Refund.objects.get().state == RefundState.SENDING
    run_until(later, 3, 11)
    assert Refund.objects.get().state == RefundState.UNKNOWN
    run_until(later, 32)
    refund.refresh_from_db()
    assert (refund.state, held(), given_back(attempt)) == (RefundState.FAILED, 0, 0)
    assert "never received" in refund.problem
    assert not breaches()


@pytest.mark.parametrize(
    ("at", "after"),
    [
        pytest.param("gateway.read_refund", True, id="before anything is locked"),
        pytest.param("refunds.posting.release", True, id="after the hold is released"),
        pytest.param("refunds.posting.post", True, id="after posting"),
        pytest.param("refunds.posting.queue_email", True, id="after queueing the e-mail"),
        pytest.param("refunds.recording._save", True, id="after all is written"),
        pytest.param("refunds.settling.record", True, id="after the commit"),
    ],
)
def test_killed_while_posting_is_posted_once(council, asker, approver, later, at, after):
    attempt = make_paid(council)
    refund = refunded(attempt, asker=asker, approver=approver)
    later(minutes=6)
    killed_while(
        partial(settle_refund, refund_id=refund.pk), at=f"ims_wagtail.payments.{at}", after=after
    )
    assert not breaches()
    run_until(later, 12, 18)
    assert made_once(attempt)
