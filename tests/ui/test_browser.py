"""The components in a real browser: narrow, by keyboard, with and without scripts."""

import pytest
from playwright.sync_api import expect


pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.ui.samples"),
]


@pytest.fixture
def address(live_site) -> str:
    return f"{live_site}/pay/every-question/"


@pytest.mark.parametrize("width", [320, 1280])
def test_every_component_passes_axe_and_nothing_scrolls_sideways(new_page, axe, address, width):
    page = new_page(viewport={"width": width, "height": 800})

    page.goto(address)
    assert axe(page) == []
    page.get_by_role("button", name="Pay").click()
    page.wait_for_selector(".govuk-error-summary")

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_errors_take_the_focus_and_their_links_move_it_to_the_control(page, address):
    page.goto(address)
    page.get_by_role("button", name="Pay").click()
    page.wait_for_selector(".govuk-error-summary:focus")

    links = page.locator(".govuk-error-summary a")
    for place in range(links.count()):
        href = links.nth(place).get_attribute("href")
        links.nth(place).press("Enter")
        assert page.evaluate("'#' + document.activeElement.id") == href


def test_a_part_of_an_answer_opens_with_it(page, address):
    page.goto(address)
    part = page.get_by_label("Phone number")
    assert not part.is_visible()

    page.get_by_label("Phone", exact=True).check()

    expect(part).to_be_visible()


def test_without_scripts_every_part_is_open_and_nothing_dead_is_shown(new_page, address):
    page = new_page(java_script_enabled=False)
    page.goto(address)

    assert page.get_by_label("Phone number").is_visible()
    assert page.get_by_text("You can enter up to 20 characters").is_visible()
    assert not page.get_by_role("button", name="Print").is_visible()


def test_the_print_button_appears_with_scripts_and_prints(page, address):
    page.goto(address)
    page.evaluate("window.print = () => { window.printed = true }")

    page.get_by_role("button", name="Print").click()

    assert page.evaluate("window.printed")


def test_on_paper_there_is_nothing_to_click(page, address):
    page.goto(address)

    page.emulate_media(media="print")

    assert page.get_by_role("heading", name="Payment complete").is_visible()
    assert not page.locator(".govuk-button:visible, .govuk-back-link:visible").count()
