"""The sandbox's page as people meet it: by keyboard, without script, on a narrow phone."""

import re

import pytest
from playwright.sync_api import expect

from ims_wagtail.payments.providers.sandbox.models import SandboxPayment
from ims_wagtail.payments.services import start_payment
from tests.payments.making import make_order


pytestmark = pytest.mark.browser


@pytest.fixture
def next_url(council, live_site):
    return start_payment(order=make_order(council)).next_url


def test_the_page_has_no_accessibility_failures_whatever_it_shows(next_url, page, axe):
    page.goto(next_url)
    assert axe(page) == []
    page.get_by_role("button", name="Pay £145.50").click()
    expect(page).to_have_title(re.compile("^Error:"))
    assert axe(page) == []
    page.get_by_label("Card number").fill("4000000000000408")
    page.get_by_role("button", name="Pay £145.50").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This payment is finished")
    assert axe(page) == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_card_is_typed_and_paid_by_keyboard_alone(next_url, new_page, script):
    page = new_page(java_script_enabled=script)
    page.goto(next_url)
    page.keyboard.press("Tab")
    page.keyboard.type("4242 4242 4242 4242")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pay/result/**")
    assert SandboxPayment.objects.get().state == "captured"


def test_the_error_leads_to_the_field(next_url, page):
    page.goto(next_url)
    page.get_by_role("button", name="Pay £145.50").click()
    page.get_by_role("alert").get_by_role("link").click()
    page.keyboard.press("Tab")  # from the field, where the link has led
    assert page.evaluate("document.activeElement.value") == "pay"


def test_the_page_fits_a_narrow_phone(next_url, new_page):
    page = new_page(viewport={"width": 320, "height": 640})
    page.goto(next_url)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_payer_can_give_up(next_url, page):
    page.goto(next_url)
    page.get_by_role("button", name="Cancel payment").click()
    page.wait_for_url("**/pay/result/**")
    assert SandboxPayment.objects.get().state == "cancelled"
