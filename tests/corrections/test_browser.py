"""The form in a browser: live balance, without JavaScript, by keyboard, on a phone, for axe."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from ims_wagtail.corrections.models import Correction
from ims_wagtail.ledger.models import Transaction

from .making import make_council, make_mover, paid


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def council(transactional_db):
    return make_council()


@pytest.fixture
def open_page(council, new_page, live_site):
    """Return a function that opens a screen for somebody who may move money alone."""
    client = Client()
    client.force_login(make_mover(alone="1000.00"))
    cookie = {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": live_site,
    }

    def open_it(path, **options):
        page = new_page(reduced_motion="reduce", **options)
        page.context.add_cookies([cookie])
        page.goto(live_site + path)
        return page

    return open_it


@pytest.fixture
def line(council) -> Transaction:
    return paid(council.waste, council)[0]


def move_url(line):
    return f"/admin/income/corrections/move/{line.posting_id}/?all=1"


#: Messages fade in, and half-way they have too little contrast.
_STAND_STILL = """() => Promise.allSettled(
    document.getAnimations()
        .filter((moving) => moving.effect.getComputedTiming().endTime !== Infinity)
        .map((moving) => moving.finished)
)"""


def shows(page, *amounts):
    expect(page.locator("[data-ims-total]")).to_have_text([*amounts, amounts[-1]])


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def fill_target(page, council, amount, number=1):
    row = page.get_by_role("group", name=f"Put to: {number}")
    row.get_by_label("Fund").select_option(str(council.library.pk))
    row.get_by_label("Account reference").fill("ELSEWHERE")
    row.get_by_label("Amount").fill(amount)


def test_the_balance_follows_what_is_typed(council, line, open_page):
    page = open_page(move_url(line))
    shows(page, "£100.00", "£0.00", "£100.00")
    fill_target(page, council, "1,040.50")
    shows(page, "£100.00", "£1,040.50", "-£940.50")


def test_money_is_moved_without_javascript_and_a_row_added_on_the_way(council, line, open_page):
    page = open_page(move_url(line), java_script_enabled=False)
    fill_target(page, council, "60.00")
    press(page, "Add another account to put to")
    fill_target(page, council, "40.00", 2)
    press(page, "Update and check")
    shows(page, "£100.00", "£100.00", "£0.00")
    page.get_by_label("Reason").fill("Paid for two")
    press(page, "Move the money")

    expect(page.get_by_text("Posted").first).to_be_visible()
    assert Correction.objects.get().gives.count() == 2


def test_money_is_moved_by_keyboard_and_enter_only_updates(council, line, open_page):
    page = open_page(move_url(line))
    page.get_by_label(f"Take from {line.reference}").focus()
    for typed in (None, "", None, "ELSEWHERE", "100.00"):
        if typed:
            page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.get_by_label("Reason").focus()
    page.keyboard.type("Wrong account")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert not Correction.objects.exists()
    page.get_by_role("group", name="Put to: 1").get_by_label("Fund").focus()
    page.keyboard.type(council.library.code)
    fill_target(page, council, "100.00")
    page.get_by_role("button", name="Move the money").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Correction.objects.get().state == "posted"


@pytest.mark.parametrize("width", [320, 1280])
def test_every_screen_fits_and_axe_finds_nothing(council, line, open_page, axe, width):
    size = {"viewport": {"width": width, "height": 900}}
    page = open_page(move_url(line), **size)

    def problems():
        page.evaluate(_STAND_STILL)
        return axe(page)

    failures = problems()
    press(page, "Move the money")
    expect(page.get_by_text("Say why the money is moved.")).to_be_visible()
    failures += problems()
    fill_target(page, council, "100.00")
    page.get_by_label("Reason").fill("Wrong account")
    for name in ("Update and check", "Move the money"):
        press(page, name)
        failures += problems()
    with page.expect_navigation():
        page.get_by_role("link", name="Undo").click()
    failures += problems()
    page.get_by_label("Reason").fill("It was right")
    press(page, "Undo it")
    failures += problems()
    page.goto(page.url.partition("inspect")[0] + "transfer/")
    failures += problems()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    # Wagtail's own button of a list's filters, whose name does not hold the number it shows.
    own = [one for one in failures if 'aria-label="Show filters"' not in one]
    assert not own, "\n".join(own)
