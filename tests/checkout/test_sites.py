"""Two councils in one installation: each is named to those who paid it."""

import pytest
from django.core import mail
from wagtail.models import Page, Site

from ims_wagtail.checkout.receipts import build_receipt
from ims_wagtail.notifications.services import send_due
from ims_wagtail.payments.models import Order
from ims_wagtail.payments.providers.sandbox import remote
from ims_wagtail.payments.providers.sandbox.cards import BY_NUMBER
from ims_wagtail.ui.models import CouncilDetails
from tests.checkout.resident import Resident


@pytest.fixture
def other_council(council, settings):
    settings.ALLOWED_HOSTS = ["testserver", "pay.otherton.example"]
    site = Site.objects.create(
        hostname="pay.otherton.example", port=443, root_page=Page.objects.get(depth=2)
    )
    CouncilDetails.objects.create(
        site=site, name="Otherton Town Council", address="High Street", vat_number="GB 999 9999 73"
    )
    return site


def pay_at(host: str):
    resident = Resident(HTTP_HOST=host)
    resident.add(reference="301122331", amount="50")
    payment = resident.begin_payment(resident.go_to_check(email="ada@example.com"))
    remote.use_card(payment=payment, card=BY_NUMBER["4242424242424242"])
    resident.come_back(payment)
    send_due()
    return payment


def test_a_payer_comes_back_to_the_site_they_paid_on_and_is_written_to_in_its_name(
    transactional_db, other_council, settings
):
    payment = pay_at("pay.otherton.example")

    assert payment.return_url.startswith("https://pay.otherton.example/pay/return/")
    assert payment.webhook_url.startswith(settings.IMS["BASE_URL"])
    receipt = build_receipt(Order.objects.get())
    assert (receipt.supplier, receipt.supplier_address) == ("Otherton Town Council", "High Street")
    (sent,) = mail.outbox
    assert "Otherton Town Council" in sent.body
    assert "Anyborough" not in sent.body


def test_the_receipt_stays_when_the_site_goes(transactional_db, other_council):
    pay_at("pay.otherton.example")

    other_council.delete()

    assert build_receipt(Order.objects.get()).supplier == "Anyborough Council"
