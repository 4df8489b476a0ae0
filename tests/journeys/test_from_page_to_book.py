"""A page is made, paid on and found again: by editor, resident and finance staff."""

import re
from io import StringIO

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from playwright.sync_api import Page, expect

from ims_wagtail.pages.models import PaymentPage

from .person import Person
from .steps import REFERENCE, go_to_check, use_card


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "only-for-this-test"


@pytest.fixture
def staff(town, settings) -> None:
    """An editor and a finance officer, in the roles that every council starts with."""
    # Wagtail's autosave replaces the editor's buttons at a moment nobody can tell.
    settings.WAGTAIL_AUTOSAVE_INTERVAL = 0
    call_command("ims_roles", stdout=StringIO())
    for name, role in (("elin", "Content editor"), ("fiona", "Finance officer")):
        person = User.objects.create_user(name, password=PASSWORD)
        person.groups.add(Group.objects.get(name=role))


def log_in(page: Page, site: str, name: str) -> None:
    """Log in to the admin by its own form."""
    page.goto(f"{site}/admin/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{site}/admin/")


def test_an_editor_makes_a_page_a_resident_pays_and_finance_finds_it(new_page, town, staff):
    editor = new_page()
    log_in(editor, town.site, "elin")
    editor.goto(f"{town.site}/admin/pages/{town.index.pk}/")
    editor.get_by_role("link", name="Add child page").first.click()
    # Typed before Wagtail's scripts run, a title makes no slug.
    with editor.expect_navigation(wait_until="load"):
        editor.get_by_role("link", name=re.compile("^Payment page")).click()
    editor.get_by_role("textbox", name="Title*").press_sequentially("Council tax arrears")
    expect(editor.locator("#id_slug")).to_have_value("council-tax-arrears")
    editor.get_by_role("combobox", name="Payment type").select_option(
        label="Council tax – 23 Council tax"
    )
    editor.get_by_role("button", name="More actions").click()
    editor.get_by_role("button", name="Publish").click()
    expect(editor.get_by_text("Page 'Council tax arrears' created and published.")).to_be_visible()
    assert PaymentPage.objects.get(title="Council tax arrears").live

    resident = Person(new_page(), site=town.site)
    resident.open("/pay-for-it/")
    resident.follow("Council tax arrears")
    resident.sees("Council tax arrears")
    resident.type("Account number", REFERENCE)
    resident.type("Amount", "87.65")
    resident.press("Continue")
    go_to_check(resident)
    resident.press("Continue to payment")
    use_card(resident)
    resident.sees("Payment complete")
    receipt_number = resident.fact["Receipt number"]

    officer = new_page()
    log_in(officer, town.site, "fiona")
    officer.goto(f"{town.site}/admin/")
    officer.get_by_role("button", name="Income").click()
    officer.get_by_role("link", name="Transactions").click()
    officer.get_by_role("button", name="Show filters").click()
    officer.get_by_role("button", name="Receipt number").click()
    officer.get_by_role("textbox", name="Receipt number").fill(receipt_number)
    row = officer.get_by_role("row").filter(has_text=REFERENCE)
    expect(officer).to_have_url(re.compile(f"receipt_number={receipt_number}"))
    expect(row).to_contain_text("£87.65")
    row.get_by_role("link").first.click()
    expect(officer.get_by_role("heading", level=1)).to_contain_text(receipt_number)
    expect(officer.get_by_role("main")).to_contain_text("Visa ending 4242")
