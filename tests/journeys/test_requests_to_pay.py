"""A link that asks for a payment, in a browser: opened, paid, opened again, spoilt, expired."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.checkout.asking import ask, path_of

from . import cards
from .steps import go_to_check, use_card
from .ways import PHONE


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_link_is_paid_once_and_says_why_it_can_not_be_used(come, town, axe):
    request = ask(town.council_tax, message="Your second instalment")
    late = ask(town.council_tax, reference="123456780")
    path = path_of(request)
    resident, neighbour = come(PHONE), come()

    resident.open(path)
    resident.sees("Council tax")
    assert "301122331" in resident.text
    assert "£120.50" in resident.text
    assert axe(resident.page) == []
    resident.press("Continue")
    go_to_check(resident)
    resident.press("Continue to payment")
    resident.sees("Enter a test card")

    neighbour.open(path)
    neighbour.sees("Somebody is paying by this link")
    use_card(resident, cards.SUCCESS)
    resident.sees("Payment complete")

    for wrong, heading in ((path, "This has been paid already"), (f"{path[:-3]}/", None)):
        neighbour.open(wrong)
        neighbour.sees(heading or "This payment link is not complete")
        assert axe(neighbour.page) == []
        assert "£" not in neighbour.text
    with time_machine.travel(timezone.now() + timedelta(days=16), tick=True):
        neighbour.open(path_of(late))
        neighbour.sees("This payment link has expired")
