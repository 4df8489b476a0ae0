"""A page with steps and questions that depend on answers, in a browser."""

import pytest
from playwright.sync_api import FilePayload, Page, expect

from ims_wagtail.checkout.models import AnswerFile, BasketLine
from tests.factories import make_merchant_account, make_method, make_payment_type
from tests.pages.making import make_home, make_page, question


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLAN: FilePayload = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 plan"}


@pytest.fixture
def address(live_site):
    """A page in two steps, the first with a question under the answer it depends on."""
    make_method()
    make_merchant_account()
    when = {"question": "Do you have a permit?", "answers": "Yes"}
    page = make_page(
        make_home(),
        payment_type=make_payment_type(name="Council tax"),
        questions=[
            question("yes_no", "Do you have a permit?", id="permit"),
            question("short_text", "Number of the permit", id="number", only_when=when),
            {"type": "step", "value": {"heading": "About you"}, "id": "s1"},
            question("short_text", "Your name", id="name"),
            question("file", "Photo", id="photo", required=False, types=["pdf"], only_when=when),
        ],
    )
    return f"{live_site}/{page.slug}/"


def fits(page: Page, axe) -> None:
    """Expect no fault that axe finds, and no need to scroll sideways."""
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_resident_walks_through_the_steps_on_a_small_phone(address, new_page, axe, scripts):
    phone = new_page(viewport={"width": 320, "height": 640}, java_script_enabled=scripts)
    phone.goto(address)
    number = phone.get_by_label("Number of the permit")
    expect(number).to_be_visible(visible=not scripts)
    if scripts:
        fits(phone, axe)

    phone.get_by_label("Account number").fill("301122331")
    phone.get_by_label("Amount").fill("45.50")
    phone.get_by_label("Yes").check()
    expect(number).to_be_visible()
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_role("heading", name="There is a problem")).to_be_visible()
    phone.get_by_label("Number of the permit").fill("P 77")
    phone.get_by_role("button", name="Continue").click()

    expect(phone.get_by_role("heading", level=1)).to_contain_text("About you")
    assert "301122331" not in phone.url and "P%2077" not in phone.url
    if scripts:
        fits(phone, axe)
    phone.get_by_label("Photo").set_input_files(PLAN)
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_text("We have “plan.pdf”")).to_be_visible()
    if scripts:
        fits(phone, axe)
    phone.get_by_label("Remove “plan.pdf”").check()
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_text("We have “plan.pdf”")).to_have_count(0)
    expect(phone.get_by_role("heading", name="There is a problem")).to_be_visible()
    assert not AnswerFile.objects.exists()
    phone.get_by_role("link", name="Back", exact=True).click()
    expect(phone.get_by_label("Number of the permit")).to_have_value("P 77")
    phone.get_by_label("No", exact=True).check()
    phone.get_by_role("button", name="Continue").click()

    expect(phone.get_by_role("heading", level=1)).to_contain_text("About you")
    expect(phone.get_by_label("Photo")).to_have_count(0)
    phone.get_by_label("Your name").fill("Ada Brook")
    phone.get_by_role("button", name="Continue").click()

    expect(phone.get_by_role("heading", level=1)).to_have_text("Your basket")
    answers = {each["key"]: each["value"] for each in BasketLine.objects.get().answers}
    assert answers == {"permit": "no", "number": "", "name": "Ada Brook", "photo": ""}
