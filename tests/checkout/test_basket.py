"""The basket: several services, changing, removing, the same reference twice, limits."""

from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse

from ims_wagtail.accounts.checks import PaymentRefused, check_payment
from ims_wagtail.accounts.enums import Audience
from ims_wagtail.checkout.models import Basket, BasketLine
from ims_wagtail.checkout.selectors import payable_type
from ims_wagtail.checkout.services import BasketFull, add_line
from ims_wagtail.checkout.throttle import LIMIT
from ims_wagtail.money import AmountError, parse_amount
from tests.casebook import cases
from tests.checkout.resident import Resident
from tests.factories import make_fund, make_payment_type


GOOD, OTHER = "301122331", "123456780"


def amounts() -> list[Decimal]:
    return list(BasketLine.objects.order_by("position").values_list("amount", flat=True))


def test_several_services_with_their_vat_make_one_total(resident):
    resident.add(reference=GOOD, amount="100")
    page = resident.add("room-hire", reference="B12", amount="60.00")

    assert ("Booking number", "B12") in page.rows()
    assert ("Amount", "£60.00, including £10.00 VAT") in page.rows()
    assert ("Amount", "£100.00") in page.rows()
    assert "Total to pay: £160.00" in page.text


def test_an_empty_basket_says_so_and_leads_on(resident):
    page = resident.visit("/pay/basket/")

    assert "Your basket is empty." in page.text
    assert page.link("Find something to pay for") == "/"
    assert not page.soup.main.find("form")


@pytest.mark.parametrize("step", ["/pay/details/", "/pay/check/", "/pay/start/"])
def test_steps_that_need_a_basket_lead_back_to_it(resident, step):
    page = resident.visit(step)

    assert page.title == "Your basket"
    assert page.notices == ["Your basket is empty, so there is nothing to pay."]


def test_a_line_is_changed_by_the_form_that_added_it(resident):
    basket = resident.add(reference=GOOD, amount="100")
    page = resident.visit(basket.link("Change"))

    assert page.field("reference")["value"] == GOOD
    assert page.field("amount")["value"] == "100.00"
    wrong = resident.fill_in(page, amount="9999999")
    changed = resident.fill_in(wrong, amount="99.50")

    assert wrong.errors == ["Amount must be £5,000.00 or less"]
    assert changed.notices == ["Your basket has been changed."]
    assert ("Amount", "£99.50") in changed.rows()


def test_changing_a_line_is_no_way_to_go_on_guessing(resident):
    basket = resident.add(reference=GOOD, amount="10")
    path, data = resident.filled(
        resident.visit(basket.link("Change")), reference="301122332", amount="10"
    )
    for _try in range(LIMIT):
        assert resident.client.post(path, data).status_code == 200

    assert resident.client.post(path, data).status_code == 429


def test_a_line_changed_to_the_account_of_another_joins_it(resident):
    resident.add(reference=GOOD, amount="10")
    basket = resident.add(reference=OTHER, amount="20")
    page = resident.visit(
        next(
            link["href"]
            for link in basket.soup.main.find_all("a")
            if OTHER in link.text and "/change/" in link["href"]
        )
    )

    resident.fill_in(page, reference=GOOD)

    assert amounts() == [Decimal("30.00")]


def test_a_line_is_removed_by_a_button(resident):
    basket = resident.add(reference=GOOD, amount="100")

    page = resident.fill_in(basket, button="Remove")

    assert page.notices == ["The payment has been removed from your basket."]
    assert "Your basket is empty." in page.text


def test_removing_twice_is_told_kindly(resident):
    basket = resident.add(reference=GOOD, amount="100")
    path, data = resident.filled(basket, button="Remove")
    resident.client.post(path, data)

    page = resident._follow(resident.client.post(path, data), path)

    assert page.notices == ["That payment is no longer in your basket."]


def test_a_look_changes_nothing(resident):
    basket = resident.add(reference=GOOD, amount="100")
    path, _data = resident.filled(basket, button="Remove")

    assert resident.client.get(path).status_code == 405
    assert amounts() == [Decimal("100.00")]


def test_nobody_changes_the_basket_of_somebody_else(resident):
    basket = resident.add(reference=GOOD, amount="100")
    path, data = resident.filled(basket, button="Remove")
    stranger = Resident()
    stranger.add(reference=OTHER, amount="1")

    page = stranger._follow(stranger.client.post(path, data), path)
    change = stranger.visit(basket.link("Change"))

    assert page.notices == change.notices == ["That payment is no longer in your basket."]
    assert len(amounts()) == 2


def test_the_same_again_changes_nothing(resident):
    resident.add(reference=GOOD, amount="50")

    page = resident.add(reference=f" {GOOD} ", amount="£50.00")

    assert page.notices == ["This payment was in your basket already. Nothing has been added."]
    assert amounts() == [Decimal("50.00")]


@pytest.mark.parametrize(
    ("answer", "notice", "amount"),
    [
        ("replace", "The payment in your basket has been replaced.", "20.00"),
        ("increase", "The amount in your basket has been increased.", "70.00"),
        ("keep", "Your basket has been left as it was.", "50.00"),
    ],
)
def test_another_amount_for_the_same_reference_asks_what_is_meant(resident, answer, notice, amount):
    resident.add(reference=GOOD, amount="50")

    question = resident.add(reference=GOOD, amount="20")
    labels = [label.get_text(strip=True) for label in question.soup.select(".govuk-radios label")]
    page = resident.fill_in(question, duplicate=answer)

    assert question.title == "This is in your basket already"
    assert labels == ["Replace £50.00 by £20.00", "Add to make £70.00", "Leave it as it is"]
    assert page.notices == [notice]
    assert amounts() == [Decimal(amount)]


