"""Every kind of amount on a small phone: from the page to the basket, with and without scripts."""

import pytest
from playwright.sync_api import expect

from ims_wagtail.funds.enums import AmountSource, ReferenceSource
from tests.factories import (
    make_account_holder,
    make_fund,
    make_merchant_account,
    make_method,
    make_payment_type,
    make_price,
)
from tests.pages import amounts
from tests.pages.making import make_home, make_index, make_page


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 320, "height": 640}}
REFERENCE = "301122331"


def typed():
    return {"payment_type": make_payment_type(name="Council tax")}


def fixed():
    return {
        "payment_type": make_payment_type(
            "permit",
            fund=make_fund("PP"),
            reference_source=ReferenceSource.FIXED,
            fixed_reference="PERMIT",
            amount_source=AmountSource.FIXED,
            price=make_price("25.00"),
        )
    }


def bins():
    return {"payment_type": amounts.make_garden_waste(), "amount": amounts.bins()}


def rules():
    payment_type = amounts.make_garden_waste()
    asked = [amounts.CONCESSION, amounts.HOW_MANY]
    return {"payment_type": payment_type, "questions": asked, "amount": amounts.rules()}


def owed():
    payment_type = amounts.make_owed()
    make_account_holder(fund=payment_type.fund, balance="512.30", postcode="AN1 2BC")
    return {"payment_type": payment_type}


def donation():
    museum = make_payment_type("museum", minimum_amount="2.00")
    return {"payment_type": museum, "amount": amounts.suggestions("5.00", "20.00")}


def fill_in_typed(page):
    page.get_by_label("Account number").fill(REFERENCE)
    page.get_by_label("Amount").fill("45.50")


def fill_in_fixed(page):
    expect(page.get_by_text("Amount to pay: £25.00")).to_be_visible()


def fill_in_bins(page):
    page.get_by_label("How many: Garden bins").fill("3")


def fill_in_rules(page):
    page.get_by_role("radio", name="Yes").press("Space")
    page.get_by_label("How many bins?").fill("2")


def fill_in_owed(page):
    page.get_by_label("Account number").fill(REFERENCE)
    page.get_by_label("Postcode").fill("an1 2bc")
    page.get_by_role("button", name="Continue").press("Enter")
    expect(page.get_by_text(f"£512.30 is owed on {REFERENCE}")).to_be_visible()
    page.get_by_role("radio", name="Part of it").press("Space")
    page.get_by_label("How much do you want to pay?", exact=True).fill("100")


def fill_in_donation(page):
    page.get_by_label("Account number").fill(REFERENCE)
    page.get_by_role("radio", name="Another amount").press("Space")
    page.get_by_label("Amount", exact=True).fill("12.34")


KINDS = [
    (typed, fill_in_typed, "£45.50"),
    (fixed, fill_in_fixed, "£25.00"),
    (bins, fill_in_bins, "£106.00"),
    (rules, fill_in_rules, "£67.50"),
    (owed, fill_in_owed, "£100.00"),
    (donation, fill_in_donation, "£12.34"),
]


@pytest.mark.parametrize(
    ("make", "fill_in", "amount"), KINDS, ids=[make.__name__ for make, _fill_in, _amount in KINDS]
)
def test_a_phone_takes_every_kind_of_amount_to_the_basket(
    live_site, new_page, axe, make, fill_in, amount
):
    make_method()
    make_merchant_account()
    make_page(make_index(make_home()), **make())

    # Typed and fixed amounts are paid without scripts in a journey of their own.
    for with_scripts in (True,) if make in (typed, fixed) else (True, False):
        page = new_page(java_script_enabled=with_scripts, **PHONE)
        page.goto(f"{live_site}/pay-for-it/council-tax/")
        fill_in(page)
        if with_scripts:
            assert axe(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.get_by_role("button", name="Continue").press("Enter")
        expect(page.get_by_role("heading", name="Your basket", level=1)).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text(amount)
        if with_scripts:
            assert axe(page) == []
