"""Refunds at the pretend provider: what it answers, its faults, and its console."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from ims_wagtail.conf import ims_settings
from ims_wagtail.payments import gateway
from ims_wagtail.payments.providers.contract import (
    Can,
    OutcomeUnknown,
    RefundRequest,
    RefundStatus,
    Refused,
)
from ims_wagtail.payments.providers.sandbox.cards import REFUND_AMOUNTS
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment, SandboxRefund
from ims_wagtail.payments.providers.sandbox.provider import SandboxProvider
from ims_wagtail.payments.services import start_payment
from tests.payments.making import make_order, use_card
from tests.payments.refunding import refund_in_console
from tests.staff.people import logged_in, make_person
from tests.staff.screens import read


@pytest.fixture
def paid(council):
    attempt = start_payment(order=make_order(council)).attempt
    use_card(attempt)
    return attempt


def ask(attempt, amount, available="145.50", reference="F1A"):
    request = RefundRequest(
        provider_id=attempt.provider_id,
        reference=reference,
        amount=Decimal(amount),
        available=Decimal(available),
    )
    return gateway.refund(account=attempt.account, request=request)


def of(attempt):
    return gateway.refunds_of(account=attempt.account, provider_id=attempt.provider_id)


def test_a_refund_is_submitted_first_and_made_a_little_later(paid, later):
    assert gateway.can(paid.account, Can.REFUND)
    made = ask(paid, "40.00")
    assert made.status == RefundStatus.SUBMITTED
    seen = gateway.read(attempt=paid)
    assert (seen.refundable, seen.refund_block) == (Decimal("105.50"), "")
    later(seconds=11)
    again = gateway.read_refund(
        account=paid.account, provider_id=paid.provider_id, refund_id=made.refund_id
    )
    assert again.status == RefundStatus.SUCCEEDED
    assert [(refund.reference, refund.amount) for refund in of(paid)] == [("F1A", Decimal("40.00"))]


def test_a_payment_refunded_in_full_is_blocked_with_a_word(paid):
    ask(paid, "145.50")
    seen = gateway.read(attempt=paid)
    assert (seen.refundable, seen.refund_block) == (Decimal("0.00"), "full")
    with pytest.raises(Refused, match="full"):
        ask(paid, "1.00", available="0.00")


def test_a_refund_made_meanwhile_by_somebody_else_is_refused(paid):
    ask(paid, "40.00")
    with pytest.raises(Refused, match="available_changed"):
        ask(paid, "40.00")
    with pytest.raises(Refused, match="too_much"):
        ask(paid, "105.51", available="105.50")


def test_the_magic_amounts_do_what_their_table_says(paid, later):
    left = Decimal("145.50")
    ends = {}
    for fault in REFUND_AMOUNTS:
        before = SandboxRefund.objects.count()
        try:
            ask(paid, fault.amount, available=left)
        except Refused:
            ends[fault.name] = "refused"
        except OutcomeUnknown:
            ends[fault.name] = "unknown"
        else:
            ends[fault.name] = "submitted"
        if SandboxRefund.objects.count() > before:
            left -= fault.amount
    assert ends == {
        "Refund refused": "refused",
        "Answer lost": "unknown",
        "Request lost": "unknown",
        "Submitted, then error": "submitted",
        "Slow": "submitted",
    }
    later(seconds=60)
    assert [(str(seen.amount), seen.status) for seen in of(paid)] == [
        ("6.62", RefundStatus.SUCCEEDED),
        ("6.64", RefundStatus.FAILED),
        ("6.65", RefundStatus.SUBMITTED),
    ]


def test_one_card_takes_no_refunds(council):
    attempt = start_payment(order=make_order(council)).attempt
    use_card(attempt, "No refunds")
    assert gateway.read(attempt=attempt).refund_block == "unavailable"
    with pytest.raises(Refused, match="unavailable"):
        ask(attempt, "1.00", available="0.00")


def test_payments_and_refunds_are_listed_by_when_they_were_made(paid):
    made = ask(paid, "40.00")
    now = timezone.now()
    today = {"since": now - timedelta(hours=1), "until": now + timedelta(hours=1)}
    before = {"since": now - timedelta(hours=2), "until": now - timedelta(hours=1)}
    assert [seen.reference for seen in gateway.payments_between(account=paid.account, **today)] == [
        paid.reference
    ]
    assert [seen.refund_id for seen in gateway.refunds_between(account=paid.account, **today)] == [
        made.refund_id
    ]
    assert not gateway.payments_between(account=paid.account, **before)
    assert not gateway.refunds_between(account=paid.account, **before)


def test_a_key_lists_the_payments_of_its_own_account(paid, settings):
    parking = {"api_key": "parking-key"}
    known = settings.IMS["CREDENTIALS"]
    settings.IMS = {**settings.IMS, "CREDENTIALS": {**known, "parking": parking}}
    refund_in_console(paid, "5.00")
    day = (timezone.now() - timedelta(hours=1), timezone.now() + timedelta(hours=1))

    own = SandboxProvider(credential=ims_settings().credentials["sandbox"])
    other = SandboxProvider(credential=ims_settings().credentials["parking"])

    assert [seen.reference for seen in own.payments_between(*day)] == [paid.reference]
    assert [str(seen.amount) for seen in own.refunds_between(*day)] == ["5.00"]
    assert not [*other.payments_between(*day), *other.refunds_between(*day)]


def test_the_console_refunds_behind_our_back(paid, client):
    payment = SandboxPayment.objects.get()
    address = f"/sandbox/console/{payment.pk}/"
    staff = logged_in(make_person())
    assert staff.post(address, {"amount": "145.51"}).status_code == 200
    assert staff.post(address, {"amount": "one"}).status_code == 200
    assert not SandboxRefund.objects.exists()
    assert 'name="amount"' in staff.get(address).content.decode()
    assert read(staff.get(address)).facts["Can be refunded"] == "£145.50"
    assert staff.post(address, {"amount": "12.50"}).status_code == 302
    assert [(str(seen.amount), seen.reference) for seen in of(paid)] == [("12.50", "")]
    assert "£133.00" in staff.get(address).content.decode()


def test_the_console_is_not_for_residents(paid, client):
    address = f"/sandbox/console/{SandboxPayment.objects.get().pk}/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"amount": "1.00"}).status_code == 404
