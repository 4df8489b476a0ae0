"""A basket over two accounts of the council is paid in two payments, by whatever way one comes."""

import pytest

from ims_wagtail.payments.enums import OrderState
from ims_wagtail.payments.models import Order

from .steps import add_council_tax, add_room_hire, go_to_check, use_card
from .ways import USUAL_WAYS


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("way", USUAL_WAYS, ids=str)
def test_both_payments_are_made_one_after_the_other(come, rooms_apart, way):
    resident = come(way)
    add_room_hire(resident)
    add_council_tax(resident)
    go_to_check(resident)
    assert "You will make 2 payments" in resident.text
    resident.press("Continue to payment")
    use_card(resident)
    resident.sees("Payment complete")
    assert "1 of 2 payments made" in resident.text
    resident.press("Continue to the next payment")
    use_card(resident)
    resident.sees("Payment complete")
    resident.follow("See all your payments")
    resident.sees("Your payments")
    assert "£180.50 of £180.50 has been paid." in resident.text
    assert set(Order.objects.values_list("state", "account__code")) == {
        (OrderState.PAID, "rooms"),
        (OrderState.PAID, "sandbox"),
    }
