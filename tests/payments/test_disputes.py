"""Disputes: heard of once a day, posted once when lost, given back when won after all."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.holds import available
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.payments.disputes.polling import poll_disputes
from ims_wagtail.payments.enums import DisputeStatus, EventSource
from ims_wagtail.payments.models import Dispute
from ims_wagtail.payments.providers.contract import (
    Can,
    DisputeObservation,
    DisputeState,
    Unreachable,
)
from ims_wagtail.payments.providers.sandbox.provider import SandboxProvider
from ims_wagtail.payments.services import settle, start_payment
from tests.factories import make_fund
from tests.payments.making import breaches, in_suspense, make_order, money_posted, use_card


@pytest.fixture
def told(monkeypatch):
    """Return the list of disputes that the provider tells of."""
    disputes: list[DisputeObservation] = []
    monkeypatch.setattr(SandboxProvider, "can", SandboxProvider.can | {Can.DISPUTES})
    monkeypatch.setattr(
        SandboxProvider, "disputes_between", lambda self, since, until: iter(disputes)
    )
    return disputes


def paid(council, amount="100.00"):
    """Return an attempt that took money."""
    attempt = start_payment(order=make_order(council, amount)).attempt
    use_card(attempt)
    return settle(attempt_id=attempt.pk, source=EventSource.SCHEDULE)


def dispute_of(attempt, **facts):
    """A dispute that has just been opened."""
    opened = DisputeObservation(
        dispute_id="dp_1",
        provider_id=attempt.provider_id,
        amount=attempt.amount,
        status=DisputeState.NEEDS_RESPONSE,
        reason="unrecognised",
        opened_at=datetime(2026, 11, 20, 10, tzinfo=UTC),
        evidence_due_at=datetime(2026, 12, 1, 23, 59, tzinfo=UTC),
    )
    return replace(opened, **facts)


def test_a_dispute_is_kept_with_its_due_date_and_moves_no_money(council, told):
    attempt = paid(council)
    told.append(dispute_of(attempt))
    summary = poll_disputes(account=council.account)

    assert (summary.seen, summary.new, summary.posted) == (1, 1, 0)
    dispute = Dispute.objects.get()
    assert dispute.attempt == attempt
    assert dispute.status == DisputeStatus.NEEDS_RESPONSE
    assert dispute.evidence_due_at == datetime(2026, 12, 1, 23, 59, tzinfo=UTC)
    assert money_posted() == attempt.amount


def test_fs081_a_lost_dispute_posts_its_amount_and_fee_once(council, told):
    fees = make_fund("FE")
    council.account.fee_fund = fees
    council.account.fee_reference = "CARD-FEES"
    council.account.save()
    attempt = paid(council)
    told.append(dispute_of(attempt, status=DisputeState.LOST, fee=Decimal("15.00")))
    for _day in range(3):
        poll_disputes(account=council.account)

    lost = Posting.objects.get(kind=PostingKind.CHARGEBACK)
    assert lost.total == Decimal("-115.00")
    fee = Transaction.objects.get(fund=fees)
    assert (fee.account_reference, fee.amount) == ("CARD-FEES", Decimal("-15.00"))
    account = lost.lines.get(amount=Decimal("-100.00"))
    assert account.corrects == Transaction.objects.get(posting__source=f"attempt:{attempt.pk}")
    assert money_posted() == Decimal("-15.00")
    assert not breaches()


def test_a_fee_without_an_account_of_its_own_waits_in_suspense(council, told):
    attempt = paid(council)
    told.append(dispute_of(attempt, status=DisputeState.LOST, fee=Decimal("15.00")))
    poll_disputes(account=council.account)
    assert [amount for _account, amount in in_suspense(council)] == [Decimal("-15.00")]


def test_a_dispute_won_after_it_was_lost_gives_back_all_that_was_taken(council, told):
    attempt = paid(council)
    told.append(dispute_of(attempt, status=DisputeState.LOST, fee=Decimal("15.00")))
    poll_disputes(account=council.account)
    told[0] = replace(told[0], status=DisputeState.WON)
    for _day in range(2):
        poll_disputes(account=council.account)

    assert money_posted() == attempt.amount
    line = Transaction.objects.get(posting__source=f"attempt:{attempt.pk}")
    assert available([line.pk]) == {line.pk: attempt.amount}
    assert not breaches()


def test_a_dispute_of_a_payment_that_is_not_ours_is_shown_and_never_posted(council, told):
    attempt = paid(council)
    told.append(dispute_of(attempt, provider_id="elsewhere", status=DisputeState.LOST))
    poll_disputes(account=council.account)
    assert "nothing was posted" in Dispute.objects.get().problem
    assert money_posted() == attempt.amount


def test_a_provider_that_does_not_answer_is_asked_another_day(council, monkeypatch, told):
    def silent(self, since, until):
        raise Unreachable

    monkeypatch.setattr(SandboxProvider, "disputes_between", silent)
    assert poll_disputes(account=council.account).unreachable
    assert not Dispute.objects.exists()
