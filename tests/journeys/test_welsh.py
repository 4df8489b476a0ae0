"""In Welsh from the council's page to the receipt, the e-mail and the officer's copy of it."""

import pytest
from django.core import mail
from django.utils.translation import gettext, override

from ims_wagtail.payments.models import Order
from tests.pages.making import make_welsh

from .steps import EMAIL, REFERENCE
from .town import run_the_tasks, send_the_mail
from .ways import PHONE


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def cy(words: str) -> str:
    """What the package says for it in Welsh."""
    with override("cy"):
        welsh = gettext(words)
    assert welsh != words
    return welsh


def test_a_resident_pays_in_welsh_from_the_page_to_the_receipt(come, town):
    page = town.index.get_children().get(slug="council-tax").specific
    make_welsh(page, titles={"pay-for-it": "Talu", "council-tax": "Talu treth gyngor"})
    resident = come(PHONE)
    resident.open("/pay-for-it/council-tax/")
    resident.lang = "cy"
    resident.press("Cymraeg")

    resident.sees("Talu treth gyngor")
    resident.page.fill("[name=reference]", REFERENCE)
    resident.page.fill("[name=amount]", "12.00")
    resident.press(cy("Continue"))
    resident.sees(cy("Your basket"))
    assert "Treth gyngor" in resident.text
    resident.press(cy("Continue to pay"))
    resident.sees(cy("Your details"))
    resident.page.fill("[name=email]", EMAIL)
    resident.press(cy("Continue"))
    resident.sees(cy("Check your answers before you pay"))
    resident.press(cy("Continue to payment"))

    assert resident.page.locator("html").get_attribute("lang") == "cy"
    resident.page.fill("[name=card_number]", "4242 4242 4242 4242")
    resident.page.locator("button[value=pay]").click()
    resident.sees(cy("Payment complete"))
    assert resident.fact[cy("Receipt number")] == Order.objects.get().reference
    resident.follow(cy("View, print or save your receipt"))
    resident.sees(cy("Receipt"))

    run_the_tasks()
    send_the_mail()
    assert cy("Receipt number") in mail.outbox[0].body
