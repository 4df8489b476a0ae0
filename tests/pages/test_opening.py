"""Pages that open, close and pause: what residents read, and what goes on regardless."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from ims_wagtail.checkout.asked import asked_for
from ims_wagtail.checkout.models import BasketLine
from ims_wagtail.clock import LONDON
from ims_wagtail.pages.models import PaymentPage
from tests.pages.making import make_editor, make_page, parsed, signed_in, words
from tests.pages.test_editing import added, errors_on


ADDRESS = "/council-tax/"
FILLED_IN = {"reference": "301122331", "amount": "45.50"}
SPRING = datetime(2027, 4, 1, 9, 30, tzinfo=LONDON)
CLOSED = [
    ({"paused": True}, "Payments are paused at the moment."),
    ({"opens_at": SPRING}, "You can pay here from 9:30am on 1 April 2027."),
    ({"closes_at": SPRING - timedelta(days=365)}, "You could pay here until 9:30am on 1 April"),
]


@pytest.fixture(autouse=True)
def _winter():
    with time_machine.travel(datetime(2026, 12, 1, 12, tzinfo=LONDON)):
        yield


@pytest.mark.parametrize(("facts", "said"), CLOSED)
def test_a_closed_page_says_why_and_what_to_do_and_takes_nothing(
    client, home, council_tax, facts, said
):
    make_page(home, payment_type=council_tax, closed_words="<p>Ring us instead.</p>", **facts)

    for answer in (client.get(ADDRESS), client.post(ADDRESS, FILLED_IN)):
        assert said in words(answer)
        assert "Ring us instead." in words(answer)
        assert parsed(answer).select_one("#id_amount") is None
    assert not BasketLine.objects.exists()


def test_a_page_opens_and_closes_to_the_minute(client, home, council_tax):
    make_page(
        home, payment_type=council_tax, opens_at=SPRING, closes_at=SPRING + timedelta(hours=1)
    )
    for minutes, is_open in ((-1, False), (0, True), (59, True), (60, False)):
        with time_machine.travel(SPRING + timedelta(minutes=minutes), tick=False):
            found = parsed(client.get(ADDRESS)).select_one("#id_amount")
            assert bool(found) is is_open, minutes


def test_who_has_it_in_the_basket_pays_although_the_page_pauses(client, home, council_tax):
    page = make_page(home, payment_type=council_tax)
    assert client.post(ADDRESS, FILLED_IN).status_code == 303

    page.paused = True
    page.save_revision().publish()

    basket = parsed(client.get("/pay/basket/"))
    assert "£45.50" in basket.get_text()
    assert client.get("/pay/details/").status_code == 200


def test_staff_take_the_payment_while_the_page_is_paused(home, council_tax):
    page = make_page(home, payment_type=council_tax, paused=True)
    assert [asked.page.id for asked in asked_for(council_tax)] == [page.pk]


def test_an_editor_previews_what_a_closed_page_says(home, council_tax):
    page = make_page(home, payment_type=council_tax, closed_words="<p>Ring us instead.</p>")
    editor = signed_in(make_editor(fund=council_tax.fund, on=home))

    address = reverse("wagtailadmin_pages:view_draft", args=[page.pk])
    shown = words(editor.get(address, {"mode": "closed"}))

    assert "Payments are paused at the moment. Ring us instead." in shown


def test_a_page_that_would_close_before_it_opens_is_refused(home, council_tax):
    editor = signed_in(make_editor(fund=council_tax.fund, on=home))
    times = {"opens_at": "2027-04-01 09:00", "closes_at": "2027-03-31 09:00"}

    answer = added(editor, home, payment_type=council_tax.pk, **times)

    assert "The page must close later than it opens" in errors_on(answer)
    assert not PaymentPage.objects.exists()
