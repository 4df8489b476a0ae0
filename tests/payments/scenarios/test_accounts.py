"""Accounts that are refused, limited, several or of the wrong kind: failure scenarios by id."""

import logging
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from ims_wagtail.ledger.models import Transaction
from ims_wagtail.payments.checking import check_payments
from ims_wagtail.payments.enums import AttemptState, OrderState
from ims_wagtail.payments.models import Attempt, MerchantAccount, Order
from ims_wagtail.payments.providers.contract import Refused
from ims_wagtail.payments.providers.sandbox import remote
from ims_wagtail.payments.providers.sandbox.cards import BY_NUMBER
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment
from ims_wagtail.payments.providers.sandbox.provider import SandboxProvider
from ims_wagtail.payments.selectors import attempts_needing_attention
from ims_wagtail.probes import Looks, findings
from tests.checkout.conftest import council, resident  # noqa: F401
from tests.checkout.resident import Page, Resident
from tests.factories import make_merchant_account
from tests.payments.making import breaches


pytestmark = pytest.mark.django_db(transaction=True)

SUCCESS = BY_NUMBER["4242424242424242"]
DECLINED = BY_NUMBER["4000000000000002"]
SECRET = "key-that-is-told-to-nobody"


@pytest.fixture
def second(council, settings):  # noqa: F811
    """A second account, through which rooms are hired; all else stays with the first."""
    credentials = {**settings.IMS["CREDENTIALS"], "second": {"api_key": SECRET}}
    settings.IMS = {**settings.IMS, "CREDENTIALS": credentials}
    return make_merchant_account("second", takes=(council.room,))


@pytest.fixture
def refuse(monkeypatch):
    """Return a function that makes the provider refuse the second account with a code."""
    create = SandboxProvider.create

    def refuse(code: str) -> None:
        def refusing(self, request):
            if self.credential.api_key == SECRET:
                raise Refused(code, account_fault=True)
            return create(self, request)

        monkeypatch.setattr(SandboxProvider, "create", refusing)

    return refuse


def fill_basket(person: Resident, *, tax: str = "50.00", room: str = "20.00") -> Page:
    person.add(reference="301122331", amount=tax)
    person.add("room-hire", reference="B1", amount=room)
    return person.go_to_check()


def found(code: str) -> list[str]:
    return [str(each.message) for each in findings(Looks.SETUP) if each.code == code]


def test_fs003_a_double_click_over_two_accounts_begins_one_payment(resident, second):  # noqa: F811
    path, data = resident.filled(fill_basket(resident))

    first = resident.client.post(path, data)
    again = resident.client.post(path, data)

    assert first["Location"] == again["Location"]
    assert Order.objects.count() == 2
    assert Attempt.objects.count() == SandboxPayment.objects.count() == 1


def test_fs004_back_and_pay_again_goes_on_with_the_payment_of_each_account(resident, second):  # noqa: F811
    first = resident.begin_payment(fill_basket(resident))
    again = resident.begin_payment(resident.visit("/pay/check/"))

    assert again == first
    assert Order.objects.count() == 2


def test_fs004_changing_what_goes_to_one_account_leaves_the_other_payment_alone(resident, second):  # noqa: F811
    first = resident.begin_payment(fill_basket(resident))
    basket = resident.visit("/pay/basket/")
    room = basket.soup.find("section", attrs={"aria-label": "Room hire, B1"})
    resident.fill_in(resident.visit(room.a["href"]), amount="30")

    again = resident.begin_payment(resident.visit("/pay/check/"))

    assert again == first
    first.refresh_from_db()
    assert first.state == "created"
    assert sorted(Order.objects.values_list("total", flat=True)) == [20, 30, 50]


def test_fs004_what_is_taken_out_is_no_longer_held_out_to_the_payer(resident, second):  # noqa: F811
    fill_basket(resident)
    begun = resident.begin_payment(resident.visit("/pay/check/"))
    resident.fill_in(resident.visit("/pay/basket/"), button="Remove Council tax")

    room = resident.begin_payment(resident.visit("/pay/check/"))
    assert remote.use_card(payment=room, card=SUCCESS)
    page = resident.come_back(room)

    begun.refresh_from_db()
    assert begun.state == "withdrawn"
    assert page.title == "Payment complete"
    assert "Continue to the next payment" not in page.text


def test_fs007_two_tabs_with_different_baskets_do_not_change_each_other(resident, second):  # noqa: F811
    neighbour = Resident()
    theirs = neighbour.begin_payment(fill_basket(neighbour, tax="7.00"))
    mine = resident.begin_payment(fill_basket(resident))
    assert remote.use_card(payment=theirs, card=SUCCESS)
    neighbour.come_back(theirs)

    page = resident.come_back(mine)

    assert page.title == "Your payment is not finished"
    assert "0 of 2 payments made" in page.text


def test_fs007_what_an_account_no_longer_takes_is_shown_before_the_rest_is_paid(resident, second):  # noqa: F811
    check = fill_basket(resident)
    MerchantAccount.objects.filter(pk=second.pk).update(unavailable_since=timezone.now())

    page = resident.fill_in(check)

    assert page.title == "Check your answers before you pay"
    assert page.notices[0].startswith("What you can pay for has changed since you looked.")
    assert "Total to pay: £50.00" in page.text
    assert not Order.objects.exists()


