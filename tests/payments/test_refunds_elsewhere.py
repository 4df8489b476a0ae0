"""Refunds made in the provider's own console, and those nobody can tell apart."""

from decimal import Decimal

import pytest
from django.db import transaction

from ims_wagtail.ledger.entries import Line
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Posting
from ims_wagtail.ledger.services import post
from ims_wagtail.payments import gateway
from ims_wagtail.payments.checking import check_payments
from ims_wagtail.payments.enums import RefundRoute, RefundState
from ims_wagtail.payments.models import Refund
from ims_wagtail.payments.providers.sandbox import provider, remote_refunds
from ims_wagtail.payments.providers.sandbox.models import SandboxRefund
from ims_wagtail.payments.refunds.exceptions import RefundRefused
from ims_wagtail.payments.refunds.external import find_external, note_listed
from tests.factories import make_merchant_account
from tests.payments.making import breaches, in_suspense
from tests.payments.refunding import (
    ask_for,
    given_back,
    held,
    lines_of,
    make_paid,
    net,
    posting_of,
    refund_in_console,
    refunded,
)


def elsewhere():
    return Refund.objects.filter(route=RefundRoute.PROVIDER).order_by("pk")


def test_a_refund_made_in_the_console_is_posted_to_the_oldest_lines_first(council, later):
    attempt = make_paid(council)
    refund_in_console(attempt, "120.00")
    later(seconds=30)
    (refund,) = find_external(attempt=attempt)
    assert refund.state == RefundState.SUCCEEDED
    assert (refund.requested_by, refund.reason) == (None, "")
    assert net(attempt) == [Decimal("0.00"), Decimal("25.50")]
    posting = Posting.objects.get(kind=PostingKind.REFUND)
    assert (posting.total, posting.entered_by) == (Decimal("-120.00"), None)
    assert find_external(attempt=attempt) == []
    assert not breaches()


def test_one_that_is_on_its_way_is_held_until_the_provider_says_how_it_ended(council, later):
    attempt = make_paid(council)
    refund_in_console(attempt, "6.64")
    find_external(attempt=attempt)
    assert (elsewhere().get().state, held()) == (RefundState.SUBMITTED, Decimal("6.64"))
    later(minutes=6)
    check_payments()
    assert (elsewhere().get().state, held()) == (RefundState.FAILED, Decimal("0.00"))
    assert net(attempt) == [Decimal("100.00"), Decimal("45.50")]
    assert not breaches()


def test_what_the_lines_no_longer_have_stands_against_suspense(council, asker, later):
    attempt = make_paid(council)
    ask_for(attempt, "90.00", "45.50", by=asker)  # held: it can't be taken twice
    refund_in_console(attempt, "30.00")
    later(seconds=30)
    find_external(attempt=attempt)
    assert in_suspense(council) == [("301122331", Decimal("-20.00"))]
    assert net(attempt) == [Decimal("90.00"), Decimal("45.50")]
    assert (
        elsewhere().get().problem == "£20.00 of it stands against suspense: the lines had no more"
    )
    assert not breaches()


def test_a_list_of_many_payments_is_written_down_at_once(council, later):
    attempts = [make_paid(council), make_paid(council, "30.00")]
    for attempt in attempts:
        refund_in_console(attempt, "10.00")
    later(seconds=30)
    seen = [
        one
        for attempt in attempts
        for one in gateway.refunds_of(account=attempt.account, provider_id=attempt.provider_id)
    ]
    assert len(note_listed(account=council.account, seen=seen)) == 2
    assert note_listed(account=council.account, seen=seen) == []
    assert given_back(attempts[0]) == Decimal("10.00")
    assert not breaches()


def test_a_refund_that_succeeded_and_came_back_is_reversed_and_may_be_made_again(
    council, asker, approver, later
):
    attempt = make_paid(council)
    refund = refunded(attempt, asker=asker, approver=approver)
    later(minutes=6)
    check_payments()
    SandboxRefund.objects.update(state="error")
    find_external(attempt=attempt)
    refund.refresh_from_db()
    assert refund.state == RefundState.RETURNED
    assert "took it back" in refund.problem
    assert net(attempt) == [Decimal("100.00"), Decimal("45.50")]
    assert ask_for(attempt, by=asker).amount == Decimal("145.50")
    assert not breaches()


@pytest.fixture
def forgetful(monkeypatch):
    """A provider that keeps no reference of ours with a refund, like GOV.UK Pay."""
    original = remote_refunds.refund
    monkeypatch.setattr(
        provider.remote_refunds, "refund", lambda **asked: original(**asked | {"reference": ""})
    )


def test_without_our_reference_a_lost_refund_is_known_by_amount_and_time(
    council, asker, approver, later, forgetful
):
    attempt = make_paid(council)
    refund_in_console(attempt, "6.62")
    later(minutes=10)
    refund = refunded(attempt, "0", "6.62", asker=asker, approver=approver)
    assert refund.state == RefundState.UNKNOWN
    later(minutes=12)
    check_payments()
    refund.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    assert net(attempt) == [Decimal("93.38"), Decimal("38.88")]
    assert elsewhere().get().provider_id != refund.provider_id
    assert not breaches()


def test_of_two_that_nobody_can_tell_apart_each_is_posted_once(
    council, asker, approver, later, forgetful
):
    attempt = make_paid(council)
    refund = refunded(attempt, "6.62", asker=asker, approver=approver)
    refund_in_console(attempt, "6.62")
    find_external(attempt=attempt)
    assert not elsewhere().exists(), "it may be the one whose answer was lost"
    later(minutes=2)
    check_payments()
    later(minutes=8)
    check_payments()
    refund.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    assert elsewhere().get().state == RefundState.SUCCEEDED
    assert net(attempt) == [Decimal("86.76"), Decimal("45.50")]
    assert {r.provider_id for r in Refund.objects.all()} == {
        str(made.pk) for made in SandboxRefund.objects.all()
    }
    assert not breaches()


def test_money_goes_back_through_the_account_that_took_it_after_the_route_has_moved(
    council, asker, approver, monkeypatch
):
    attempt = make_paid(council)
    council.account.routes.all().delete()
    other = make_merchant_account("other")
    asked = []
    original = gateway.refund
    monkeypatch.setattr(
        gateway, "refund", lambda **what: asked.append(what["account"]) or original(**what)
    )
    refund = refunded(attempt, asker=asker, approver=approver)
    assert asked == [council.account]
    assert refund.account == council.account != other
    assert refund.state == RefundState.SUBMITTED


def test_money_that_was_moved_is_no_longer_there_to_refund(council, asker):
    attempt = make_paid(council)
    line = lines_of(attempt)[0]
    half = {
        "fund_id": line.fund_id,
        "method_id": line.method_id,
        "vat_code_id": line.vat_code_id,
        "vat_rate": line.vat_rate,
        "vat_amount": Decimal("0.00"),
        "receipt_number": "J1",
    }
    with transaction.atomic():
        post(
            kind=PostingKind.JOURNAL,
            source="journal:1",
            lines=[
                Line(
                    amount=Decimal("-60.00"),
                    account_reference=line.account_reference,
                    corrects_id=line.pk,
                    **half,
                ),
                Line(amount=Decimal("60.00"), account_reference="ELSEWHERE", **half),
            ],
        )
    with pytest.raises(RefundRefused, match="only £40.00"):
        ask_for(attempt, "40.01", by=asker)
    assert ask_for(attempt, "40.00", by=asker)
    assert posting_of(attempt).lines.count() == 2
