"""From checking to the provider and back, with everything that may happen on the way."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from ims_wagtail.ledger.models import Transaction
from ims_wagtail.payments.models import Attempt, MerchantAccount, Order
from ims_wagtail.payments.providers.sandbox import remote
from ims_wagtail.payments.providers.sandbox.cards import ANSWER_LOST, BY_NUMBER, NEVER_ARRIVED
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment
from tests.checkout.resident import Page, Resident
from tests.factories import make_account_holder, make_stop_message


pytestmark = pytest.mark.django_db(transaction=True)

GOOD, OTHER = "301122331", "123456780"
SUCCESS = BY_NUMBER["4242424242424242"]
DECLINED = BY_NUMBER["4000000000000002"]


def ready(resident: Resident, amount: str = "50.00", **details: str) -> Page:
    resident.add(reference=GOOD, amount=amount)
    return resident.go_to_check(**details)


def test_a_payment_that_succeeds_is_in_the_book_and_out_of_the_basket(resident):
    page = resident.pay(SUCCESS, ready(resident))

    line = Transaction.objects.get()
    assert (line.account_reference, line.amount) == (GOOD, Decimal("50.00"))
    assert page.title == "Payment complete"
    assert line.receipt_number in page.text
    assert "£50.00" in page.text
    assert "Your basket is empty." in resident.visit("/pay/basket/").text


def test_the_next_one_at_the_same_computer_meets_no_details(resident):
    resident.pay(SUCCESS, ready(resident, email="ada@example.com"))
    resident.add(reference=OTHER, amount="5")

    assert resident.visit("/pay/details/").field("email").get("value", "") == ""


def test_a_second_click_goes_to_the_same_payment(resident):
    path, data = resident.filled(ready(resident))

    first = resident.client.post(path, data)
    second = resident.client.post(path, data)

    assert first["Location"] == second["Location"]
    assert (Order.objects.count(), Attempt.objects.count()) == (1, 1)


def test_two_clicks_at_once_make_one_payment(resident):
    path, data = resident.filled(ready(resident))
    cookie = resident.client.cookies["ims_basket"].value
    together, places = Barrier(2), []

    def click() -> None:
        browser = Resident()
        browser.client.cookies["ims_basket"] = cookie
        together.wait()
        places.append(browser.client.post(path, data)["Location"])
        connection.close()

    threads = [Thread(target=click) for _click in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(places)) == 1
    assert SandboxPayment.objects.count() == 1


def test_back_and_pay_again_resumes_an_unchanged_basket(resident):
    first = resident.begin_payment(ready(resident))

    again = resident.begin_payment(resident.visit("/pay/check/"))

    assert again.pk == first.pk


def test_back_and_a_changed_basket_cancels_the_payment_begun(resident):
    first = resident.begin_payment(ready(resident))
    basket = resident.visit("/pay/basket/")
    resident.fill_in(resident.visit(basket.link("Change")), amount="60")

    second = resident.begin_payment(resident.visit("/pay/check/"))

    first.refresh_from_db()
    assert (first.state, second.amount) == ("withdrawn", Decimal("60.00"))
    assert not remote.use_card(payment=first, card=SUCCESS)


def test_a_payment_made_meanwhile_is_shown_and_not_asked_again(resident):
    check = ready(resident)
    payment = resident.begin_payment(check)
    remote.use_card(payment=payment, card=SUCCESS)

    page = resident.fill_in(check)

    assert page.title == "Payment complete"
    assert Attempt.objects.count() == 1


def test_a_basket_changed_in_another_tab_is_shown_again(resident):
    check = ready(resident)
    resident.add("room-hire", reference="B1", amount="5")

    page = resident.fill_in(check)

    assert page.title == "Check your answers before you pay"
    assert page.notices[0].startswith("Your basket was changed in another window.")
    assert "Total to pay: £55.00" in page.text
    assert not Order.objects.exists()


def test_two_browsers_pay_independently(resident):
    neighbour = Resident()
    neighbour.add(reference=OTHER, amount="7")
    mine = resident.begin_payment(ready(resident))
    theirs = neighbour.begin_payment()
    remote.use_card(payment=theirs, card=SUCCESS)
    neighbour.come_back(theirs)

    page = resident.come_back(mine)

    assert page.title == "Your payment is not finished"
    assert "Total to pay: £50.00" in resident.visit("/pay/basket/").text


def test_what_can_no_longer_be_paid_is_taken_out_and_explained(resident, council):
    resident.add("room-hire", reference="B1", amount="5")
    check = ready(resident)
    council.room.enabled = False
    council.room.save()

    page = resident.fill_in(check)

    assert page.title == "Your basket"
    assert "Room hire, B1: You can't pay for Room hire at the moment" in page.notices[0]
    assert "Total to pay: £50.00" in page.text
    assert "Room hire" in resident.visit("/pay/basket/").text  # still told after a reload
    assert not Order.objects.exists()


def test_todays_limits_and_stops_hold_at_pay(resident, council):
    resident.add("room-hire", reference="B1", amount="500")
    check = ready(resident)
    fund = council.council_tax.fund
    make_account_holder(
        fund=fund, reference=GOOD, stop_message=make_stop_message(fund=fund, public_text="Call us")
    )
    council.room.fund.maximum_amount = Decimal("100.00")
    council.room.fund.save()

    page = resident.fill_in(check)

    assert "Council tax, 301122331: Call us" in page.notices[0]
    assert "Room hire, B1: Amount must be £100.00 or less" in page.notices[0]
    assert "Your basket is empty." in page.text


def test_paying_the_same_account_again_needs_a_tick(resident):
    resident.pay(SUCCESS, ready(resident))
    neighbour = Resident()
    check = ready(neighbour, amount="20")

    refused = neighbour.fill_in(check)
    payment = neighbour.begin_payment(refused, again="on")

    assert "These were paid online in the last few hours" in check.text
    assert f"Council tax, {GOOD}" in check.text
    assert "50.00" not in check.text
    assert refused.errors[0].startswith("Tick “Yes, I want to pay again”")
    assert payment.amount == Decimal("20.00")


def test_paying_an_account_again_after_a_while_asks_nothing(resident):
    resident.pay(SUCCESS, ready(resident))
    Order.objects.update(paid_at=timezone.now() - timedelta(hours=25))

    assert not ready(Resident()).has_field("again")


def test_an_account_that_everybody_pays_is_never_paid_again(resident):
    address = {
        "name": "Ada",
        "address_line_1": "1 High Street",
        "town": "Anyborough",
        "postcode": "AN1 2BC",
    }
    resident.add("garden-bin")
    resident.pay(SUCCESS, resident.go_to_check(**address))
    neighbour = Resident()
    neighbour.add("garden-bin")

    assert not neighbour.go_to_check(**address).has_field("again")


def test_without_a_provider_nothing_is_lost(resident):
    check = ready(resident)
    MerchantAccount.objects.update(provider="nobody")

    page = resident.fill_in(check)

    assert page.title == "Check your answers before you pay"
    assert "No money has been taken." in page.notices[0]
    assert "What can’t be paid online at the moment" in page.text
    assert ("Amount", "£50.00") in resident.visit("/pay/basket/").rows()


@pytest.mark.parametrize(
    ("amount", "title"),
    [
        (ANSWER_LOST, "Your payment is not finished"),
        (NEVER_ARRIVED, "The payment service has not answered yet"),
    ],
)
def test_a_provider_that_does_not_answer_leaves_the_basket_and_a_way_on(resident, amount, title):
    page = resident.fill_in(ready(resident, amount=str(amount)))

    assert page.title == title
    assert "No money has been taken" in page.text
    assert f"Total to pay: £{amount}" in resident.visit("/pay/basket/").text


def test_a_payment_that_never_reached_the_provider_can_be_tried_again(resident):
    page = resident.fill_in(ready(resident, amount=str(NEVER_ARRIVED)))

    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        later = resident.visit(page.link("Check again"))

    assert later.title == "There was a problem with the payment service"
    assert later.form("Try again")


def test_an_amount_the_provider_does_not_take_names_the_limits(resident):
    MerchantAccount.objects.update(minimum_amount=Decimal("0.30"))

    page = resident.fill_in(ready(resident, amount="0.29"))

    assert page.title == "This amount can’t be paid by card in one go"
    assert "between £0.30 and £10,000.00" in page.text


def test_a_forged_host_does_not_steer_the_way_back(resident, settings):
    settings.ALLOWED_HOSTS = ["testserver", "evil.example"]
    settings.IMS = {**settings.IMS, "BASE_URL": "https://pay.example"}
    resident.client.defaults["HTTP_HOST"] = "evil.example"

    payment = resident.begin_payment(ready(resident))

    assert payment.return_url.startswith("https://pay.example/pay/return/")


def test_welsh_is_kept_from_the_basket_to_the_receipt(resident):
    resident.client.cookies["django_language"] = "cy"
    basket = resident.add(reference=GOOD, amount="50")

    assert "Treth gyngor" in basket.text
    payment = resident.begin_payment()
    remote.use_card(payment=payment, card=SUCCESS)
    page = Resident().come_back(payment)

    assert payment.language == "cy"
    assert page.soup.html["lang"] == "cy"
    assert "Treth gyngor" in page.text


def test_no_step_makes_a_session_or_may_be_kept(resident):
    """Checked on real answers, redirects and the result page included."""
    check = ready(resident)
    path, data = resident.filled(check)
    payment_page = resident.client.post(path, data)
    payment = SandboxPayment.objects.get()
    remote.use_card(payment=payment, card=SUCCESS)
    back = resident.come_back(payment)

    for response in (check.response, payment_page, back.response):
        assert response["Cache-Control"] == "private, no-store"
    for step in ("/pay/basket/", "/pay/details/", "/pay/check/", "/pay/council-tax/"):
        assert resident.client.get(step)["Cache-Control"] == "private, no-store"
    assert set(resident.client.cookies) <= {"ims_basket", "csrftoken"}


def test_another_site_can_not_add_remove_or_pay(resident):
    check = ready(resident)
    basket = resident.visit("/pay/basket/")
    forms = [
        resident.filled(resident.visit("/pay/council-tax/"), reference=OTHER, amount="1"),
        resident.filled(basket, button="Remove"),
        resident.filled(resident.visit("/pay/details/")),
        resident.filled(check),
    ]
    attacker = Resident(enforce_csrf_checks=True)
    attacker.client.cookies["ims_basket"] = resident.client.cookies["ims_basket"].value

    for path, data in forms:
        data = {name: value for name, value in data.items() if name != "csrfmiddlewaretoken"}
        assert attacker.client.post(path, data).status_code == 403

    assert "Total to pay: £50.00" in resident.visit("/pay/basket/").text
    assert not Order.objects.exists()
