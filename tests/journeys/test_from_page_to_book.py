"""A page is made, paid on and found again: by editor, resident and finance staff."""

import re
from io import StringIO

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from playwright.sync_api import Page, expect

from ims_wagtail.pages.models import PaymentPage

from .person import Person
from .steps import go_to_check, use_card
from .town import Town


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "only-for-this-test"
BOOKING = "RH-1234"


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


def test_a_new_editor_follows_the_manual_a_resident_pays_and_finance_finds_it(
    new_page, town, staff
):
    editor = new_page()
    log_in(editor, town.site, "elin")
    follow_the_manual(editor, town)
    assert PaymentPage.objects.get(slug="hire-a-hall").live

    resident = Person(new_page(), site=town.site)
    resident.open("/pay-for-it/")
    resident.follow("Hire a hall")
    resident.sees("Hire a hall")
    resident.type("Booking number", BOOKING)
    resident.type("Amount", "87.65")
    resident.type("Where shall we send the code of the door?", "ada@example.org")
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
    row = officer.get_by_role("row").filter(has_text=BOOKING)
    expect(officer).to_have_url(re.compile(f"receipt_number={receipt_number}"))
    expect(row).to_contain_text("£87.65")
    row.get_by_role("link").first.click()
    expect(officer.get_by_role("heading", level=1)).to_contain_text(receipt_number)
    expect(officer.get_by_role("main")).to_contain_text("Visa ending 4242")


def follow_the_manual(editor: Page, town: Town) -> None:
    """Take the steps of ``docs/how-to/write-a-payment-page.md``, in their order."""
    # 1. The page it belongs under, the plus sign, "Payment page".
    editor.goto(f"{town.site}/admin/pages/{town.index.pk}/")
    editor.get_by_role("link", name="Add child page").first.click()
    with editor.expect_navigation(wait_until="load"):
        editor.get_by_role("link", name=re.compile("^Payment page")).click()

    # 2. Title, introduction, payment type.
    editor.get_by_role("textbox", name="Title*").press_sequentially("Hire a hall")
    expect(editor.locator("#id_slug")).to_have_value("hire-a-hall")
    write(editor, "introduction", "Hire a room for £60 plus VAT.")
    editor.get_by_role("combobox", name="Payment type").select_option(
        label="Room hire – RH Room hire"
    )

    # 3. Help with the reference is left out for now. 5. An extra question.
    questions = editor.locator("[data-contentpath=questions]")
    questions.get_by_role("button", name="Insert a block").first.click()
    editor.get_by_role("option", name="Email address").click()
    questions.get_by_label("Question*").fill("Where shall we send the code of the door?")

    # 7. "Before publishing" says what is wrong with it, once the draft is kept.
    editor.get_by_role("button", name="Save draft").click()
    expect(editor.get_by_text("Page 'Hire a hall' created.")).to_be_visible()
    editor.get_by_role("button", name="Toggle the list of things to do").press("Enter")
    todo = editor.locator("[data-side-panel=ready]")
    expect(todo).to_contain_text("3 things to do before it can be published")
    expect(todo).to_contain_text("It says that VAT comes on top")
    expect(todo).to_contain_text("Nothing says where people find their reference")
    expect(todo).to_contain_text("asks for personal data and does not say why")

    # Publishing says the same at the fields, and keeps what was written.
    publish(editor)
    expect(editor.locator("[data-contentpath=introduction] .error-message")).to_contain_text(
        "Put the words right"
    )

    # Put right, one by one.
    write(editor, "introduction", "Hire a room for £60.")
    write(editor, "reference_help", "It is on your booking form.")
    questions.get_by_label("Hint").fill("To send the code the day before")

    # The previews show every step.
    editor.get_by_role("button", name="Toggle preview").click()
    shown = editor.frame_locator("#w-preview-iframe")
    for mode, heading in (
        ("Page", "Hire a hall"),
        ("Check your answers", "Check your answers before you pay"),
        ("Result: Paid", "Payment complete"),
        ("Receipt, as printed", "VAT receipt – TEST"),
        ("Page – Cymraeg", "Hire a hall"),
    ):
        editor.get_by_label("Preview mode").select_option(label=mode)
        expect(shown.get_by_role("heading", level=1)).to_have_text(re.compile(heading))

    publish(editor)
    expect(editor.get_by_text("Page 'Hire a hall' has been published.")).to_be_visible()


def write(editor: Page, field: str, words: str) -> None:
    """Write into one of Wagtail's editors of text, in place of what is there."""
    box = editor.locator(f"[data-contentpath={field}]").get_by_role("textbox").first
    box.click()
    box.press("ControlOrMeta+a")
    box.press_sequentially(words)


def publish(editor: Page) -> None:
    """Press "Publish", which stands behind the arrow beside "Save draft"."""
    editor.get_by_role("button", name="More actions").click()
    editor.get_by_role("button", name="Publish", exact=True).click()
