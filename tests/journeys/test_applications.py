"""What an officer looks at first, in browsers: applied for, approved, and paid to the receipt."""

import pytest
from django.conf import settings as site_settings
from django.core import mail
from django.test import Client
from playwright.sync_api import expect

from ims_wagtail.checkout.requests.models import Application, RequestToPay
from ims_wagtail.funds.models import PaymentType
from tests.checkout.applying import DECIDE, PDF, make_application_page
from tests.checkout.asking import path_of
from tests.staff.people import ALL_FUNDS, make_person

from .steps import give_address, use_card
from .test_staff_accessibility import is_wagtails
from .town import send_the_mail
from .ways import PHONE, Way


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "Apply for a garden waste concession"
KEYS_ON_A_PHONE = Way("keyboard, 320 pixels wide", keyboard=True, options=PHONE.options)


@pytest.fixture(autouse=True)
def private_files(settings) -> None:
    """Keep files in memory."""
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "ims_private": memory}


def sign_in(page, site: str, person) -> None:
    client = Client()
    client.force_login(person)
    name = site_settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


def test_a_resident_applies_an_officer_approves_and_the_link_is_paid(come, town, axe):
    garden_bin = PaymentType.objects.get(slug="garden-bin")
    make_application_page(garden_bin, under=town.index, title=TITLE, slug="concession")
    resident = come(KEYS_ON_A_PHONE)

    resident.open("/pay-for-it/concession/")
    resident.sees(TITLE)
    resident.choose("Yes")
    resident.press("Continue")
    resident.sees(f"{TITLE} About you")
    resident.type("Your email address", "ada@example.org")
    resident.page.get_by_label("Proof").set_input_files(
        {"name": "bill.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    resident.press("Continue")
    resident.sees("Check your answers before you apply")
    assert axe(resident.page) == []
    resident.press("Send your application")
    resident.sees("Application sent")
    assert axe(resident.page) == []
    application = Application.objects.get()
    assert f"Your application number {application}" in resident.text

    officer = come().page
    sign_in(officer, town.site, make_person(*DECIDE, funds=(ALL_FUNDS,)))
    officer.goto(f"{town.site}/admin/income/applications/")
    officer.get_by_role("link", name=str(application), exact=True).click()
    expect(officer.get_by_role("link", name="bill.pdf")).to_be_visible()
    assert [each for each in axe(officer) if not is_wagtails(each)] == []
    officer.get_by_label("Message to the applicant").fill("Welcome back")
    officer.get_by_role("button", name="Approve and send the link").click()
    expect(officer.get_by_role("heading", name=f"{application}: Approved")).to_be_visible()

    send_the_mail()
    path = path_of(RequestToPay.objects.get())
    assert path in mail.outbox[-1].body
    resident.open(path)
    resident.sees("Garden bin")
    assert "Welcome back" in resident.text and "£45.00" in resident.text
    assert axe(resident.page) == []
    resident.press("Continue")
    resident.sees("Your basket")
    resident.press("Continue to pay")
    resident.sees("Your details")
    give_address(resident)
    resident.press("Continue")
    resident.sees("Check your answers before you pay")
    resident.press("Continue to payment")
    use_card(resident)
    resident.sees("Payment complete")
    resident.follow("View, print or save your receipt")
    expect(resident.page.get_by_text("bill.pdf")).to_be_visible()
