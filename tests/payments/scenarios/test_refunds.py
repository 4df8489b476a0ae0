"""Refunds that go wrong: the failure scenarios by their ids."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ims_wagtail.approvals.exceptions import ApprovalError
from ims_wagtail.approvals.selectors import for_subject
from ims_wagtail.approvals.services import approve, reject
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Posting
from ims_wagtail.notifications.models import Message
from ims_wagtail.payments import gateway
from ims_wagtail.payments.checking import check_payments
from ims_wagtail.payments.enums import RefundRoute, RefundState
from ims_wagtail.payments.models import Dispute, Refund
from ims_wagtail.payments.providers.contract import Unreachable
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment, SandboxRefund
from ims_wagtail.payments.refunds.exceptions import RefundRefused
from ims_wagtail.payments.refunds.sending import send_refund
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
from tests.staff.people import ALL_FUNDS, make_group, make_person


def refunds_posted():
    return Posting.objects.filter(kind=PostingKind.REFUND)


def test_fs076_the_second_officer_who_refunds_the_same_money_is_asked_to_look_again(
    council, asker, approver
):
    attempt = make_paid(council)
    ask_for(attempt, "100.00", "40.00", by=asker)
    with pytest.raises(RefundRefused, match="only £0.00 can still be refunded"):
        ask_for(attempt, "100.00", by=approver_who_asks(approver))
    with pytest.raises(RefundRefused, match="only £5.50 can still be refunded"):
        ask_for(attempt, "0", "5.51", by=asker)
    assert ask_for(attempt, "0", "5.50", by=asker).amount == Decimal("5.50")
    assert held() == Decimal("145.50")
    assert not breaches()


def approver_who_asks(approver):
    approver.groups.add(make_group("ims_payments.request_refund", funds=(ALL_FUNDS,)))
    return approver


def test_fs076_a_refund_made_in_the_console_meanwhile_is_found_and_ours_is_not_sent(
    council, asker, approver
):
    attempt = make_paid(council)
    refund = approve_refund(ask_for(attempt, by=asker), by=approver)
    refund_in_console(attempt, "60.00")
    refund = send_refund(refund_id=refund.pk)
    assert refund.state == RefundState.FAILED
    assert "only £85.50" in refund.problem
    assert given_back(attempt) == Decimal("60.00")
    elsewhere = Refund.objects.get(route=RefundRoute.PROVIDER)
    assert (elsewhere.amount, elsewhere.state) == (Decimal("60.00"), RefundState.SUBMITTED)
    assert not breaches()


def test_fs077_a_partial_refund_larger_than_what_is_left_never_reaches_the_provider(
    council, asker, approver, later
):
    attempt = make_paid(council)
    refunded(attempt, "70.00", asker=asker, approver=approver)
    later(minutes=6)
    check_payments()
    with pytest.raises(RefundRefused, match="only £30.00"):
        ask_for(attempt, "30.01", by=asker)
    assert given_back(attempt) == Decimal("70.00")
    refunded(attempt, "30.00", "45.50", asker=asker, approver=approver)
    with pytest.raises(RefundRefused, match="All of it has been refunded"):
        ask_for(attempt, "0.01", by=asker)
    assert given_back(attempt) == Decimal("145.50")


def test_fs078_a_refund_whose_answer_is_lost_is_unknown_until_it_is_found(
    council, asker, approver, later
):
    attempt = make_paid(council)
    refund = refunded(attempt, "6.62", asker=asker, approver=approver)
    assert refund.state == RefundState.UNKNOWN
    assert held() == Decimal("6.62")
    with pytest.raises(RefundRefused, match="Nobody knows yet"):
        ask_for(attempt, "1.00", by=asker)
    later(minutes=2)
    check_payments()
    refund.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    assert net(attempt) == [Decimal("93.38"), Decimal("45.50")]
    assert SandboxRefund.objects.count() == 1
    assert not breaches()


def test_fs078_a_refund_that_never_arrived_is_not_taken_for_failed_too_early(
    council, asker, approver, later
):
    attempt = make_paid(council)
    refund = refunded(attempt, "6.63", asker=asker, approver=approver)
    for minutes in (2, 10, 29):
        later(minutes=minutes)
        check_payments()
        refund.refresh_from_db()
        assert refund.state == RefundState.UNKNOWN
    later(minutes=32)
    check_payments()
    refund.refresh_from_db()
    assert (refund.state, held()) == (RefundState.FAILED, Decimal("0.00"))
    assert "never received" in refund.problem
    assert net(attempt) == [Decimal("100.00"), Decimal("45.50")]
    assert not breaches()


def test_fs078_one_that_never_arrived_is_given_up_even_when_a_dispute_took_the_rest(
    council, asker, approver, later, monkeypatch
):
    """What is left then proves nothing, and the list alone has to be a day old."""
    attempt = make_paid(council)
    refund = refunded(attempt, "6.63", asker=asker, approver=approver)
    read = gateway.read
    monkeypatch.setattr(
        gateway, "read", lambda **asked: replace(read(**asked), refundable=Decimal("0.00"))
    )
    later(hours=23)
    check_payments()
    refund.refresh_from_db()
    assert (refund.state, held()) == (RefundState.UNKNOWN, Decimal("6.63"))
    later(hours=25)
    check_payments()
    refund.refresh_from_db()
    assert (refund.state, held()) == (RefundState.FAILED, Decimal("0.00"))
    assert not breaches()


def test_fs078_a_provider_that_says_nothing_leaves_it_unknown(
    council, asker, approver, later, monkeypatch
):
    attempt = make_paid(council)
    refund = refunded(attempt, "6.63", asker=asker, approver=approver)

    def unreachable(**_anything):
        raise Unreachable

    monkeypatch.setattr("ims_wagtail.payments.gateway.refunds_of", unreachable)
    later(hours=25)
    check_payments()
    refund.refresh_from_db()
    assert refund.state == RefundState.UNKNOWN
    assert "after a day" in refund.problem
    assert held() == Decimal("6.63")


def test_fs079_a_submitted_refund_is_posted_once_when_it_succeeds(council, asker, approver, later):
    attempt = make_paid(council)
    refund = refunded(attempt, "20.00", "45.50", asker=asker, approver=approver)
    assert refund.state == RefundState.SUBMITTED
    assert not refunds_posted()
    later(minutes=4)
    check_payments()
    refund.refresh_from_db()
    assert refund.checks == 0, "polled before five minutes were over"
    later(minutes=6)
    for _run in range(3):
        check_payments()
    refund.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    (posting,) = refunds_posted()
    assert posting.total == Decimal("-65.50")
    assert posting.entered_by == asker
    assert sorted(posting.lines.values_list("amount", "vat_amount")) == [
        (Decimal("-45.50"), Decimal("-7.58")),
        (Decimal("-20.00"), Decimal("0.00")),
    ]
    assert net(attempt) == [Decimal("80.00"), Decimal("0.00")]
    assert held() == 0
    notice = Message.objects.get(kind="refund_notice")
    assert notice.recipient == "ada@example.org"
    assert not breaches()


def test_fs079_a_refund_that_the_provider_gives_back_frees_the_money_and_tells_an_officer(
    council, asker, approver, later
):
    attempt = make_paid(council)
    refund = refunded(attempt, "6.64", asker=asker, approver=approver)
    later(minutes=6)
    check_payments()
    refund.refresh_from_db()
    assert refund.state == RefundState.FAILED
    assert "error" in refund.problem
    assert held() == 0
    assert not refunds_posted()
    assert not Message.objects.filter(kind="refund_notice").exists()
    assert ask_for(attempt, "100.00", "45.50", by=asker).amount == Decimal("145.50")
    assert not breaches()


def test_fs081_a_disputed_payment_is_not_refunded(council, asker):
    attempt = make_paid(council)
    Dispute.objects.create(
        account=attempt.account,
        provider_id="d1",
        attempt=attempt,
        payment_provider_id=attempt.provider_id,
        status="needs_response",
        amount=attempt.amount,
        opened_at=attempt.created_at,
    )
    for route in (RefundRoute.CARD, RefundRoute.BANK):
        with pytest.raises(RefundRefused, match="disputes this payment"):
            ask_for(attempt, by=asker, route=route)


def test_fs082_nobody_refunds_without_the_right_a_reason_or_a_second_person(
    council, asker, approver
):
    attempt = make_paid(council)
    without = make_person("ims_payments.view_refund", funds=(council.council_tax.fund,))
    elsewhere = make_person("ims_payments.request_refund", funds=(council.council_tax.fund,))
    for person in (without, elsewhere):
        with pytest.raises(RefundRefused, match="right to refund in every fund"):
            ask_for(attempt, by=person)
    for reason in ("", "   "):
        with pytest.raises(RefundRefused, match="Say why"):
            ask_for(attempt, by=asker, reason=reason)
    assert not Refund.objects.exists()

    both = approver_who_asks(approver)
    approval = for_subject(f"refund:{ask_for(attempt, by=both).pk}")
    with pytest.raises(ApprovalError, match="Somebody else has to decide"):
        approve(approval_id=approval.pk, by=both)
    with pytest.raises(ApprovalError):
        approve(approval_id=approval.pk, by=asker)
    refund = Refund.objects.get()
    assert (refund.state, refund.requested_by) == (RefundState.REQUESTED, both)
    assert given_back(attempt) == 0


def test_fs082_both_people_are_recorded_and_a_refusal_frees_the_money(council, asker, approver):
    attempt = make_paid(council)
    refund = ask_for(attempt, by=asker)
    approval = for_subject(f"refund:{refund.pk}")
    reject(approval_id=approval.pk, by=approver, note="Not ours to give")
    refund.refresh_from_db()
    approval.refresh_from_db()
    assert (refund.state, refund.requested_by) == (RefundState.REJECTED, asker)
    assert approval.decided_by == approver
    assert held() == 0
    assert not breaches()


def test_fs083_what_the_provider_does_not_refund_is_refused_with_its_reason(council, asker):
    attempt = make_paid(council, card="No refunds")
    with pytest.raises(RefundRefused, match="does not refund this payment to the card"):
        ask_for(attempt, by=asker)
    refund = ask_for(attempt, by=asker, route=RefundRoute.BANK)
    assert refund.route == RefundRoute.BANK
    assert refund.account is None


def test_fs083_a_payment_that_is_not_captured_yet_waits_whatever_the_route(council, asker):
    attempt = make_paid(council)
    SandboxPayment.objects.update(state="success")
    for route in (RefundRoute.CARD, RefundRoute.BANK):
        with pytest.raises(RefundRefused, match="not finished taking the money"):
            ask_for(attempt, by=asker, route=route)


def test_fs083_money_that_can_go_back_to_the_card_does_not_go_elsewhere(council, asker):
    attempt = make_paid(council)
    with pytest.raises(RefundRefused, match="goes back there"):
        ask_for(attempt, by=asker, route=RefundRoute.BANK)
