"""Editors close, unpublish and delete a page while people are paying on it."""

import pytest

from ims_wagtail.pages.models import PaymentPage
from ims_wagtail.payments.models import Order

from .steps import add_council_tax, go_to_check, go_to_provider, use_card
from .town import COUNCIL_TAX


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_who_is_paying_pays_to_the_end_whatever_becomes_of_the_page(come):
    at_the_card, with_a_basket, too_late = come(), come(), come()
    go_to_provider(at_the_card, "120.50")
    add_council_tax(with_a_basket, "30.00", reference="123456780")
    go_to_check(with_a_basket)
    page = PaymentPage.objects.get(slug="council-tax")

    page.paused, page.closed_words = True, "<p>Ring us on Monday.</p>"
    page.save_revision().publish()
    too_late.open(COUNCIL_TAX)
    too_late.sees("Pay your council tax")
    assert "Payments are paused at the moment." in too_late.text
    assert "Ring us on Monday." in too_late.text
    use_card(at_the_card)
    at_the_card.sees("Payment complete")

    page.unpublish()
    with_a_basket.press("Continue to payment")
    with_a_basket.sees("Enter a test card")
    page.delete()
    use_card(with_a_basket)
    with_a_basket.sees("Payment complete")
    assert "£30.00" in with_a_basket.text
    too_late.open(COUNCIL_TAX)
    too_late.sees("Page not found")
    paid = Order.objects.order_by("total").values_list("total", "lines__page_title")
    assert [(str(total), title) for total, title in paid] == [
        ("30.00", "Pay your council tax"),
        ("120.50", "Pay your council tax"),
    ]
