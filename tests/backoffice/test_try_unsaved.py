"""While a rule is written, its form tells what it would make of a reference; nothing is saved."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.funds.models import ReferenceRule
from tests.factories import make_check_digit, make_council_tax_rule
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import table


ADD = "/admin/income/reference-rules/new/"
TRY = "/admin/income/reference-rules/try/"
CHANGE = "ims_funds.change_referencerule"


def values(**typed) -> dict[str, str]:
    """What the form of a rule for council tax sends."""
    return {
        "name": "",
        "example": "",
        "minimum_length": "9",
        "maximum_length": "9",
        "character_type": "",
        "pattern": "",
        "mask": "########@",
        "check_digit": "",
        "ignore_spaces": "on",
        "try-reference": "301 122 331",
        **typed,
    }


def verdicts(response) -> dict[str, str]:
    return {row["Step"]: row["Verdict"] for row in table(response)}


@pytest.fixture
def check_digit(db) -> str:
    return str(make_check_digit().pk)


@pytest.fixture
def writer(db) -> Client:
    permissions = ("ims_funds.view_referencerule", "ims_funds.add_referencerule", CHANGE)
    return logged_in(make_person(*permissions, funds=(ALL_FUNDS,)))


def test_each_step_is_explained_for_the_rule_in_the_form(writer, check_digit):
    response = writer.post(TRY, values(check_digit=check_digit))

    assert "This reference holds." in response.content.decode()
    steps = {row["Step"]: row["Found"] for row in table(response)}
    assert steps["Read as"] == "301122331"
    assert "9: 1, asked for: the check character" in steps["Mask"]
    assert "expected 1, found 1" in steps["Check character"]
    assert " × " in steps["Check character"]
    assert not ReferenceRule.objects.exists()
    assert not AuditEntry.objects.exists()


def test_the_button_without_a_script_explains_and_saves_nothing(writer, check_digit):
    response = writer.post(ADD, values(check_digit=check_digit, **{"try": "yes"}))

    assert set(verdicts(response).values()) == {"Right"}
    page = response.content.decode()
    assert 'value="########@"' in page, "what was typed stands"
    assert "This field is required" not in page, "a name is no matter of trying"
    assert not ReferenceRule.objects.exists()


def test_trying_a_change_leaves_the_stored_rule_as_it_is(writer):
    rule = make_council_tax_rule()
    url = f"/admin/income/reference-rules/edit/{rule.pk}/"
    typed = values(name=rule.name, mask="", minimum_length="2", maximum_length="2")

    response = writer.post(url, {**typed, "try": "yes"})

    assert verdicts(response)["Length"] == "Wrong"
    assert ReferenceRule.objects.get() == rule
    assert ReferenceRule.objects.get().mask == rule.mask
    assert not AuditEntry.objects.exists()


def test_the_same_form_is_still_saved_by_its_own_button(writer, check_digit):
    typed = values(name="Council tax", check_digit=check_digit)

    writer.post(ADD, typed)

    assert ReferenceRule.objects.get().mask == "########@"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"mask": "#####", "minimum_length": "5"}, None),
        ({"mask": "#" * 12}, "Mask: The mask must be as long as a reference"),
        ({"minimum_length": "12"}, "Longest: The longest can&#x27;t be less than the shortest"),
        ({"minimum_length": ""}, "Shortest: This field is required"),
        ({"minimum_length": "-1"}, "Shortest: Ensure this value is greater"),
        ({"mask": "########@", "check_digit": ""}, "Mask: Choose the check digit that @ stands"),
        ({"pattern": "("}, "Pattern: This is not a regular expression"),
        ({"pattern": "(a+)+$"}, "Pattern: This pattern could take very long"),
        ({"pattern": "a" * 201}, "Pattern: Ensure this value has at most 200 characters"),
        ({"pattern": "a\0"}, "Pattern: Null characters are not allowed"),
        ({"check_digit": "x"}, "Check digit: Select a valid choice"),
        ({"try-reference": "9" * 101}, "Reference: Ensure this value has at most 100"),
    ],
)
def test_what_keeps_a_rule_from_being_tried_is_said_in_words(writer, typed, words):
    plain = values(mask="#########")

    for url, extra in ((TRY, {}), (ADD, {"try": "yes"})):
        response = writer.post(url, plain | typed | extra)

        assert response.status_code == 200
        assert bool(verdicts(response)) is (words is None)
        assert words is None or words in response.content.decode()
    assert not ReferenceRule.objects.exists()


def test_an_example_that_breaks_the_rule_is_told_and_others_can_be_tried(writer):
    response = writer.post(TRY, values(mask="#########", example="12"))

    assert "Example: The example breaks the rule: its length" in response.content.decode()
    assert verdicts(response)["Mask"] == "Right"


@pytest.mark.parametrize("typed", ["", "   ", "<script>", "é", "\u202e301", "٣٠١"])
def test_anything_at_all_may_be_tried(writer, typed):
    response = writer.post(TRY, values(mask="#########", **{"try-reference": typed}))

    assert response.status_code == 200
    assert "<script>" not in response.content.decode()
    assert "Wrong" in verdicts(response).values()


def test_nothing_sent_at_all_is_no_server_error(writer):
    assert "Shortest: This field is required" in writer.post(TRY).content.decode()


@pytest.mark.parametrize(
    ("permission", "status"),
    [
        (CHANGE, 200),
        ("ims_funds.add_referencerule", 200),
        ("ims_funds.view_referencerule", 302),
    ],
)
def test_only_people_who_may_write_rules_may_try_unsaved_ones(db, permission, status):
    person = logged_in(make_person(permission, funds=(ALL_FUNDS,)))

    assert person.post(TRY, values(mask="#########")).status_code == status


def test_another_site_cannot_send_the_form(db):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_person(CHANGE, funds=(ALL_FUNDS,)))

    assert browser.post(TRY, values()).status_code == 403


def test_a_key_costs_a_handful_of_queries(writer, check_digit):
    writer.post(TRY, values(check_digit=check_digit))

    with CaptureQueriesContext(
        connection,
    ) as queries:
        writer.post(TRY, values(check_digit=check_digit))

    # Who asks, the check digit, and the database's own view of two comparisons without a table.
    assert len(queries) <= 13
    tables = {table for query in queries for table in re.findall(r'FROM "(\w+)"', query["sql"])}
    assert {name for name in tables if name.startswith("ims_")} == {"ims_funds_checkdigit"}


@pytest.fixture
def open_form(new_page, live_site):
    """Return a function that opens the form of a new rule in a browser, as an administrator."""

    def open_it(**options):
        client = Client()
        permissions = ("ims_funds.view_referencerule", "ims_funds.add_referencerule")
        client.force_login(make_person(*permissions, funds=(ALL_FUNDS,)))
        page = new_page(reduced_motion="reduce", **options)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_site}]
        )
        page.goto(live_site + ADD)
        page.get_by_label("Shortest").fill("4")
        page.get_by_label("Longest").fill("4")
        return page

    return open_it


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_explanation_follows_the_rule_while_it_is_typed(open_form, axe):
    page = open_form()
    verdict = page.locator("[aria-live=polite][data-ims-try-result]")

    page.get_by_label("Reference", exact=True).fill("12A4")
    verdict.get_by_text("This reference holds.").wait_for()
    page.get_by_label("Mask").fill("####")
    verdict.get_by_text("Residents would read:").wait_for()
    expect(verdict).to_contain_text("3: A, asked for: a digit (wrong)")
    page.get_by_label("Mask").fill("##$#")
    verdict.get_by_text("This reference holds.").wait_for()
    page.get_by_label("Pattern").fill("(a+)+$")
    verdict.get_by_text("could take very long").wait_for()

    assert not axe(page)
    assert not ReferenceRule.objects.exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_phone_and_a_keyboard_are_enough(open_form, axe):
    page = open_form(viewport={"width": 320, "height": 640})
    page.get_by_label("Mask").fill("####")

    page.get_by_label("Reference", exact=True).focus()
    page.keyboard.type("1234")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Try it"
    page.keyboard.press("Enter")
    page.get_by_text("This reference holds.").wait_for()

    width = page.evaluate("document.querySelector('#ims-try').getBoundingClientRect().right")
    assert width <= 320
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert not axe(page)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_without_javascript_the_button_brings_the_form_back_explained(open_form):
    page = open_form(java_script_enabled=False)
    page.get_by_label("Mask").fill("####")
    page.get_by_label("Reference", exact=True).fill("12A4")

    page.get_by_role("button", name="Try it").click()

    expect(page.get_by_text("3: A, asked for: a digit (wrong)")).to_be_visible()
    assert page.get_by_label("Mask").input_value() == "####"
    assert page.get_by_label("Reference", exact=True).input_value() == "12A4"
    assert not ReferenceRule.objects.exists()
