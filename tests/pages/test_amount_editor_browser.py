"""An editor lays out bins at finance's prices in Wagtail's own form, and takes the page live."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import make_merchant_account, make_method
from tests.pages import amounts
from tests.pages.making import make_editor, make_home, make_page, signed_in


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_editor_lays_out_bins_and_residents_count_them(live_site, new_page, axe):
    make_method()
    make_merchant_account()
    garden, home = amounts.make_garden_waste(), make_home()
    page = make_page(home, payment_type=garden, live=False)
    session = signed_in(make_editor(fund=garden.fund, on=home)).cookies["sessionid"].value
    screen = new_page()
    screen.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_site}]
    )

    screen.goto(live_site + reverse("wagtailadmin_pages:edit", args=[page.pk]))
    amount = screen.locator("#panel-child-content-amount-section")
    amount.get_by_role("button", name="Insert a block").click()
    screen.get_by_role("option", name="Price list").click()
    amount.get_by_label("What it is").fill("Garden bins")
    first, further = amount.locator("select").all()
    first.select_option(label="Price first (FIRST): £46.00")
    further.select_option(label="Price further (FURTHER): £30.00")
    amount.get_by_label("Most of it in one go").fill("4")
    # Wagtail's own rich text and panels are not ours to judge.
    assert [each for each in axe(screen) if "amount-0" in each or "link-name" in each] == []
    screen.get_by_role("button", name="More actions").click()
    screen.get_by_role("button", name="Publish").click()
    expect(screen.get_by_text("has been published")).to_be_visible()

    resident = new_page()
    resident.goto(f"{live_site}/council-tax/")
    resident.get_by_label("How many: Garden bins").fill("2")
    resident.get_by_role("button", name="Continue").click()
    expect(resident.get_by_role("main")).to_contain_text("£76.00")
