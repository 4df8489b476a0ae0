"""What a resident is told of a refund, in their language."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from ims_wagtail.checkout.receipts import build_receipt
from ims_wagtail.notifications.models import Message
from ims_wagtail.notifications.services import send_due
from ims_wagtail.payments.checking import check_payments
from ims_wagtail.payments.models import Order
from tests.payments.refunding import make_paid, refunded


@pytest.fixture
def refund(council, asker, approver, later):
    attempt = make_paid(council)
    refund = refunded(attempt, "20.00", asker=asker, approver=approver)
    later(minutes=6)
    check_payments()
    return refund


def test_the_resident_is_told_once_how_much_goes_back_and_where(refund, mailoutbox):
    send_due()
    (mail,) = [mail for mail in mailoutbox if "Refund" in mail.subject]
    assert mail.to == ["ada@example.org"]
    order = refund.attempt.order
    for words in ("£20.00", "ending 4242", refund.reference, order.reference, "Council tax"):
        assert words in mail.body
        assert words in mail.alternatives[0].content
    send_due()
    assert len([mail for mail in mailoutbox if "Refund" in mail.subject]) == 1


def test_in_welsh_when_they_paid_in_welsh(refund, mailoutbox):
    Message.objects.filter(kind="refund_notice").update(language="cy")
    send_due()
    (mail,) = [mail for mail in mailoutbox if "Ad-daliad" in mail.subject]
    assert "wedi ad-dalu £20.00" in mail.body
    assert "refunded" not in mail.body


def test_the_receipt_says_what_went_back(refund):
    receipt = build_receipt(Order.objects.get(pk=refund.attempt.order_id))
    (shown,) = receipt.refunds
    assert (shown.number, shown.amount) == (refund.reference, Decimal("20.00"))
    assert receipt.total == Decimal("145.50")
    with translation.override("cy"):
        assert shown.when


def test_the_page_of_the_receipt_shows_it(refund, client):
    order = refund.attempt.order
    page = client.get(reverse("ims_checkout:order_receipt", args=[order.token]))
    assert "Refunded since" in page.content.decode()
    assert "£20.00" in page.content.decode()
