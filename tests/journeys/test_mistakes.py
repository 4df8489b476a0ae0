"""Everything that can be typed wrongly, and how people find out and put it right."""

import pytest

from .steps import REFERENCE, add_council_tax, give_address, use_card
from .town import COUNCIL_TAX, GARDEN_BIN, ROOM_HIRE
from .ways import DESKTOP, FORCED_COLOURS, NO_SCRIPTS, USUAL_WAYS, ZOOMED


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NUMBER = "Account number"
LIKE = "like 301122331"

# reference, amount, what is said
WRONG = (
    ("", "", [f"Enter your account number, {LIKE}", "Enter an amount, like 45.50"]),
    (
        "301122332",
        "12.345",
        [
            "Check your account number: one of its characters is wrong or two are swapped. "
            "It looks like 301122331",
            "Amount must be pounds and pence in figures, like 45.50 – not “12.345”",
        ],
    ),
    (
        "3011",
        "-5",
        [
            f"Account number must be 9 digits, {LIKE}",
            "Amount must be pounds and pence in figures, like 45.50 – not “-5”",
        ],
    ),
    (
        "30112233A",
        "1e3",
        [
            f"Account number must only include digits 0 to 9, {LIKE}",
            "Amount must be pounds and pence in figures, like 45.50 – not “1e3”",
        ],
    ),
    (
        REFERENCE,
        "４５",
        ["Amount must be pounds and pence in figures, like 45.50 – not “４５”"],
    ),
    (REFERENCE, "0", ["Amount must be more than £0.00"]),
    (REFERENCE, "5,000.01", ["Amount must be £5,000.00 or less"]),
)


@pytest.mark.parametrize("way", (NO_SCRIPTS, ZOOMED, FORCED_COLOURS), ids=str)
def test_a_wrong_reference_or_amount_is_named_kept_and_put_right(come, way):
    resident = come(way)
    resident.open(COUNCIL_TAX)
    resident.sees("Pay your council tax")

    for reference, amount, said in WRONG:
        resident.type(NUMBER, reference)
        resident.type("Amount", amount)
        resident.press("Continue")
        resident.sees("Pay your council tax")
        assert resident.errors == said
        assert resident.page.get_by_label(NUMBER).input_value() == reference
        assert resident.page.get_by_label("Amount", exact=True).input_value() == amount
        if way.scripts:
            summary = resident.page.locator(".govuk-error-summary")
            assert summary.evaluate("element => element === document.activeElement")

    for message in said:
        resident.follow_error(message)
    resident.type("Amount", "5000")
    resident.press("Continue")
    resident.sees("Your basket")


def test_a_card_number_typed_in_the_wrong_place_is_refused(come):
    resident = come()
    resident.open(ROOM_HIRE)
    resident.type("Booking number", "4242 4242 4242 4242")
    resident.type("Name of your group", "5555555555554444")
    resident.press("Continue")

    resident.sees("Pay for a room")
    assert resident.errors[0].startswith("This looks like a card number.")
    assert resident.errors[2].startswith("“Name of your group” must not hold a card number.")


@pytest.mark.parametrize("way", USUAL_WAYS, ids=str)
def test_every_question_that_must_be_answered_says_so_and_leads_to_itself(come, way):
    resident = come(way)
    resident.open(ROOM_HIRE)
    resident.sees("Pay for a room")
    resident.type("Booking number", "RH-1")
    resident.type("Amount", "10")
    resident.type("Month", "13")
    resident.press("Continue")

    resident.sees("Pay for a room")
    assert resident.errors == [
        "Enter name of your group",
        "Choose one of the answers to “Which room?”",
        "Choose one of the answers to “Do you need the stage?”",
        "Date must include a day and year",
    ]
    for message in resident.errors:
        resident.follow_error(message)


@pytest.mark.parametrize("way", USUAL_WAYS, ids=str)
def test_details_are_checked_and_an_address_is_asked_for_where_it_is_needed(come, way):
    resident = come(way)
    resident.open(GARDEN_BIN)
    resident.press("Continue")
    resident.sees("Your basket")
    resident.press("Continue to pay")
    resident.sees("Your details")
    resident.type("Email address (optional)", "ada@example")
    resident.type("Telephone number (optional)", "soon")
    resident.press("Continue")

    resident.sees("Your details")
    assert resident.errors == [
        "Enter an email address in the correct format, like name@example.com",
        "Enter a telephone number, like 01632 960 001",
        "Enter full name",
        "Enter address line 1",
        "Enter town or city",
        "Enter your postcode, like AN1 2BC",
    ]
    for message in resident.errors:
        resident.follow_error(message)
    resident.type("Email address (optional)", "ada@example.org")
    resident.type("Telephone number (optional)", "01632 960 001")
    give_address(resident)
    resident.press("Continue")

    resident.sees("Check your answers before you pay")
    assert resident.fact["Full name"] == "Ada Brook"
    assert resident.fact["Address"] == "1 High Street, Anyborough, AN1 2BC"
    resident.follow("Change", about="telephone number")
    resident.sees("Your details")


def test_steps_out_of_order_lead_to_the_step_that_is_missing(come):
    resident = come(DESKTOP)
    for address in ("/pay/details/", "/pay/check/", "/pay/start/"):
        resident.open(address)
        resident.sees("Your basket")
        assert "nothing to pay" in resident.notices[0]

    add_council_tax(resident)
    resident.open("/pay/check/")
    resident.sees("Your details")


def test_a_wrong_card_number_at_the_provider_is_named(come):
    resident = come()
    add_council_tax(resident)
    resident.press("Continue to pay")
    resident.press("Continue")
    resident.press("Continue to payment")
    use_card(resident, "1234")

    resident.sees("Enter a test card")
    assert "Enter one of the test card numbers listed on this page" in resident.text


def test_a_browser_that_keeps_no_cookies_is_told_so(come):
    resident = come()
    resident.open(COUNCIL_TAX)
    resident.page.context.clear_cookies()
    resident.press("Continue")

    resident.sees("This page can’t be sent")
    assert "No money has been taken." in resident.text
