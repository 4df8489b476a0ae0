"""Payments that don't go through at once, or not in the usual way."""

import pytest
from django.core import mail

from ims_wagtail.payments.models import Attempt, Order

from . import cards
from .steps import EMAIL, add_council_tax, go_to_check, go_to_provider, use_card
from .town import (
    let_the_provider_finish,
    run_the_schedule,
    run_the_tasks,
    send_the_mail,
)
from .ways import DESKTOP, NO_SCRIPTS, USUAL_WAYS


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("way", USUAL_WAYS, ids=str)
def test_after_a_declined_an_expired_a_broken_and_a_cancelled_payment_another_card_pays(come, way):
    resident = come(way)
    go_to_provider(resident)

    for card, heading in (
        (cards.DECLINED, "Your payment was declined"),
        (cards.EXPIRED, "Your payment was not finished in time"),
        (cards.ERROR, "There was a problem with the payment service"),
    ):
        use_card(resident, card)
        resident.sees(heading)
        assert "No money has been taken." in resident.text
        resident.press("Try again")
    resident.sees("Enter a test card")
    resident.press("Cancel payment")
    resident.sees("Your payment was cancelled")
    assert "No money has been taken." in resident.text
    resident.follow("Go to your basket")
    resident.sees("Your basket")
    assert "Total to pay: £120.50" in resident.text

    go_to_check(resident)
    resident.press("Continue to payment")
    use_card(resident)

    resident.sees("Payment complete")
    assert Order.objects.get().attempts.count() == 5


@pytest.mark.parametrize("way", USUAL_WAYS, ids=str)
def test_a_payment_still_being_confirmed_says_so_until_it_is(come, way):
    resident = come(way)
    go_to_provider(resident)
    use_card(resident, cards.SLOW_TO_CONFIRM)

    resident.sees("We are still confirming your payment")
    assert "Do not pay again." in resident.text
    resident.press("Check again")
    resident.sees("We are still confirming your payment")

    let_the_provider_finish()
    run_the_schedule()
    resident.press("Check again")
    resident.sees("Payment complete")


@pytest.mark.parametrize("way", (DESKTOP, NO_SCRIPTS), ids=str)
def test_more_money_than_was_asked_for_is_received_but_not_called_paid(come, way):
    resident = come(way)
    go_to_provider(resident)
    use_card(resident, cards.WRONG_AMOUNT)

    resident.sees("We have received your payment and are checking it")
    assert "Do not pay again." in resident.text
    assert resident.page.locator("main button").count() == 0

    resident.open("/pay/basket/")
    resident.sees("Your basket")
    assert "Your basket is empty." in resident.text
    add_council_tax(resident)
    go_to_check(resident)
    assert "If you pay again, the council receives the money twice." in resident.text


def test_a_payer_who_never_comes_back_is_found_paid_by_the_schedule(come):
    resident = come()
    go_to_provider(resident)
    use_card(resident, cards.NEVER_TOLD)
    resident.sees("This payment is finished")
    assert "You may close this window." in resident.text

    run_the_schedule()
    send_the_mail()

    [receipt] = mail.outbox
    assert receipt.to == [EMAIL]
    resident.open(f"/pay/order/{Order.objects.get().token}/")
    resident.sees("Payment complete")
    resident.follow("View, print or save your receipt")
    resident.sees("Receipt")


def test_a_payer_who_never_comes_back_is_told_of_by_the_provider(come):
    resident = come()
    go_to_provider(resident)
    use_card(resident, cards.NEVER_RETURNS)
    resident.sees("This payment is finished")

    run_the_tasks()

    resident.open("/pay/basket/")
    resident.sees("Your basket")
    assert "Your basket is empty." in resident.text
    assert [message.to for message in mail.outbox] == [[EMAIL]]


def test_a_payer_who_starts_again_before_anybody_knows_is_shown_that_it_is_paid(come):
    resident = come()
    go_to_provider(resident)
    use_card(resident, cards.NEVER_TOLD)

    resident.open("/pay/basket/")
    go_to_check(resident)
    resident.press("Continue to payment")

    resident.sees("Payment complete")
    assert Attempt.objects.count() == 1


def test_a_payment_taken_back_by_the_provider_is_no_longer_called_paid(come):
    resident = come()
    go_to_provider(resident)
    use_card(resident, cards.TAKEN_BACK)
    resident.sees("Payment complete")

    let_the_provider_finish()
    run_the_schedule()
    resident.page.reload()

    resident.sees("Your payment was not completed after all")
    assert "the council has not received it" in resident.text
    resident.open(f"/pay/order/{Order.objects.get().token}/receipt/")
    resident.sees("Receipt")
    assert "It is not paid." in resident.text


def test_a_provider_that_refuses_has_taken_nothing_and_the_basket_is_kept(come):
    resident = come()
    add_council_tax(resident, "77.78")
    go_to_check(resident)
    resident.press("Continue to payment")

    resident.sees("Check your answers before you pay")
    assert "No money has been taken." in resident.notices[0]
    assert "Total to pay: £77.78" in resident.text


def test_a_payment_begun_without_an_answer_goes_on_where_it_is(come):
    resident = come()
    add_council_tax(resident, "77.77")
    go_to_check(resident)
    resident.press("Continue to payment")

    resident.sees("Your payment is not finished")
    assert "No money has been taken yet." in resident.text
    resident.press("Continue to payment")
    use_card(resident)
    resident.sees("Payment complete")


def test_a_request_that_got_lost_can_be_asked_about_again(come):
    resident = come()
    add_council_tax(resident, "77.79")
    go_to_check(resident)
    resident.press("Continue to payment")

    resident.sees("The payment service has not answered yet")
    assert "No money has been taken" in resident.text
    resident.press("Check again")
    resident.sees("The payment service has not answered yet")
