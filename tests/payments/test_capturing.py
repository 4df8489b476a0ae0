"""Money that is only reserved, surcharges, and captures that fail after part has gone back."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import transaction

from ims_wagtail.checkout.receipts import build_receipt
from ims_wagtail.ledger.entries import Line
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.ledger.services import post
from ims_wagtail.money import split_vat
from ims_wagtail.payments.enums import AttemptState, EventSource, OrderState
from ims_wagtail.payments.providers.contract import ProviderState, TooLate
from ims_wagtail.payments.providers.sandbox.provider import SandboxProvider
from ims_wagtail.payments.services import settle, start_payment
from tests.factories import make_fund
from tests.payments.making import breaches, in_suspense, make_order, money_posted, use_card


def begin(council, amount=""):
    """Return an attempt whose payer has used a good card."""
    attempt = start_payment(order=make_order(council, amount)).attempt
    use_card(attempt)
    return attempt


def look(attempt):
    """The schedule looks."""
    return settle(attempt_id=attempt.pk, source=EventSource.SCHEDULE)


def says(monkeypatch, **facts):
    """Make the provider tell something more of every payment."""
    read = SandboxProvider.read
    monkeypatch.setattr(
        SandboxProvider, "read", lambda self, pid: replace(read(self, pid), **facts)
    )


@pytest.fixture
def reserving(monkeypatch):
    """Return what was asked of a provider that only reserves money until it is captured."""
    asked: list[str] = []
    read = SandboxProvider.read

    def observe(self, provider_id):
        seen = read(self, provider_id)
        state = {"": ProviderState.CAPTURABLE, "cancel": ProviderState.CANCELLED_BY_US}.get(
            asked[-1] if asked else "", ProviderState.PAID
        )
        return replace(seen, state=state)

    monkeypatch.setattr(SandboxProvider, "read", observe)
    monkeypatch.setattr(SandboxProvider, "capture", lambda self, pid: asked.append("capture"))
    monkeypatch.setattr(SandboxProvider, "cancel", lambda self, pid: asked.append("cancel"))
    return asked


def test_a_reserved_payment_that_is_as_asked_is_captured_and_then_posted(council, reserving):
    attempt = begin(council)
    assert look(attempt).state == AttemptState.PAID
    assert reserving == ["capture"]
    assert money_posted() == attempt.amount
    assert not breaches()


def test_a_reserved_payment_of_another_amount_is_let_go_and_nothing_is_posted(
    council, reserving, monkeypatch
):
    attempt = begin(council)
    says(monkeypatch, amount=Decimal("1.00"))
    assert look(attempt).state == AttemptState.CANCELLED_BY_US
    assert reserving == ["cancel"]
    assert not Posting.objects.exists()


def test_a_capture_that_comes_too_late_leaves_the_payment_to_be_read_again(
    council, reserving, monkeypatch
):
    def too_late(self, provider_id):
        raise TooLate

    monkeypatch.setattr(SandboxProvider, "capture", too_late)
    attempt = begin(council)
    assert look(attempt).state == AttemptState.SUBMITTED
    assert not Posting.objects.exists()


def test_a_card_surcharge_is_posted_on_its_own_and_stands_on_the_receipt(council, monkeypatch):
    fund = make_fund("SU")
    council.account.surcharge_fund = fund
    council.account.surcharge_reference = "SURCHARGES"
    council.account.save()
    says(monkeypatch, surcharge=Decimal("2.50"))
    attempt = look(begin(council))

    assert attempt.state == AttemptState.PAID
    extra = Transaction.objects.get(fund=fund)
    assert (extra.account_reference, extra.amount) == ("SURCHARGES", Decimal("2.50"))
    assert money_posted() == attempt.amount + Decimal("2.50")
    receipt = build_receipt(attempt.order)
    assert receipt.total == attempt.amount + Decimal("2.50")
    assert receipt.lines[-1].description == "Card surcharge"
    assert not breaches()


def test_a_surcharge_nobody_has_an_account_for_waits_in_suspense(council, monkeypatch):
    says(monkeypatch, surcharge=Decimal("2.50"))
    attempt = look(begin(council))
    assert attempt.state == AttemptState.PAID
    assert [amount for _account, amount in in_suspense(council)] == [Decimal("2.50")]


def test_the_provider_s_fee_and_dates_are_kept_and_stay_out_of_the_book(council, monkeypatch):
    says(monkeypatch, fee=Decimal("0.31"))
    attempt = look(begin(council))
    assert attempt.fee == Decimal("0.31")
    assert money_posted() == attempt.amount


def test_a_capture_that_fails_after_part_was_given_back_takes_the_rest_once(council, monkeypatch):
    attempt = look(begin(council, "10.00"))
    paid = Transaction.objects.get()
    with transaction.atomic():
        post(
            kind=PostingKind.REFUND,
            source="elsewhere:1",
            lines=[
                Line(
                    fund_id=paid.fund_id,
                    account_reference=paid.account_reference,
                    method_id=paid.method_id,
                    amount=Decimal("-4.00"),
                    vat_code_id=paid.vat_code_id,
                    vat_rate=paid.vat_rate,
                    vat_amount=-split_vat(gross=Decimal("4.00"), rate=paid.vat_rate).vat,
                    receipt_number=paid.receipt_number,
                    corrects_id=paid.pk,
                )
            ],
        )
    says(monkeypatch, state=ProviderState.ERROR)
    settled = look(attempt)

    assert settled.state == AttemptState.CAPTURE_FAILED
    assert settled.order.state == OrderState.REVERSED
    taken = Posting.objects.get(source=f"attempt:{attempt.pk}:capture_failed")
    assert taken.kind == PostingKind.CHARGEBACK
    assert [line.amount for line in taken.lines.order_by("line_number")] == [
        Decimal("-6.00"),
        Decimal("-4.00"),
    ]
    assert [amount for _account, amount in in_suspense(council)] == [Decimal("-4.00")]
    assert money_posted() == Decimal("-4.00")
    assert not breaches()