def test_fs020_a_revoked_key_is_told_to_operators_by_account_and_never_by_key(
    resident,  # noqa: F811
    second,
    refuse,
    caplog,
):
    refuse("401")
    resident.add("room-hire", reference="B1", amount="20")

    with caplog.at_level(logging.INFO):
        page = resident.fill_in(resident.go_to_check())

    assert "No money has been taken." in page.notices[0]
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert any("merchant account second is refused by its provider (401)" in line for line in told)
    assert SECRET not in caplog.text
    assert "Room hire" in resident.visit("/pay/basket/").text
    (finding,) = found("ims_payments.E006")
    assert "second (401)" in finding
    (attempt,) = attempts_needing_attention()
    assert attempt.state == AttemptState.ERROR
    assert Attempt.objects.count() == 1, "a refusal is not tried again"


def test_fs020_the_other_account_keeps_working(resident, second, refuse):  # noqa: F811
    refuse("401")
    neighbour = Resident()
    neighbour.add("room-hire", reference="B1", amount="20")
    neighbour.fill_in(neighbour.go_to_check())

    page = resident.pay(SUCCESS, _only_tax(resident))

    assert page.title == "Payment complete"


def _only_tax(person: Resident) -> Page:
    person.add(reference="301122331", amount="50.00")
    return person.go_to_check()


@pytest.mark.parametrize("code", ["P0940", "P0941"])
def test_fs021_a_disabled_account_s_services_are_closed_and_the_rest_is_paid(
    resident,  # noqa: F811
    second,
    refuse,
    code,
):
    refuse(code)
    neighbour = Resident()
    neighbour.add("room-hire", reference="B9", amount="20")
    check = fill_basket(resident)
    neighbour.fill_in(neighbour.go_to_check())

    entry = Resident().visit("/pay/room-hire/")
    basket = resident.visit("/pay/basket/")
    page = resident.fill_in(check)
    paid = resident.pay(SUCCESS, page)

    assert entry.title == "Room hire can’t be paid online at the moment"
    assert basket.text.count("This can’t be paid online at the moment.") == 1
    assert "What can’t be paid online at the moment" in page.text
    assert paid.title == "Payment complete"
    assert Transaction.objects.get().amount == Decimal("50.00")
    assert "Room hire" in resident.visit("/pay/basket/").text
    assert not Attempt.objects.exclude(account=second).exclude(state=AttemptState.PAID).exists()


def test_fs021_an_account_that_answers_again_is_offered_again(resident, second, refuse):  # noqa: F811
    resident.add("room-hire", reference="B1", amount="20")
    begun = resident.begin_payment(resident.go_to_check())
    refuse("P0941")
    neighbour = Resident()
    neighbour.add("room-hire", reference="B2", amount="20")
    neighbour.fill_in(neighbour.go_to_check())
    second.refresh_from_db()
    assert second.unavailable_why == "P0941"

    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        check_payments()
    assert found("ims_payments.E006"), "reading proves little just after a refusal"

    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        check_payments()
    second.refresh_from_db()
    assert second.unavailable_since is None
    assert not found("ims_payments.E006")
    assert Attempt.objects.get(reference=begun.reference).state == AttemptState.OPEN


def test_fs021_a_payment_begun_before_can_still_be_finished(resident, second):  # noqa: F811
    resident.add("room-hire", reference="B1", amount="20")
    begun = resident.begin_payment(resident.go_to_check())
    MerchantAccount.objects.update(unavailable_since=timezone.now(), unavailable_why="P0941")

    page = resident.come_back(begun)
    path, data = resident.filled(page, button="Continue")
    response = resident.client.post(path, data)

    assert str(begun.pk) in response["Location"]


def test_fs025_each_payment_keeps_to_its_own_account_s_limits(resident, second):  # noqa: F811
    MerchantAccount.objects.filter(pk=second.pk).update(
        minimum_amount=Decimal("0.30"), maximum_amount=Decimal("15.00")
    )

    page = resident.fill_in(fill_basket(resident, room="15.01"))

    assert page.title == "This amount can’t be paid by card in one go"
    assert "The payment for Room hire comes to £15.01" in page.text
    assert "between £0.30 and £15.00" in page.text
    assert not Order.objects.exists()
    assert not SandboxPayment.objects.exists()


def test_fs025_the_total_of_an_account_counts_and_not_that_of_the_basket(resident, second):  # noqa: F811
    MerchantAccount.objects.update(maximum_amount=Decimal("50.00"))

    payment = resident.begin_payment(fill_basket(resident))

    assert payment.amount == Decimal("50.00")


