"""Payment pages as a browser shows them."""

import pytest
from playwright.sync_api import expect
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from ims_wagtail.pages.feedback.models import Feedback
from tests.factories import make_merchant_account, make_method, make_payment_type
from tests.pages.making import make_home, make_index, make_page, question


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = (
    "<h2>Before you start</h2><p>You need your <b>bill</b>.</p>"
    '<ul><li>Have it ready</li><li>Read the <a href="https://example.org/">notes</a></li></ul>'
)
ADDRESSES = ["/", "/pay-for-it/", "/pay-for-it/council-tax/"]


@pytest.fixture
def council(live_site):
    """A council with a page that has everything on it."""
    make_method()
    make_merchant_account()
    payment_type = make_payment_type(name="Council tax", reference_hint="Nine digits")
    make_page(
        make_index(make_home(), introduction=WORDS),
        payment_type=payment_type,
        introduction=WORDS,
        reference_help="<p>At the top right of your bill.</p>",
        reference_image=Image.objects.create(title="Bill", file=get_test_image_file()),
        reference_image_alt="A bill with the number at the top right",
        questions=[
            question("choice", "Which bill?", choices=["This year", "Last year"], id="a1"),
            question("yes_no", "Have you moved?", required=False, id="b2"),
            question("date", "Since when?", required=False, id="c3"),
            question("long_text", "Anything else?", required=False, id="d4"),
        ],
    )
    return live_site


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_passes_the_accessibility_check_and_fits_a_small_phone(
    council, new_page, axe, address
):
    phone = new_page(viewport={"width": 320, "height": 640}, java_script_enabled=True)
    phone.goto(council + address)

    assert axe(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320


def test_resident_pays_from_the_front_door_by_keyboard_alone_without_scripts(council, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(council)
    page.get_by_role("link", name="Pay for it").press("Enter")
    page.get_by_role("link", name="Pay your council tax").press("Enter")

    page.get_by_label("Account number").press_sequentially("301122331")
    page.keyboard.press("Tab")
    page.keyboard.type("45.50")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    page.wait_for_url("**/pay/basket/**")
    assert "£45.50" in page.inner_text("main")


@pytest.fixture
def editors_page(live_site, new_page, client, admin_user):
    """A page of a browser in which somebody who may do everything is signed in."""
    client.force_login(admin_user)
    page = new_page()
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_site}])
    return page


def test_what_to_do_before_publishing_is_renewed_while_the_editor_works(
    live_site, editors_page, axe
):
    make_method()
    make_merchant_account()
    council_tax = make_payment_type(name="Council tax", reference_hint="Nine digits")
    draft = make_page(make_home(), live=False, questions=[question("email", "Email")])
    page = editors_page
    page.goto(f"{live_site}/admin/pages/{draft.pk}/edit/")
    toggle = page.get_by_role("button", name="Toggle the list of things to do")
    expect(toggle).to_contain_text("2")
    toggle.press("Enter")
    panel = page.locator("[data-side-panel=ready]")
    expect(panel).to_contain_text("Nothing is chosen that could be paid for")
    # Wagtail's own editor of text has no name.
    assert [line for line in axe(page) if "DraftEditor" not in line] == []

    page.get_by_role("combobox", name="Payment type").select_option(str(council_tax.pk))

    expect(panel).not_to_contain_text("Nothing is chosen")
    expect(panel).to_contain_text("asks for personal data and does not say why")
    expect(toggle).to_contain_text("1")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_feedback_takings_and_trying_out_are_for_everybody(live_site, editors_page, axe):
    make_method()
    make_merchant_account()
    index = make_index(make_home())
    tried = make_page(index, payment_type=make_payment_type(name="Council tax"))
    for score in (5, 5, 4, 1):
        Feedback.objects.create(page_id=tried.pk, day="2026-11-01", score=score, words="Good")
    page = editors_page

    for address, said in (
        (f"/admin/income/page-feedback/?page={tried.pk}", "4 answers"),
        (f"/admin/pages/{index.pk}/", "Taken in 30 days"),
        (f"/admin/income/try-a-page/?page={tried.pk}&step=start", "This is a test."),
    ):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(live_site + address)
        expect(page.locator("body")).to_contain_text(said)
        assert axe(page) == [], address
        page.set_viewport_size({"width": 320, "height": 640})
        if not address.startswith("/admin/pages/"):  # Wagtail's own list scrolls by itself.
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
