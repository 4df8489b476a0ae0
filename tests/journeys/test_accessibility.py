"""axe finds nothing to object to on any page a resident can meet, wide and narrow."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from ims_wagtail.checkout import throttle
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.payments.models import MerchantAccount, Order

from . import cards
from .person import Person
from .steps import REFERENCE, add_council_tax, add_room_hire, give_address, go_to_check, use_card
from .town import (
    COUNCIL_TAX,
    GARDEN_BIN,
    ROOM_HIRE,
    SERVICES,
    let_the_provider_finish,
    run_the_schedule,
)
from .ways import DESKTOP, PHONE


pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("way", (DESKTOP, PHONE), ids=str),
]


@pytest.fixture
def passes(axe) -> Callable[[Person, str], None]:
    """Return a function that checks a page with this heading."""

    def check(person: Person, heading: str) -> None:
        person.sees(heading)
        assert axe(person.page) == [], heading

    return check


def test_the_way_to_a_receipt(come, passes, way):
    resident = come(way)
    resident.open("/")
    passes(resident, "Anyborough Council")
    resident.open(SERVICES)
    passes(resident, "Pay for it")
    resident.open(COUNCIL_TAX)
    resident.page.get_by_text("Where to find your reference").click()
    passes(resident, "Pay your council tax")
    add_room_hire(resident)
    passes(resident, "Your basket")
    add_council_tax(resident)
    resident.follow("Change", about=f"Council tax {REFERENCE}")
    passes(resident, "Change Council tax")
    resident.open(GARDEN_BIN)
    passes(resident, "Pay for a garden bin")
    resident.press("Continue")
    resident.press("Continue to pay")
    passes(resident, "Your details")
    give_address(resident)
    resident.press("Continue")
    passes(resident, "Check your answers before you pay")
    resident.press("Continue to payment")
    passes(resident, "Enter a test card")
    use_card(resident, cards.TAKEN_BACK)
    passes(resident, "Payment complete")
    resident.follow("View, print or save your receipt")
    passes(resident, "VAT receipt")

    let_the_provider_finish()
    run_the_schedule()
    resident.page.reload()
    passes(resident, "VAT receipt")
    resident.open(f"/pay/order/{Order.objects.get().token}/")
    passes(resident, "Your payment was not completed after all")
    resident.open("/pay/basket/")
    passes(resident, "Your basket")


def test_pages_that_say_what_is_wrong(come, passes, way, monkeypatch):
    resident = come(way)
    resident.open(ROOM_HIRE)
    resident.press("Continue")
    passes(resident, "Pay for a room")
    resident.open("/pay/council-tax/")
    passes(resident, "Council tax")
    add_council_tax(resident, "50")
    add_council_tax(resident, "60")
    resident.press("Continue")
    passes(resident, "This is in your basket already")
    resident.open(GARDEN_BIN)
    resident.press("Continue")
    resident.press("Continue to pay")
    resident.press("Continue")
    passes(resident, "Your details")
    give_address(resident)
    resident.press("Continue")
    resident.sees("Check your answers before you pay")
    PaymentType.objects.filter(slug="garden-bin").update(enabled=False)
    resident.press("Continue to payment")
    passes(resident, "Your basket")
    assert "have been taken out" in resident.notices[0]
    resident.open(GARDEN_BIN)
    passes(resident, "Pay for a garden bin")
    resident.open("/pay/garden-bin/")
    passes(resident, "Garden bin can’t be paid here at the moment")

    resident.open("/pay/nothing-like-it/")
    passes(resident, "Page not found")
    monkeypatch.setattr(throttle, "LIMIT", 1)
    for _try in range(2):
        resident.open("/pay/council-tax/")
        resident.type("Account number", "1")
        resident.press("Continue")
    passes(resident, "Try again in ten minutes")
    resident.open("/pay/council-tax/")
    resident.page.context.clear_cookies()
    resident.press("Continue")
    passes(resident, "This page can’t be sent")


def test_every_result_that_is_not_a_payment(come, passes, way):
    resident = come(way)
    add_council_tax(resident)
    go_to_check(resident)
    resident.press("Continue to payment")
    resident.press("Cancel payment")
    passes(resident, "Your payment was cancelled")
    for card, heading in (
        (cards.DECLINED, "Your payment was declined"),
        (cards.EXPIRED, "Your payment was not finished in time"),
        (cards.ERROR, "There was a problem with the payment service"),
    ):
        resident.press("Try again")
        use_card(resident, card)
        passes(resident, heading)
    resident.press("Try again")
    use_card(resident, "1234")
    passes(resident, "Enter a test card")
    resident.open(f"/pay/order/{Order.objects.get().token}/")
    passes(resident, "Your payment is not finished")
    resident.press("Continue to payment")
    use_card(resident, cards.SLOW_TO_CONFIRM)
    passes(resident, "We are still confirming your payment")
    let_the_provider_finish()
    run_the_schedule()

    add_council_tax(resident)
    go_to_check(resident)
    resident.press("Continue to payment")
    passes(resident, "Check your answers before you pay")
    resident.choose("Yes, I want to pay again")
    resident.press("Continue to payment")
    use_card(resident, cards.WRONG_AMOUNT)
    passes(resident, "We have received your payment and are checking it")

    resident.page.context.clear_cookies()
    add_council_tax(resident, "77.79", reference="123456780")
    go_to_check(resident)
    resident.press("Continue to payment")
    passes(resident, "The payment service has not answered yet")

    MerchantAccount.objects.update(unavailable_since=timezone.now())
    resident.open("/pay/council-tax/")
    passes(resident, "Council tax can’t be paid online at the moment")
    MerchantAccount.objects.update(unavailable_since=None)

    MerchantAccount.objects.update(maximum_amount="10.00")
    resident.page.context.clear_cookies()
    add_council_tax(resident, "20", reference="100000007")
    go_to_check(resident)
    resident.press("Continue to payment")
    passes(resident, "This amount can’t be paid by card in one go")


def test_a_basket_paid_in_two_payments(come, passes, way, rooms_apart):
    resident = come(way)
    add_room_hire(resident)
    add_council_tax(resident)
    go_to_check(resident)
    passes(resident, "Check your answers before you pay")
    resident.press("Continue to payment")
    use_card(resident, cards.DECLINED)
    passes(resident, "Your payment was declined")
    resident.press("Continue to the next payment")
    use_card(resident)
    passes(resident, "Payment complete")
    resident.follow("See all your payments")
    passes(resident, "Your payments")
    MerchantAccount.objects.filter(pk=rooms_apart.pk).update(unavailable_since=timezone.now())
    resident.open("/pay/basket/")
    passes(resident, "Your basket")
