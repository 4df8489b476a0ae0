"""A payer has somebody else pay what is in their basket, who learns nothing of them."""

from urllib.parse import urlsplit

import pytest

from ims_wagtail.checkout.models import Basket
from ims_wagtail.ledger.models import Transaction
from ims_wagtail.payments.models import Order
from ims_wagtail.payments.providers.sandbox import remote
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment
from tests.payments.making import breaches, card

from .resident import Page, Resident


pytestmark = pytest.mark.django_db(transaction=True)

OWN = {"email": "ada@example.org"}
WORDS = "Ask somebody else to pay"


def invite(resident: Resident) -> Page:
    """Press the second button of the page on which everything is checked."""
    resident.add(reference="301122331", amount="120.50")
    return resident.fill_in(resident.go_to_check(**OWN), button=WORDS)


def link_on(page: Page) -> str:
    shown = next(p for p in page.soup.main.find_all("p") if p.get_text().startswith("http"))
    return urlsplit(shown.get_text(strip=True)).path


def pay(payer: Resident, path: str) -> Page:
    answer = payer.client.post(path, {"action": "continue"})
    assert answer.status_code == 303
    payment = SandboxPayment.objects.latest("created_at")
    remote.use_card(payment=payment, card=card("Success"))
    return payer.come_back(payment)


def test_somebody_else_pays_by_the_link_and_the_basket_is_paid(council, resident):
    page = invite(resident)
    assert page.title == WORDS
    friend = Resident()

    seen = friend.visit(link_on(page))
    result = pay(friend, link_on(page))

    assert "Somebody has asked you to pay this for them" in seen.text
    assert "£120.50" in seen.text
    assert result.title.startswith("Payment complete")
    line = Transaction.objects.get()
    assert line.account_reference == "301122331"
    assert "Your basket is empty" in resident.visit("/pay/basket/").text
    assert not breaches()


def test_who_is_invited_reads_nothing_personal_anywhere(council, resident):
    page = invite(resident)
    friend = Resident()
    path = link_on(page)

    texts = [friend.visit(path).text]
    result = pay(friend, path)
    texts += [result.text, friend.visit(result.link("View, print")).text]

    payment = SandboxPayment.objects.get()
    told = str({f.name: getattr(payment, f.name) for f in payment._meta.concrete_fields})
    for text in (*texts, told):
        assert "ada@example.org" not in text
        assert "301122331" not in text
    assert "email address you gave" not in result.text


def test_a_changed_basket_makes_the_link_useless_and_both_never_pay(council, resident):
    page = invite(resident)
    resident.add("room-hire", reference="B1", amount="5")
    resident.begin_payment(resident.visit("/pay/check/"))

    told = Resident()
    answer = told.client.post(link_on(page), {"action": "continue"})

    assert "can’t be used any more" in Page(answer, "").text
    assert Order.objects.count() == 2


def test_the_page_of_the_links_is_for_who_made_them(council, resident):
    path = invite(resident).path

    assert Resident().visit(path).status == 404


def test_who_invited_can_pay_themselves_after_all(council, resident):
    page = invite(resident)

    result = resident.pay(card("Success"), resident.visit("/pay/check/"))

    assert result.title.startswith("Payment complete")
    assert Resident().visit(link_on(page)).title.startswith("Payment complete")
    assert Order.objects.count() == 1
    assert Basket.objects.count() == 1
