"""Two councils in one installation: each is named to those who paid it, and paid on its own."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, Site

from ims_wagtail.checkout.receipts import build_receipt
from ims_wagtail.checkout.requests.sending import send_reminders
from ims_wagtail.clock import accounting_date
from ims_wagtail.ledger.verification import verify
from ims_wagtail.notifications.services import send_due
from ims_wagtail.payments.comparing.compare import compare_day
from ims_wagtail.payments.enums import RefundState
from ims_wagtail.payments.models import Attempt, Difference, Order
from ims_wagtail.payments.providers.sandbox import remote
from ims_wagtail.payments.providers.sandbox.cards import BY_NUMBER
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment
from ims_wagtail.payments.providers.sandbox.provider import SandboxProvider
from ims_wagtail.payments.refunds.settling import settle_refund
from ims_wagtail.payments.selectors import account_for
from ims_wagtail.ui.models import CouncilDetails
from tests.checkout.asking import ask, path_of
from tests.checkout.resident import Resident
from tests.factories import make_merchant_account
from tests.payments.refunding import make_approver, make_asker, refunded


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


@pytest.fixture
def their_account(other_council, settings):
    """An account of the other council alone, at the same provider."""
    settings.IMS = {
        **settings.IMS,
        "CREDENTIALS": {
            **settings.IMS["CREDENTIALS"],
            "otherton": {"api_key": "otherton-key", "webhook_secrets": ["otherton-secret"]},
            "otherton-rooms": {"api_key": "rooms-key"},
        },
    }
    account = make_merchant_account("otherton", takes=())
    account.routes.create(site=other_council)
    return account


def pay_at(host: str, *, reference: str = "301122331", amount: str = "50"):
    resident = Resident(HTTP_HOST=host)
    resident.add(reference=reference, amount=amount)
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


def test_a_receipt_names_the_council_that_was_paid_wherever_it_is_read(
    transactional_db, other_council
):
    pay_at("pay.otherton.example")

    page = Resident().visit(f"/pay/order/{Order.objects.get().token}/receipt/")

    assert "Otherton Town Council" in page.text
    assert "GB 999 9999 73" in page.text
    assert "GB 123 4567 89" not in page.text


def test_the_receipt_stays_when_the_site_goes(transactional_db, other_council):
    pay_at("pay.otherton.example")

    other_council.delete()

    assert build_receipt(Order.objects.get()).supplier == "Anyborough Council"


def test_what_is_paid_on_a_site_settles_refunds_and_balances_at_the_account_of_that_site(
    transactional_db, their_account, monkeypatch
):
    ours = pay_at("testserver", reference="123456780", amount="20")
    theirs = pay_at("pay.otherton.example")

    assert ours.webhook_url.endswith("/ims/webhooks/sandbox/")
    assert theirs.webhook_url.endswith("/ims/webhooks/otherton/")
    attempts = Attempt.objects.order_by("amount").select_related("account", "order")
    assert [(one.account.code, one.amount, one.order.state) for one in attempts] == [
        ("sandbox", Decimal("20.00"), "paid"),
        ("otherton", Decimal("50.00"), "paid"),
    ]

    # Were everything routed elsewhere since, a refund would still go back by the same account.
    their_account.routes.all().delete()
    asked = []
    send = SandboxProvider.refund

    def refund(self, request):
        asked.append((self.credential.api_key, request.amount))
        return send(self, request)

    monkeypatch.setattr(SandboxProvider, "refund", refund)
    given = refunded(attempts[1], "12.50", asker=make_asker(), approver=make_approver())
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        assert settle_refund(refund_id=given.pk).state == RefundState.SUCCEEDED
    assert asked == [("otherton-key", Decimal("12.50"))]
    (kept,) = SandboxPayment.objects.get(pk=theirs.pk).refunds.all()
    assert kept.amount == Decimal("12.50")

    for attempt, total in zip(attempts, ("20.00", "37.50"), strict=True):
        compared = compare_day(account=attempt.account, day=accounting_date())
        assert (compared.our_total, compared.their_total) == (Decimal(total), Decimal(total))
    assert not Difference.objects.exists()
    assert not [breach for _proof, breach in verify() if breach]


def test_the_site_decides_before_the_payment_type_and_both_together_before_all(
    council, other_council
):
    tax, room, bins = council.council_tax, council.room, council.bin
    rooms = make_merchant_account("rooms", takes=(room,))
    site = make_merchant_account("site", takes=())
    site.routes.create(site=other_council)
    site_bins = make_merchant_account("site-bins", takes=(bins,))
    site_bins.routes.update(site=other_council)

    def codes(site_id):
        found = account_for(payment_types=[tax, room, bins], site_id=site_id)
        return [found[each.pk].code for each in (tax, room, bins)]

    assert codes(other_council.pk) == ["site", "site", "site-bins"]
    default = Site.objects.get(is_default_site=True)
    assert codes(default.pk) == codes(None) == ["sandbox", "rooms", "sandbox"]
    site.routes.create(site=default)
    assert codes(None) == ["site", "site", "site"]

    for values in ({"site": other_council}, {"payment_type": room}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rooms.routes.create(**values)


def test_a_basket_is_split_by_the_accounts_of_the_site_it_is_paid_on(
    transactional_db, council, their_account, other_council
):
    rooms = make_merchant_account("otherton-rooms", takes=())
    rooms.routes.create(site=other_council, payment_type=council.room)

    def headings(host):
        resident = Resident(HTTP_HOST=host)
        resident.add(reference="301122331", amount="50")
        resident.add("room-hire", reference="R1", amount="10")
        page = resident.go_to_check()
        return [" ".join(each.get_text(" ").split()) for each in page.soup.main("h2")]

    assert headings("testserver") == ["What you are paying for", "Your details"]
    assert headings("pay.otherton.example") == [
        "Payment 1 of 2",
        "Payment 2 of 2",
        "Your details",
    ]


def test_who_is_asked_to_pay_is_written_to_by_the_council_that_asks_and_pays_it(
    transactional_db, council, their_account, other_council
):
    theirs = "https://pay.otherton.example"
    request = ask(council.council_tax, and_send=True, site_id=other_council.pk)
    ours = ask(council.council_tax, and_send=True, reference="123456780", email="bo@example.org")
    send_due()
    with time_machine.travel(timezone.now() + timedelta(days=12), tick=False):
        assert send_reminders() == 2
        send_due()

    for sent in mail.outbox:
        is_theirs = sent.to == ["ada@example.org"]
        assert ("Otherton Town Council" in sent.body) is is_theirs
        assert ("Anyborough Council" in sent.body) is not is_theirs
        assert (f"{theirs}{path_of(request)}" in sent.body) is is_theirs
        assert (f"{theirs}{path_of(ours)}" in sent.body) is False
    assert len(mail.outbox) == 4

    elsewhere = Client().get(path_of(request))
    assert (elsewhere.status_code, elsewhere["Location"]) == (302, f"{theirs}{path_of(request)}")
    resident = Resident(HTTP_HOST="pay.otherton.example")
    resident.fill_in(resident.visit(path_of(request)))
    resident.pay(BY_NUMBER["4242424242424242"])
    (paid,) = Order.objects.filter(state="paid")
    assert (paid.site, paid.account) == (other_council, their_account)


def test_a_service_is_closed_on_the_site_alone_whose_account_is_not_ready(
    transactional_db, other_council
):
    make_merchant_account("nokey", takes=()).routes.create(site=other_council)

    there = Resident(HTTP_HOST="pay.otherton.example").visit("/pay/council-tax/")
    here = Resident().visit("/pay/council-tax/")

    assert "reference" not in [each.get("name") for each in there.soup.main("input")]
    assert here.has_field("reference")
