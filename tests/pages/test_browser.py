"""Payment pages as a browser shows them."""

import pytest
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

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