def test_the_question_has_to_be_answered(resident):
    resident.add(reference=GOOD, amount="50")
    question = resident.add(reference=GOOD, amount="20")

    page = resident.fill_in(question)

    assert page.errors == ["Choose what to do with the payment in your basket"]
    assert amounts() == [Decimal("50.00")]


def test_two_amounts_together_keep_to_the_limit(resident):
    resident.add(reference=GOOD, amount="3000")
    question = resident.add(reference=GOOD, amount="2500")

    page = resident.fill_in(question, duplicate="increase")

    assert page.errors == ["Amount must be £5,000.00 or less"]
    assert amounts() == [Decimal("3000.00")]


def test_the_same_reference_in_two_funds_is_two_things(resident, council):
    make_payment_type("parking", fund=make_fund("PK"))

    resident.add("parking", reference="B12", amount="5")
    page = resident.add("room-hire", reference="B12", amount="5")

    assert page.notices == ["Added to your basket."]
    assert len(amounts()) == 2


def test_a_full_basket_says_so_and_keeps_what_was_typed(resident, settings):
    settings.IMS = {**settings.IMS, "BASKET_LINES": 1}
    basket = resident.add(reference=GOOD, amount="50")

    page = resident.add(reference=OTHER, amount="20")

    assert "Pay for something else" not in basket.text
    assert page.errors[0].startswith("A basket can hold 1 payments.")
    assert page.field("reference")["value"] == OTHER
    assert len(amounts()) == 1


def test_a_limit_lowered_meanwhile_holds_at_pay(resident, settings):
    resident.add(reference=GOOD, amount="50")
    resident.add(reference=OTHER, amount="50")
    check = resident.go_to_check()
    settings.IMS = {**settings.IMS, "BASKET_LINES": 1}

    page = resident.fill_in(check)

    assert page.notices[0].startswith("Your basket holds more payments than can be made at once")


def test_a_notice_in_the_address_is_never_words(resident):
    page = resident.visit("/pay/basket/?notice=<b>You+owe+us</b>")

    assert page.notices == []
    assert "You owe us" not in page.text


def test_a_cookie_that_is_not_ours_is_an_empty_basket(council):
    for value in ("", "not-a-token", "1234", "00000000-0000-4000-8000-000000000000"):
        resident = Resident()
        resident.client.cookies["ims_basket"] = value

        assert "Your basket is empty." in resident.visit("/pay/basket/").text


def test_the_cookie_is_closed_to_scripts_and_other_sites(council, settings):
    settings.IMS = {**settings.IMS, "BASE_URL": "https://pay.example"}
    resident = Resident()
    resident.add(reference=GOOD, amount="50")

    cookie = resident.client.cookies["ims_basket"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)
    assert cookie["max-age"] == ""


@pytest.mark.django_db(transaction=True)
def test_the_same_line_added_by_many_clicks_at_once_is_there_once(council):
    basket = Basket.objects.create()
    payment_type = payable_type("council-tax")
    together = Barrier(8)

    def click() -> None:
        together.wait()
        add_line(basket=basket, payment_type=payment_type, reference=GOOD, amount=Decimal("50.00"))
        connection.close()

    threads = [Thread(target=click) for _click in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert amounts() == [Decimal("50.00")]


@pytest.mark.parametrize(
    ("case", "correction"),
    cases(
        "basket",
        corrected={
            "same reference in two different funds still counts as a duplicate": (
                "a reference is one fund's"
            )
        },
    ),
)
def test_baskets_of_the_casebook(council, case, correction):
    """Amounts are read by ``parse_amount`` and references checked by their rule before adding."""
    said = ""
    basket = None
    for item in case["input"]["items"]:
        payment_type = payable_type(_payment_type(item["fund_code"]))
        reference = "" if case["input"].get("item_error") else item["account_reference"]
        try:
            checked = check_payment(
                payment_type=payment_type,
                reference=reference,
                amount=parse_amount(item["amount"]),
                audience=Audience.PUBLIC,
            )
            added = add_line(
                basket=basket,
                payment_type=payment_type,
                reference=checked.reference,
                amount=checked.amount,
            )
        except (AmountError, PaymentRefused, BasketFull) as error:
            said = str(error)
            break
        basket = added.basket

    expected = True if correction else case["expected"]["valid"]
    assert (said == "") is expected
    assert len(amounts()) == (len(case["input"]["items"]) if expected else 0)


@pytest.mark.parametrize(
    ("case", "correction"),
    [
        parameter
        for parameter in cases(
            "payment.create",
            corrected={"card payment of -1.00": "the message names the amount, not the fund"},
        )
        if "amount" in parameter.values[0]["input"]
    ],
)
def test_amounts_of_the_casebook(resident, case, correction):
    page = resident.add(reference=GOOD, amount=case["input"]["amount"])

    added = page.title == "Your basket"
    assert added is case["expected"]["success"]
    assert added or page.errors[0].startswith("Amount")


def _payment_type(fund_code: str) -> str:
    slug = f"casebook-{fund_code}"
    if payable_type(slug) is None:
        make_payment_type(slug, fund=make_fund(fund_code))
    return slug


def test_addresses_are_the_agreed_ones():
    assert reverse("ims_checkout:return", args=["abc"]) == "/pay/return/abc/"
    assert reverse("ims_checkout:entry", args=["council-tax"]) == "/pay/council-tax/"
