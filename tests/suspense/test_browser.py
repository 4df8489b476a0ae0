"""Suspense in a browser: a day's work without JavaScript; axe on every screen, on a phone."""

import pytest
from django.conf import settings
from django.test import Client

from ims_wagtail.suspense.models import Allocation, SuspenseItem
from tests.corrections.making import to
from tests.factories import make_account_holder, make_council_tax_rule, make_fund, make_payment_type

from .making import DOES, SEES, allocate, left_of, make_council, make_matcher, unmatched


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KNOWS = ("ims_accounts.view_accountholder", "ims_ledger.view_payerdetails")
LIST = "/admin/income/suspense/"
#: Messages fade in, and half-way they have too little contrast.
_STAND_STILL = """() => Promise.allSettled(
    document.getAnimations()
        .filter((moving) => moving.effect.getComputedTiming().endTime !== Infinity)
        .map((moving) => moving.finished)
)"""


@pytest.fixture
def council(transactional_db):
    council = make_council()
    tax = make_fund("CT", reference_rule=make_council_tax_rule())
    make_payment_type("council-tax", fund=tax)
    make_account_holder(fund=tax, reference="301122331")
    return council


@pytest.fixture
def officer(council):
    return make_matcher(*SEES, *DOES, *KNOWS, alone="1000.00", name="officer")


@pytest.fixture
def open_page(officer, new_page, live_site):
    client = Client()
    client.force_login(officer)
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


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def test_two_items_are_chosen_and_cleared_without_javascript(council, open_page):
    first, second = unmatched(council, "70.00", "30.00")
    page = open_page(LIST, java_script_enabled=False)
    for item in (first, second):
        page.get_by_label(f"Choose {item.transaction.reference}").check()
    press(page, "Allocate what is chosen")
    row = page.get_by_role("group", name="Put to: 1")
    row.get_by_label("Fund").select_option(str(council.waste.pk))
    row.get_by_label("Account reference").fill("GW1")
    row.get_by_label("Amount").fill("105.00")
    press(page, "Add a credit note")
    row = page.get_by_role("group", name="Credit notes: 1")
    row.get_by_label("Fund").select_option(str(council.library.pk))
    row.get_by_label("Account reference").fill("LB1")
    row.get_by_label("Amount").fill("5.00")
    page.get_by_label("Reason").fill("They rang")
    press(page, "Allocate")

    assert Allocation.objects.get().state == "posted"
    assert left_of(first, second) == ["0.00", "0.00"]


def test_every_screen_fits_a_phone_and_axe_finds_nothing(council, officer, open_page, axe):
    done, item, owed = unmatched(council, "50.00", "70.00", "-30.00", narrative="CT 301122331")
    made = allocate({done: "50.00"}, to(council.waste, "50.00"), by=officer)
    form = f"{LIST}allocate/?item={item.pk}&item={owed.pk}"
    page = open_page(LIST, viewport={"width": 320, "height": 900})
    failures = []

    def look(name):
        page.evaluate(_STAND_STILL)
        failures.extend(
            f"{name}: {failure}" for failure in axe(page) if "Show filters" not in failure
        )
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > 320:
            failures.append(f"{name}: {wide} pixels wide")

    look("list")
    for path in (
        f"{LIST}inspect/{item.pk}/",
        form,
        f"{LIST}allocate/",
        f"{LIST}suggestions/",
        f"/admin/income/suspense-allocations/inspect/{made.pk}/",
        f"/admin/income/suspense-allocations/undo/{made.pk}/",
        "/admin/income/suspense-allocations/",
        "/admin/income/known-payers/",
        "/admin/income/known-payers/propose/",
    ):
        page.goto(page.url.partition("/admin/")[0] + path)
        look(path)
    page.goto(page.url.partition("/admin/")[0] + form)
    press(page, "Allocate")
    look("form with errors")

    assert SuspenseItem.objects.filter(cleared=True).count() == 1
    assert not failures, "\n".join(failures)