def test_fs026_a_basket_over_two_accounts_is_paid_in_two_payments(resident, second):  # noqa: F811
    check = fill_basket(resident)

    assert "You will make 2 payments" in check.text
    assert "Total of payment 1: £50.00" in check.text
    assert "Total of payment 2: £20.00" in check.text
    assert "Total to pay: £70.00" in check.text

    first = resident.pay(SUCCESS, check)
    assert first.title == "Payment complete"
    assert "1 of 2 payments made" in first.text

    path, data = resident.filled(first, button="Continue to the next payment")
    resident.client.post(path, data)
    other = SandboxPayment.objects.latest("created_at")
    assert other.amount == Decimal("20.00")
    assert remote.use_card(payment=other, card=SUCCESS)
    second_result = resident.come_back(other)
    assert "2 of 2 payments made" in second_result.text

    summary = resident.visit(second_result.link("See all your payments"))
    assert summary.title == "Your payments"
    assert "£70.00 of £70.00 has been paid." in summary.text
    orders = Order.objects.order_by("pk")
    assert [order.account.code for order in orders] == ["sandbox", "second"]
    assert [order.state for order in orders] == [OrderState.PAID] * 2
    receipt = resident.visit(summary.link("View, print or save"))
    assert orders[0].reference in receipt.text
    assert not breaches()


def test_fs026_a_declined_part_leaves_the_other_paid_and_can_be_tried_again(resident, second):  # noqa: F811
    first = resident.pay(DECLINED, fill_basket(resident))
    assert first.title == "Your payment was declined"

    path, data = resident.filled(first, button="Continue to the next payment")
    resident.client.post(path, data)
    room = SandboxPayment.objects.latest("created_at")
    assert remote.use_card(payment=room, card=SUCCESS)
    page = resident.come_back(room)

    summary = resident.visit(page.link("See all your payments"))
    assert "£20.00 of £70.00 has been paid." in summary.text
    assert "Declined, not paid" in summary.text
    assert "Total to pay: £50.00" in resident.visit("/pay/basket/").text
    path, data = resident.filled(summary, button="Continue to payment 1")
    resident.client.post(path, data)
    again = SandboxPayment.objects.latest("created_at")
    assert again.amount == Decimal("50.00")
    assert remote.use_card(payment=again, card=SUCCESS)
    assert "2 of 2 payments made" in resident.come_back(again).text
    assert sorted(Transaction.objects.values_list("amount", flat=True)) == [20, 50]


def test_fs026_a_part_that_is_paid_is_never_paid_again(resident, second):  # noqa: F811
    check = fill_basket(resident)
    payment = resident.begin_payment(check)
    assert remote.use_card(payment=payment, card=SUCCESS)

    # The check page of before is sent once more, while nobody has heard of the payment yet.
    page = resident.fill_in(check)

    assert page.title == "Your payments"
    assert "£50.00 of £70.00 has been paid." in page.text
    assert SandboxPayment.objects.count() == 1


def test_fs026_a_route_changed_in_between_cancels_what_was_begun(resident, second, council):  # noqa: F811
    first = resident.begin_payment(fill_basket(resident))
    second.routes.create(payment_type=council.council_tax)

    payment = resident.begin_payment(resident.visit("/pay/check/"))

    first.refresh_from_db()
    assert first.state == "withdrawn"
    assert payment.amount == Decimal("70.00")
    assert Attempt.objects.get(reference=payment.reference).account == second


def test_fs029_the_payer_comes_back_from_a_page_that_is_down_and_goes_on(resident, second):  # noqa: F811
    begun = resident.begin_payment(fill_basket(resident))
    order = Attempt.objects.get().order

    page = resident.visit(f"/pay/order/{order.token}/")
    path, data = resident.filled(page, button="Continue to payment")
    assert str(begun.pk) in resident.client.post(path, data)["Location"]

    with time_machine.travel(timezone.now() + timedelta(minutes=96)):
        check_payments()
        assert Attempt.objects.get().state == AttemptState.EXPIRED
        later = resident.visit(f"/pay/order/{order.token}/")
        assert later.title == "Your payment was not finished in time"
        path, data = resident.filled(later, button="Try again")
        assert resident.client.post(path, data).status_code == 303
    assert Attempt.objects.filter(state=AttemptState.OPEN).count() == 1


@pytest.mark.parametrize(
    ("is_live", "key", "says"),
    [
        (True, "test_abc", "its key is one for trying things out"),
        (False, "live_abc", "its key takes real money"),
    ],
)
def test_fs095_a_key_of_the_other_kind_blocks_payments_and_is_told(
    resident,  # noqa: F811
    second,
    settings,
    monkeypatch,
    is_live,
    key,
    says,
):
    monkeypatch.setattr(SandboxProvider, "live_key_prefixes", ("live_",))
    monkeypatch.setattr(SandboxProvider, "test_key_prefixes", ("test_",))
    MerchantAccount.objects.filter(pk=second.pk).update(is_live=is_live)
    credentials = {**settings.IMS["CREDENTIALS"], "second": {"api_key": key}}
    settings.IMS = {**settings.IMS, "CREDENTIALS": credentials}

    page = Resident().visit("/pay/room-hire/")

    assert page.title == "Room hire can’t be paid online at the moment"
    (finding,) = found("ims_payments.E007")
    assert "second" in finding
    assert says in finding
    assert key not in finding
    assert resident.pay(SUCCESS, _only_tax(resident)).title == "Payment complete"
