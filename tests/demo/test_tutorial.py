"""The tutorial leads a new council to a payment: its words are those of the screens.

Each form is filled in by the labels that people see, and every label and value used here has to
stand in the tutorial. So neither a screen nor the page can be reworded alone.
"""

import re
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
from wagtail.models import Site
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import Fund, PaymentType, Price
from ims_wagtail.ledger.models import Transaction
from ims_wagtail.pages.models import PaymentPage
from ims_wagtail.payments.providers.sandbox.cards import BY_NUMBER
from tests.checkout.resident import Resident
from tests.staff.people import logged_in


pytestmark = pytest.mark.django_db(transaction=True)

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorial.md"
TEXT = " ".join(TUTORIAL.read_text(encoding="utf-8").split())
INCOME = "/admin/income"


def told(words: str) -> str:
    """Return the words, having made sure that the tutorial says them, whatever their capitals."""
    assert words.casefold() in TEXT.casefold(), f"The tutorial doesn't say: {words}"
    return words


def person(name: str) -> Client:
    """A browser in which somebody of the tutorial's table is logged in, with the roles it gives."""
    [roles] = re.findall(rf"\| `{name}` \| ([^|]+) \|", TEXT)
    user = User.objects.create_user(name)
    user.groups.set(Group.objects.get(name=role) for role in re.findall(r'"([^"]+)"', roles))
    return logged_in(user)


def fill_in(browser: Client, address: str, **values: str | bool | date) -> None:
    """Fill in the form by its labels, spaces written as ``_``; insist that it is taken."""
    page = BeautifulSoup(browser.get(address).content, "html.parser")
    typed = {
        field["name"]: field.get("value", "on" if field.get("type") == "checkbox" else "")
        for field in page.select("main form[method=post] input[name]")
        if field.get("type") != "checkbox" or field.has_attr("checked")
    }
    for select in page.select("main form[method=post] select"):
        chosen = select.find("option", selected=True)
        typed[select["name"]] = chosen["value"] if chosen else ""
    for words, value in values.items():
        words = words.replace("_", " ")
        label = next(
            label
            for label in page.select("main form label[for]")
            if label.get_text(" ", strip=True)
            .removesuffix("*")
            .removesuffix(" 1")
            .strip()
            .casefold()
            == told(words).casefold()
        )
        typed[page.find(id=label["for"])["name"]] = _as_sent(page.find(id=label["for"]), value)
    response = browser.post(address, typed)
    assert response.status_code == 302, BeautifulSoup(response.content, "html.parser").select(
        ".error-message"
    )


def _as_sent(field, value: str | bool | date) -> str:
    if value is True:
        return "on"
    if isinstance(value, date):
        told("today" if value == accounting_date() else f"{value.day} {value:%B %Y}")
        return value.isoformat()
    told(value)
    if field.name == "select":
        return next(
            option["value"]
            for option in field.find_all("option")
            if option.get_text(strip=True).casefold().startswith(value.casefold())
        )
    return value


class Refused(Exception):
    """The screen does not publish the page."""


def publish(browser: Client, title: str, payment_type: PaymentType) -> PaymentPage:
    """Publish a payment page under the home page, as the tutorial has it done."""
    home = Site.objects.get(is_default_site=True).root_page
    response = browser.post(
        f"/admin/pages/add/ims_pages/paymentpage/{home.pk}/",
        nested_form_data(
            {
                "title": told(title),
                "slug": title.lower().replace(" ", "-"),
                "introduction": rich_text("<p>Have your bill ready.</p>"),
                "payment_type": payment_type.pk,
                "reference_help": rich_text(""),
                "reference_image": "",
                "reference_image_alt": "",
                "amount": streamfield([]),
                "questions": streamfield([]),
                "confirmation": rich_text(""),
                "closed_words": rich_text(""),
                "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0},
                "action-publish": "action-publish",
            }
        ),
    )
    if response.status_code != 302:
        raise Refused
    return PaymentPage.objects.live().get(title=title)


def test_a_finance_officer_who_follows_the_tutorial_is_paid_for_garden_waste():
    call_command("ims_roles", verbosity=0)
    call_command("ims_merchant_account", "sandbox", "sandbox", verbosity=0)
    fran, sam = person("fran"), person("sam")

    fill_in(
        fran,
        f"{INCOME}/vat-codes/create/",
        Code="N0",
        Name="Outside the scope of VAT",
        From=date(1973, 4, 1),
        Rate="0",
    )
    fill_in(
        fran,
        f"{INCOME}/methods-of-payment/create/",
        Code="90",
        Name="Card, online",
        Kind="Card, online",
        Most="99999.99",
        Used_for_its_kind_unless_another_is_chosen=True,
        Can_be_refunded=True,
    )
    suspense = {"Code": "SP", "Name": "Suspense", "Suspense_fund": True}
    garden = {"Code": "GW", "Name": "Garden waste"}
    for fund, most in ((suspense, "9999999.99"), (garden, "999.99")):
        fill_in(
            fran,
            f"{INCOME}/funds/new/",
            Most_that_may_be_paid_at_once=most,
            VAT_code="N0",
            **fund,
        )
    fill_in(
        fran, f"{INCOME}/prices/new/", Code="GARDEN-WASTE", Name="Garden waste, one bin for a year"
    )
    price = Price.objects.get()
    fill_in(
        fran,
        f"{INCOME}/prices/new-price/{price.pk}/",
        Amount="46.00",
        From=accounting_date(),
    )
    fill_in(
        fran,
        f"{INCOME}/payment-types/new/",
        Name_shown_to_residents="Garden waste collection",
        Short_name_in_addresses="garden-waste",
        Fund="GW Garden waste",
        Account_reference="Always the same account",
        Account="GARDEN",
        Amount="A price that the council sets",
        Price="GARDEN-WASTE",
    )
    told("Until the price is approved it can't be published")
    with pytest.raises(Refused):
        publish(fran, "Garden waste collection", PaymentType.objects.get())

    told("Waiting for approval")
    waiting = BeautifulSoup(sam.get(f"{INCOME}/prices/waiting/").content, "html.parser")
    approve = waiting.find("button", value="approve")
    assert approve.find(string=True).strip() == told("Approve")
    sent = {field["name"]: field["value"] for field in approve.find_parent("form").select("input")}
    sam.post(f"{INCOME}/prices/waiting/", sent | {approve["name"]: approve["value"]})

    page = publish(fran, "Garden waste collection", PaymentType.objects.get())
    rae = Resident()
    basket = rae.fill_in(rae.visit(page.url))
    details = rae.visit(basket.link("Continue to pay"))
    check = rae.fill_in(details, email="rae@resident.example")
    paid = rae.pay(BY_NUMBER["4242424242424242"], check)

    assert paid.title == "Payment complete"
    line = Transaction.objects.get()
    assert (line.fund, str(line.amount), line.account_reference) == (
        Fund.objects.get(code="GW"),
        "46.00",
        told("GARDEN"),
    )
    assert "GARDEN" in fran.get(f"{INCOME}/transactions/").content.decode()
