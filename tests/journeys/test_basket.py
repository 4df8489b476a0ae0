"""Several things at once: adding, changing, removing, and the same thing twice."""

import pytest

from .steps import REFERENCE, add_council_tax, add_room_hire, go_to_check, use_card
from .town import GARDEN_BIN
from .ways import DESKTOP, USUAL_WAYS


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ABOUT = f"Council tax {REFERENCE}"
ROOM = "Room hire RH-1234"


@pytest.mark.parametrize("way", USUAL_WAYS, ids=str)
def test_two_services_with_two_rates_of_vat_are_changed_and_paid_together(come, way):
    resident = come(way)
    add_room_hire(resident)
    resident.sees("Your basket")
    assert resident.fact["Amount"] == "£60.00, including £10.00 VAT"
    assert resident.fact["Date of your booking"] == "27 March 2027"

    resident.follow("Pay for something else as well")
    resident.sees("Pay for it")
    add_council_tax(resident, "100")
    resident.sees("Your basket")
    assert "Total to pay: £160.00" in resident.text

    resident.follow("Change", about=ROOM)
    resident.sees("Change Room hire")
    resident.type("Amount", "12")
    resident.choose("Main hall")
    resident.press("Continue")
    resident.sees("Your basket")
    assert resident.notices == ["Your basket has been changed."]
    assert resident.fact["Which room?"] == "Main hall"
    assert "Total to pay: £112.00" in resident.text

    go_to_check(resident, email="")
    resident.follow("Change", about=f"{REFERENCE} (Council tax)")
    resident.sees("Change Council tax")
    resident.type("Amount", "1.01")
    resident.press("Continue")
    resident.sees("Check your answers before you pay")
    assert resident.fact["Email address"] == "Not given"
    assert "Total to pay: £13.01" in resident.text
    resident.press("Continue to payment")
    use_card(resident)

    resident.sees("Payment complete")
    assert resident.fact["Room hire"] == "£12.00"
    assert "A receipt is on its way" not in resident.text
    resident.follow("View, print or save your receipt")
    resident.sees("VAT receipt")
    rows = resident.page.get_by_role("table", name="VAT by rate").get_by_role("row")
    assert [row.split() for row in rows.all_inner_texts()[1:]] == [
        ["20%", "£10.00", "£2.00", "£12.00"],
        ["No", "VAT", "£1.01", "£0.00", "£1.01"],
        ["Total", "paid", "£11.01", "£2.00", "£13.01"],
    ]
    assert "Which room?: Main hall" in resident.text


@pytest.mark.parametrize("way", USUAL_WAYS, ids=str)
def test_the_same_reference_twice_asks_what_is_meant_and_a_line_can_be_removed(come, way):
    resident = come(way)
    add_council_tax(resident, "120.50")

    add_council_tax(resident, "120.50")
    resident.sees("Your basket")
    assert resident.notices == ["This payment was in your basket already. Nothing has been added."]

    add_council_tax(resident, "50")
    resident.sees("This is in your basket already")
    resident.press("Continue")
    resident.sees("This is in your basket already")
    assert resident.errors == ["Choose what to do with the payment in your basket"]
    resident.follow_error(resident.errors[0])
    resident.choose("Add to make £170.50")
    resident.press("Continue")
    resident.sees("Your basket")
    assert resident.notices == ["The amount in your basket has been increased."]

    add_council_tax(resident, "50")
    resident.sees("This is in your basket already")
    resident.choose("Replace £170.50 by £50.00")
    resident.press("Continue")
    resident.sees("Your basket")
    assert resident.facts == [("Account number", REFERENCE), ("Amount", "£50.00")]

    resident.press("Remove", about=ABOUT)
    resident.sees("Your basket")
    assert resident.notices == ["The payment has been removed from your basket."]
    assert "Your basket is empty." in resident.text
    resident.follow("Find something to pay for")
    resident.sees("Pay for it")


def test_what_is_fixed_is_shown_and_never_asked(come):
    resident = come(DESKTOP)
    resident.open(GARDEN_BIN)
    resident.sees("Pay for a garden bin")
    assert "Amount to pay: £45.00" in resident.text
    assert resident.page.locator("main input:visible").count() == 0

    resident.press("Continue")

    resident.sees("Your basket")
    assert resident.facts == [("Amount", "£45.00")]
