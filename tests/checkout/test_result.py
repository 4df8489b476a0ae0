"""What a resident reads after the provider, on whatever device, however often."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ims_wagtail.checkout.enums import Outcome
from ims_wagtail.checkout.outcomes import outcome_of
from ims_wagtail.ledger.models import Posting
from ims_wagtail.notifications.models import Message
from ims_wagtail.payments.enums import AttemptState, EventSource, OrderState
from ims_wagtail.payments.models import Attempt, Order
from ims_wagtail.payments.providers.sandbox import remote
from ims_wagtail.payments.providers.sandbox.cards import BY_NUMBER
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment
from ims_wagtail.payments.refunds.recording import succeed
from ims_wagtail.payments.settling import settle
from tests.checkout.resident import Resident
from tests.payments.refunding import make_approver, make_asker, refunded


pytestmark = pytest.mark.django_db(transaction=True)

GOOD = "301122331"
SUCCESS = BY_NUMBER["4242424242424242"]


def begun(resident: Resident, **details: str) -> SandboxPayment:
    resident.add(reference=GOOD, amount="50.00")
    return resident.begin_payment(resident.go_to_check(**details))


def after(resident: Resident, number: str):
    payment = begun(resident, email="ada@example.com", phone="01632 960 001")
    assert remote.use_card(payment=payment, card=BY_NUMBER[number])
    return resident.come_back(payment)


def test_paid_says_what_was_paid_and_what_happens_next(resident):
    page = after(resident, "4242424242424242")

    order = Order.objects.get()
    assert page.soup.select_one(".govuk-panel__title").get_text(strip=True) == "Payment complete"
    assert page.rows() == [
        ("Receipt number", order.reference),
        ("Council tax", "£50.00"),
        ("Total", "£50.00"),
    ]
    assert "A receipt is on its way" in page.text
    assert resident.visit(page.link("View, print or save")).title == "Receipt"


@pytest.mark.parametrize(("amount", "is_all"), [("20.00", False), ("50.00", True)])
def test_what_was_refunded_since_is_told_and_nothing_is_promised_when_it_is_all(
    resident, amount, is_all
):
    page = after(resident, "4242424242424242")
    refund = refunded(Attempt.objects.get(), amount, asker=make_asker(), approver=make_approver())
    assert "refunded" not in resident.visit(page.path).text
    succeed(refund_id=refund.pk)

    page = resident.visit(page.path)
    assert f"We refunded £{amount} of it on" in page.text
    assert ("What happens next" not in page.text) == is_all


@pytest.mark.parametrize(
    ("number", "title"),
    [
        ("4000000000000002", "Your payment was declined"),
        ("4000000000000069", "Your payment was not finished in time"),
        ("4000000000000119", "There was a problem with the payment service"),
    ],
)
def test_a_failed_payment_takes_no_money_and_can_be_tried_again(resident, number, title):
    page = after(resident, number)

    assert page.title == title
    assert "No money has been taken." in page.text
    assert "Total to pay: £50.00" in resident.visit(page.link("Go to your basket")).text
    again = resident.begin_payment(page)
    assert remote.use_card(payment=again, card=SUCCESS)
    assert resident.come_back(again).title == "Payment complete"
    assert Posting.objects.count() == 1
    assert Attempt.objects.values("token_hash").distinct().count() == 2


def test_cancelling_is_not_called_a_failure(resident):
    payment = begun(resident)
    remote.give_up(payment=payment)

    page = resident.come_back(payment)

    assert page.title == "Your payment was cancelled"
    assert "No money has been taken." in page.text
    assert resident.begin_payment(page).pk != payment.pk


def test_a_payment_being_confirmed_says_not_to_pay_again(resident):
    page = after(resident, "4000000000000200")
    SandboxPayment.objects.update(next_state_at=timezone.now() - timedelta(seconds=1))

    assert page.title == "We are still confirming your payment"
    assert "Do not pay again." in page.text
    assert not page.soup.find("meta", attrs={"http-equiv": "refresh"})
    assert not Posting.objects.exists()
    assert resident.visit(page.link("Check again")).title == "Payment complete"


def test_an_unfinished_payment_can_be_continued(resident):
    payment = begun(resident)
    page = resident.come_back(payment)

    assert page.title == "Your payment is not finished"
    assert resident.begin_payment(page).pk == payment.pk


def test_an_unfinished_payment_can_be_cancelled(resident):
    payment = begun(resident)

    page = resident.fill_in(resident.come_back(payment), button="Cancel this payment")

    assert page.title == "Your payment was cancelled"
    assert not remote.use_card(payment=payment, card=SUCCESS)


def test_continuing_what_is_paid_shows_that_it_is(resident):
    payment = begun(resident)
    unfinished = resident.come_back(payment)
    remote.use_card(payment=payment, card=SUCCESS)

    assert resident.fill_in(unfinished, button="Continue").title == "Payment complete"
    assert resident.fill_in(unfinished, button="Cancel").title == "Payment complete"


def test_a_wrong_amount_is_received_and_looked_into_and_not_offered_again(resident):
    page = after(resident, "4000000000000606")

    assert page.title == "We have received your payment and are checking it"
    assert "Do not pay again." in page.text
    assert "Your basket is empty." in resident.visit("/pay/basket/").text


def test_a_payment_taken_back_can_be_made_again(resident):
    page = after(resident, "4000000000000309")
    SandboxPayment.objects.update(next_state_at=timezone.now() - timedelta(seconds=1))
    settle(attempt_id=Attempt.objects.get().pk, source=EventSource.SCHEDULE)

    again = resident.visit(page.path)

    assert page.title == "Payment complete"
    assert again.title == "Your payment was not completed after all"
    assert "Total to pay: £50.00" in resident.visit("/pay/basket/").text


def test_another_device_sees_the_result_but_nothing_personal(resident):
    payment = begun(resident, email="ada@example.com", phone="01632 960 001")
    remote.use_card(payment=payment, card=SUCCESS)

    page = Resident().come_back(payment)

    assert page.title == "Payment complete"
    for personal in ("ada@example.com", "01632", GOOD):
        assert personal not in page.text
    assert "Your basket is empty." in resident.visit("/pay/basket/").text


def test_coming_back_any_number_of_times_pays_once(resident):
    payment = begun(resident, email="ada@example.com")
    remote.use_card(payment=payment, card=SUCCESS)

    titles = {resident.come_back(payment).title for _time in range(3)}

    assert titles == {"Payment complete"}
    assert Posting.objects.count() == 1
    assert Message.objects.count() == 1


def test_a_paid_order_is_paid_at_the_address_of_an_earlier_attempt_too(resident):
    declined = after(resident, "4000000000000002")
    resident.pay(SUCCESS, declined)

    assert resident.visit(declined.path).title == "Payment complete"


def test_a_stale_try_again_does_not_pay_twice(resident):
    declined = after(resident, "4000000000000002")
    resident.add("room-hire", reference="B1", amount="5")
    resident.pay(SUCCESS, resident.visit("/pay/check/"))

    page = resident.fill_in(declined, button="Try again")

    assert page.title == "Your basket"
    assert page.notices[0].startswith("This payment can’t be made any more.")
    assert Posting.objects.count() == 1


def test_trying_again_keeps_to_todays_rules(resident, council):
    declined = after(resident, "4000000000000002")
    council.council_tax.enabled = False
    council.council_tax.save()

    page = resident.fill_in(declined, button="Try again")

    assert page.notices[0].startswith("This payment can’t be made any more.")
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize(
    "address",
    [
        "/pay/return/made-up/",
        "/pay/result/made-up/",
        "/pay/result/made-up/receipt/",
        "/pay/order/00000000-0000-4000-8000-000000000000/",
        "/pay/order/00000000-0000-4000-8000-000000000000/receipt/",
    ],
)
def test_a_made_up_address_finds_nothing(resident, address):
    assert resident.visit(address).status == 404


def test_there_is_no_receipt_before_there_is_a_payment(resident):
    page = resident.come_back(begun(resident))

    assert resident.visit(f"{page.path}receipt/").status == 404


@pytest.mark.parametrize("state", AttemptState)
def test_every_state_has_something_to_tell(state):
    attempt = Attempt(state=state)

    assert outcome_of(order=Order(state=OrderState.UNPAID), attempt=attempt) in Outcome
    assert outcome_of(order=Order(state=OrderState.PAID), attempt=attempt) == Outcome.PAID
    assert outcome_of(order=Order(state=OrderState.REVERSED), attempt=attempt) == Outcome.REVERSED
