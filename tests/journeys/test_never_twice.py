"""Impatience, second windows, lost cookies: nobody pays twice by accident."""

import pytest

from ims_wagtail.ledger.models import Posting
from ims_wagtail.payments.models import Attempt, Order

from .person import Person
from .steps import (
    REFERENCE,
    add_council_tax,
    add_room_hire,
    go_to_check,
    go_to_provider,
    use_card,
)
from .ways import DESKTOP, KEYBOARD, NO_SCRIPTS, USUAL_WAYS


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("way", (DESKTOP, NO_SCRIPTS), ids=str)
def test_a_double_click_on_continue_to_payment_begins_one_payment(come, way):
    resident = come(way)
    add_council_tax(resident)
    go_to_check(resident)

    resident.page.get_by_role("button", name="Continue to payment").dblclick()

    resident.sees("Enter a test card")
    assert Order.objects.count() == 1
    assert Attempt.objects.count() == 1
    use_card(resident)
    resident.sees("Payment complete")
    assert Posting.objects.count() == 1


@pytest.mark.parametrize("way", (DESKTOP, NO_SCRIPTS), ids=str)
def test_a_double_click_on_the_card_pays_once(come, way):
    resident = come(way)
    go_to_provider(resident)
    resident.type("Card number", "4242424242424242")

    resident.page.locator("button[value=pay]").dblclick()

    resident.sees("Payment complete")
    assert Posting.objects.count() == 1


@pytest.mark.parametrize("way", (DESKTOP, NO_SCRIPTS, KEYBOARD), ids=str)
def test_the_back_button_never_begins_a_second_payment(come, way):
    resident = come(way)
    go_to_provider(resident)

    resident.go_back()
    resident.sees("Check your answers before you pay")
    resident.press("Continue to payment")
    use_card(resident)
    resident.sees("Payment complete")
    assert Attempt.objects.count() == 1

    resident.go_back()
    resident.sees("This payment is finished")
    resident.go_back()
    resident.sees("Your basket")
    assert "nothing to pay" in resident.notices[0]
    assert Posting.objects.count() == 1


@pytest.mark.parametrize("way", USUAL_WAYS, ids=str)
def test_paying_the_same_reference_again_needs_a_tick(come, way):
    resident = come(way)
    go_to_provider(resident)
    use_card(resident)
    resident.sees("Payment complete")

    add_council_tax(resident)
    go_to_check(resident)
    assert "If you pay again, the council receives the money twice." in resident.text
    resident.press("Continue to payment")
    resident.sees("Check your answers before you pay")
    assert resident.errors == [
        "Tick “Yes, I want to pay again”, or remove the payment from your basket"
    ]
    resident.follow_error(resident.errors[0])
    resident.choose("Yes, I want to pay again")
    resident.press("Continue to payment")
    use_card(resident)
    resident.sees("Payment complete")


def test_a_basket_changed_in_another_window_is_shown_before_it_is_paid(come):
    resident = come()
    add_council_tax(resident, "100")
    go_to_check(resident)

    second_window = Person(resident.page.context.new_page(), site=resident.site)
    add_room_hire(second_window, "60")
    second_window.sees("Your basket")
    resident.press("Continue to payment")

    resident.sees("Check your answers before you pay")
    assert "changed in another window" in resident.notices[0]
    assert "Total to pay: £160.00" in resident.text
    assert not Order.objects.exists()


def test_a_basket_paid_in_another_window_can_not_be_paid_in_this_one(come):
    resident = come()
    add_council_tax(resident)
    go_to_check(resident)
    second_window = Person(resident.page.context.new_page(), site=resident.site)
    second_window.open("/pay/check/")
    second_window.press("Continue to payment")
    use_card(second_window)
    second_window.sees("Payment complete")

    resident.press("Continue to payment")

    resident.sees("Your basket")
    assert "nothing to pay" in resident.notices[0]
    assert Posting.objects.count() == 1


def test_cookies_lost_at_the_provider_lose_neither_payment_nor_receipt(come):
    resident = come()
    add_room_hire(resident)
    go_to_check(resident)
    resident.press("Continue to payment")
    resident.sees("Enter a test card")

    resident.page.context.clear_cookies(name="ims_basket")
    use_card(resident)

    resident.sees("Payment complete")
    resident.follow("View, print or save your receipt")
    resident.sees("VAT receipt")
    assert "RH-1234" in resident.text
    # Whoever has only the address reads no answers: they may be personal.
    assert "Anyborough Choir" not in resident.text


def test_an_unfinished_payment_can_be_gone_on_with_or_cancelled_from_its_address(come):
    resident = come()
    go_to_provider(resident)
    address = f"/pay/order/{Order.objects.get().token}/"

    resident.open(address)
    resident.sees("Your payment is not finished")
    resident.press("Continue to payment")
    resident.sees("Enter a test card")
    resident.open(address)
    resident.press("Cancel this payment")

    resident.sees("Your payment was cancelled")
    resident.open("/pay/basket/")
    resident.sees("Your basket")
    assert REFERENCE in resident.text
