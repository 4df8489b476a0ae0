"""From a payable page to a receipt, in every way people come."""

import re

import pytest
from django.core import mail

from ims_wagtail.payments.models import Order

from .steps import EMAIL, REFERENCE, add_council_tax, go_to_check, go_to_provider, use_card
from .town import COUNCIL_TAX, SERVICES, run_the_tasks, send_the_mail
from .ways import ALL_WAYS, KEYBOARD, PHONE


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("way", ALL_WAYS, ids=str)
def test_a_resident_finds_a_service_pays_and_gets_a_receipt(come, way):
    resident = come(way)

    resident.open(SERVICES)
    resident.sees("Pay for it")
    resident.follow("Pay your council tax")
    resident.sees("Pay your council tax")
    resident.type("Account number", "301 122 331")
    resident.type("Amount", "£1,234.50")
    resident.press("Continue")

    resident.sees("Your basket")
    assert resident.notices == ["Added to your basket."]
    assert resident.facts == [("Account number", REFERENCE), ("Amount", "£1,234.50")]
    assert "Total to pay: £1,234.50" in resident.text

    go_to_check(resident)
    assert ("Account number", REFERENCE) in resident.facts
    assert resident.fact["Email address"] == EMAIL
    assert "Total to pay: £1,234.50" in resident.text
    resident.press("Continue to payment")

    use_card(resident)
    resident.sees("Payment complete")
    number = Order.objects.get().reference
    assert number in resident.text
    assert "We have received your payment of £1,234.50." in resident.text
    assert "Your next bill shows this payment." in resident.text
    assert "Do not pay" not in resident.text

    resident.follow("View, print or save your receipt")
    resident.sees("Receipt")
    assert resident.fact["Receipt number"] == number
    assert resident.fact["Paid by"] == "Card online, Visa card ending 4242"
    assert resident.fact["VAT registration number"] == "GB 123 4567 89"
    assert resident.page.get_by_role("button", name="Print this receipt").count() == way.scripts

    resident.open("/pay/basket/")
    resident.sees("Your basket")
    assert "Your basket is empty." in resident.text


def test_the_receipt_comes_by_email_once(come):
    resident = come()
    go_to_provider(resident)
    use_card(resident)
    resident.sees("Payment complete")

    send_the_mail()
    run_the_tasks()
    resident.page.reload()
    resident.sees("Payment complete")
    run_the_tasks()

    [receipt] = mail.outbox
    number = Order.objects.get().reference
    html = receipt.alternatives[0].content
    assert receipt.to == [EMAIL]
    assert receipt.subject == f"Receipt {number} from Anyborough Council"
    for words in (number, REFERENCE, "£120.50", "Visa card ending 4242", "GB 123 4567 89"):
        assert words in receipt.body, words
        assert words in html, words
    assert "4242424242424242" not in receipt.body + html


def test_a_receipt_can_be_printed_and_its_paper_has_nothing_to_click(come):
    resident = come()
    go_to_provider(resident)
    use_card(resident)
    resident.sees("Payment complete")
    resident.follow("View, print or save your receipt")
    page = resident.page
    page.evaluate("window.print = () => { window.printed = true }")

    page.get_by_role("button", name="Print this receipt").click()
    assert page.evaluate("window.printed")

    page.emulate_media(media="print")
    assert page.get_by_text("Anyborough Council").first.is_visible()
    assert page.get_by_role("rowheader", name="Council tax").is_visible()
    assert not page.locator("main a:visible, button:visible, .govuk-back-link:visible").count()


def test_a_phone_gets_the_right_keyboard_and_fills_in_what_it_knows(come):
    resident = come(PHONE)
    resident.open(COUNCIL_TAX)
    amount = resident.page.get_by_label("Amount", exact=True)
    assert amount.get_attribute("inputmode") == "decimal"

    add_council_tax(resident)
    resident.sees("Your basket")
    resident.press("Continue to pay")
    email = resident.page.get_by_label("Email address (optional)")
    assert (email.get_attribute("type"), email.get_attribute("autocomplete")) == ("email", "email")
    phone = resident.page.get_by_label("Telephone number (optional)")
    assert (phone.get_attribute("type"), phone.get_attribute("autocomplete")) == ("tel", "tel")


def test_the_skip_link_leads_past_the_header_to_the_first_field(come):
    resident = come(KEYBOARD)
    resident.open(COUNCIL_TAX)
    resident.sees("Pay your council tax")

    assert resident.tab() == "Skip to main content"
    resident.page.keyboard.press("Enter")
    assert resident.page.evaluate("document.activeElement.id") == "main-content"

    stops = [resident.tab() for _stop in range(4)]
    assert stops == ["Where to find your reference", "id_reference", "id_amount", "Continue"]
    assert [resident.tab(backwards=True) for _stop in range(2)] == ["id_amount", "id_reference"]


def test_the_language_can_be_changed_on_every_step_and_stays(come):
    resident = come()
    resident.lang = "cy"
    resident.open(COUNCIL_TAX)
    resident.press("Cymraeg")
    welsh = resident.page
    assert welsh.locator("html").get_attribute("lang") == "cy"

    welsh.fill("[name=reference]", REFERENCE)
    welsh.fill("[name=amount]", "12.00")
    welsh.locator("main form button").click()
    welsh.wait_for_url(re.compile("/pay/basket/"))
    assert welsh.locator("html").get_attribute("lang") == "cy"
    assert "Treth gyngor" in resident.text

    resident.lang = "en-gb"
    resident.press("English")
    resident.sees("Your basket")
    assert "Council tax" in resident.text
