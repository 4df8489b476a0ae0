"""Residents pay what finance's prices come to, or what they owe; never what a form says."""

from decimal import Decimal

import pytest

from ims_wagtail.checkout import throttle
from ims_wagtail.checkout.fixed import Fixed
from ims_wagtail.checkout.forms.entry import EntryForm
from ims_wagtail.checkout.models import BasketLine
from ims_wagtail.clock import accounting_date
from ims_wagtail.ledger.models import Transaction
from ims_wagtail.payments.models import OrderLine
from ims_wagtail.payments.providers.sandbox.cards import BY_NUMBER
from tests.checkout.resident import Resident
from tests.factories import (
    make_account_holder,
    make_merchant_account,
    make_method,
    make_payment_type,
    make_price_change,
    make_stop_message,
)
from tests.pages import amounts
from tests.pages.making import make_index, make_page


pytestmark = pytest.mark.django_db
ADDRESS = "/pay-for-it/council-tax/"
SUCCESS = BY_NUMBER["4242424242424242"]


@pytest.fixture
def index(home):
    make_method()
    make_merchant_account()
    return make_index(home)


@pytest.fixture
def resident():
    return Resident()


@pytest.fixture
def garden(index):
    return amounts.make_garden_waste()


@pytest.fixture
def owed(index):
    payment_type = amounts.make_owed()
    make_page(index, payment_type=payment_type)
    make_account_holder(fund=payment_type.fund, balance="512.30", postcode="AN1 2BC")
    return payment_type


def add(resident, address=ADDRESS, **values):
    return resident.fill_in(resident.visit(address), **values)


def amount_on(page):
    return dict(page.rows())["Amount"]


@pytest.mark.django_db(transaction=True)
def test_bins_cost_the_first_and_each_further_one_and_receipt_and_staff_read_why(
    resident, index, garden
):
    make_page(index, payment_type=garden, amount=amounts.bins())
    form = resident.visit(ADDRESS)
    assert "£46.00 for the first, £30.00 for each further one, at most 4." in form.text

    basket = resident.fill_in(form, **{"amount-i1": "3"})
    assert amount_on(basket) == "£106.00"
    receipt = resident.pay(SUCCESS)

    assert "£106.00" in receipt.text
    line = OrderLine.objects.get()
    assert {"label": "Garden bins", "value": "1 at £46.00 and 2 at £30.00 each"}.items() <= (
        line.answers[0].items()
    )
    assert [(piece["quantity"], piece["price"]) for piece in line.amount_basis["pieces"]] == [
        (1, "46.00"),
        (2, "30.00"),
    ]
    assert Transaction.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [("", "Answer “How many: Garden bins”"), ("0", "Answer “How"), ("5", "Answer “How")],
)
def test_a_quantity_that_cannot_be_had_is_told(resident, index, garden, typed, told):
    make_page(index, payment_type=garden, amount=amounts.bins())

    [error] = add(resident, **{"amount-i1": typed}).errors

    assert error.startswith(told)
    assert not BasketLine.objects.exists()


def test_one_of_several_things_is_chosen(resident, index, garden):
    listed = [amounts.line("Small hedge", "FURTHER"), amounts.line("Large hedge", "FIRST")]
    make_page(index, payment_type=garden, amount=amounts.price_list(*listed, only_one=True))
    assert add(resident).errors == ["Choose what you want to pay for"]

    assert amount_on(add(resident, **{"amount-one": "i2"})) == "£46.00"


def test_some_of_each_adds_up_and_nothing_of_any_is_told(resident, index, garden):
    listed = [amounts.line("Bins", "FIRST", most=2), amounts.line("Sacks", "FURTHER")]
    make_page(index, payment_type=garden, amount=amounts.price_list(*listed))
    assert add(resident).errors == ["Choose what you want to pay for"]

    basket = add(resident, **{"amount-i1": "2", "amount-i2": "on"})

    assert ("Bins", "2 at £46.00 each") in basket.rows()
    assert amount_on(basket) == "£122.00"


def test_a_posted_amount_counts_for_nothing(resident, index, garden):
    make_page(index, payment_type=garden, amount=amounts.bins())
    path, data = resident.filled(resident.visit(ADDRESS), **{"amount-i1": "1"})

    resident.client.post(path, {**data, "amount": "0.01", "amount-i2": "9"})

    assert [str(line.amount) for line in BasketLine.objects.all()] == ["46.00"]


def test_rules_set_the_price_by_the_answers_and_say_which_one_did(resident, index, garden):
    asked = [amounts.CONCESSION, amounts.HOW_MANY]
    make_page(index, payment_type=garden, questions=asked, amount=amounts.rules())

    reduced = add(resident, **{"question-c1": "yes", "question-n1": "2"})

    assert amount_on(reduced) == "£67.50"
    why = dict(reduced.rows())["How the amount comes about"]
    assert why == "1 at £36.00 and 1 at £31.50, for “Do you get a concession?”: Yes"
    full = add(Resident(), **{"question-c1": "no", "question-n1": "2"})
    assert amount_on(full) == "£76.00"


def test_a_rule_that_cannot_be_read_closes_the_page_rather_than_charge_by_the_next_one(
    resident, index, garden
):
    questions = [amounts.CONCESSION, amounts.HOW_MANY]
    make_page(index, payment_type=garden, questions=questions, amount=amounts.rules(answer="Aye"))

    assert not resident.visit(ADDRESS).has_field("question-c1")


def test_a_price_the_payment_type_does_not_allow_is_not_charged(resident, index, garden):
    make_page(index, payment_type=garden, amount=amounts.bins())
    garden.prices.remove(amounts.price("FURTHER"))

    assert not resident.visit(ADDRESS).has_field("amount-i1")


@pytest.mark.django_db(transaction=True)
def test_a_price_that_changes_is_shown_at_every_step_and_agreed_to_before_paying(
    resident, index, garden
):
    make_page(index, payment_type=garden, amount=amounts.bins())
    add(resident, **{"amount-i1": "1"})
    check = resident.go_to_check()
    first = garden.prices.get(code="FIRST")
    make_price_change(first, "48.00", starts=accounting_date())

    again = resident.fill_in(check)

    assert "has changed since you looked" in again.notices[0]
    assert amount_on(again) == "£48.00 (the price has changed: it was £46.00)"
    assert resident.begin_payment(again).amount == Decimal("48.00")


def test_quantities_are_changed_from_the_basket(resident, index, garden):
    make_page(index, payment_type=garden, amount=amounts.bins())
    basket = add(resident, **{"amount-i1": "1"})
    form = resident.visit(basket.link("Change"))
    assert form.field("amount-i1")["value"] == "1"

    assert amount_on(resident.fill_in(form, **{"amount-i1": "2"})) == "£76.00"


def test_the_plain_address_of_a_price_list_is_closed_without_its_page(resident, garden):
    assert not resident.visit("/pay/garden-waste/").has_field("amount")


def test_a_donor_chooses_a_suggestion_or_types_another_amount_within_the_limits(resident, index):
    museum = make_payment_type(
        "museum", minimum_amount="2.00", maximum_amount="500.00", reference_label="Museum"
    )
    make_page(index, payment_type=museum, amount=amounts.suggestions("1.00", "5.00", "20.00"))
    form = resident.visit(ADDRESS)
    offered = [radio["value"] for radio in form.soup.find_all(attrs={"name": "suggested"})]
    assert offered == ["5.00", "20.00", "other"]
    given = {"reference": "301122331"}

    assert amount_on(add(resident, suggested="20.00", **given)) == "£20.00"
    other = add(Resident(), suggested="other", amount="12.34", **given)
    assert amount_on(other) == "£12.34"
    assert add(Resident(), suggested="other", **given).errors == ["Enter an amount, like 45.50"]
    assert add(Resident(), suggested="other", amount="1.00", **given).errors == [
        "Amount must be £2.00 or more"
    ]


def test_what_is_owed_is_shown_to_who_knows_the_postcode_and_paid_in_whole(resident, owed):
    shown = add(resident, reference="301122331", challenge="an1 2bc")
    assert "£512.30 is owed on 301122331" in shown.text
    assert "Brook" not in shown.text
    assert not shown.errors

    basket = resident.fill_in(shown, pay="all")

    assert amount_on(basket) == "£512.30"
    assert "AN1" not in str(BasketLine.objects.values().get())


@pytest.mark.parametrize(
    ("part", "errors"),
    [
        ("100.00", []),
        ("512.31", ["Amount must be £512.30 or less, which is what is owed"]),
        ("", ["Enter an amount, like 45.50"]),
    ],
)
def test_part_of_what_is_owed_is_paid_where_finance_allows_it(resident, owed, part, errors):
    shown = add(resident, reference="301122331", challenge="AN12BC")

    answer = resident.fill_in(shown, pay="part", part=part)

    assert answer.errors == errors
    if not errors:
        assert amount_on(answer) == "£100.00"


def test_all_is_paid_at_once_where_part_may_not_be(resident, index):
    payment_type = amounts.make_owed(part_payment=False, challenge="surname")
    make_page(index, payment_type=payment_type)
    make_account_holder(fund=payment_type.fund, balance="80.00", surname="O’Brook")

    basket = add(resident, reference="301122331", challenge="o brook")

    assert amount_on(basket) == "£80.00"


def test_unknown_reference_and_wrong_challenge_read_the_same_and_count(resident, owed, monkeypatch):
    make_account_holder(fund=owed.fund, reference="123456780", postcode="AN1 2BC")
    stopped = make_stop_message(fund=owed.fund)
    make_account_holder(fund=owed.fund, reference="100000007", balance="9.00", stop_message=stopped)
    tries = {
        "unknown": ("200000004", "AN1 2BC"),
        "wrong challenge": ("301122331", "AN1 2BD"),
        "nobody knows the balance": ("123456780", "AN1 2BC"),
        "stopped without words": ("100000007", "AB1 2CD"),
    }

    told = {
        what: add(resident, reference=reference, challenge=challenge).errors
        for what, (reference, challenge) in tries.items()
    }

    assert len({tuple(errors) for errors in told.values()}) == 1, told
    assert told["unknown"][0].startswith("We can’t find what is owed with these details")
    monkeypatch.setattr(throttle, "LIMIT", len(tries))
    form = resident.visit(ADDRESS)
    path, data = resident.filled(form, reference="301122331", challenge="AN1 2BC")
    assert resident.client.post(path, data).status_code == 429


def test_a_balance_that_changed_meanwhile_is_told_and_nothing_is_taken(resident, owed):
    shown = add(resident, reference="301122331", challenge="AN1 2BC")
    resident.fill_in(shown, pay="all")
    check = resident.go_to_check()
    owed.fund.account_holders.update(balance="400.00")

    basket = resident.fill_in(check)

    assert basket.path.startswith("/pay/basket/")
    assert "What is owed on this account has changed. Look it up again" in basket.text
    assert not OrderLine.objects.exists()


def test_nothing_owed_is_told_once_the_challenge_is_answered(resident, owed):
    owed.fund.account_holders.update(balance="-3.00")

    shown = add(resident, reference="301122331", challenge="AN1 2BC")

    assert shown.errors == ["Nothing is owed on this account at the moment"]


def test_a_link_with_the_reference_on_it_still_asks_who_owes(owed):
    def form(challenge):
        return EntryForm(
            payment_type=owed, fixed=Fixed(reference="301122331"), data={"challenge": challenge}
        )

    wrong, right = form("AN9 9ZZ"), form("AN1 2BC")

    assert list(wrong.errors) == ["challenge"]
    assert not right.errors
    assert "£512.30" in right.fields["pay"].label


def test_other_quantities_of_what_is_in_the_basket_replace_it_or_leave_it(resident, index, garden):
    make_page(index, payment_type=garden, amount=amounts.bins())
    add(resident, **{"amount-i1": "1"})

    asked = add(resident, **{"amount-i1": "2"})

    assert "Replace £46.00 by £76.00" in asked.text
    assert "Add to make" not in asked.text
    basket = resident.fill_in(asked, duplicate="replace")
    assert amount_on(basket) == "£76.00"
    assert ("Garden bins", "1 at £46.00 and 1 at £30.00") in basket.rows()


def test_rules_wait_for_answers_of_later_steps(resident, index, garden):
    new_step = {"type": "step", "id": "s1", "value": {"heading": "Your bins"}}
    asked = [amounts.CONCESSION, new_step, amounts.HOW_MANY]
    make_page(index, payment_type=garden, questions=asked, amount=amounts.rules())

    second = add(resident, **{"question-c1": "yes"})
    assert (second.errors, second.has_field("question-n1")) == ([], True)
    basket = resident.fill_in(second, **{"question-n1": "2"})

    assert amount_on(basket) == "£67.50"


def test_a_gift_is_changed_from_what_was_chosen(resident, index):
    museum = make_payment_type("museum", minimum_amount="2.00")
    make_page(index, payment_type=museum, amount=amounts.suggestions("5", "20"))
    basket = add(resident, reference="301122331", suggested="20.00")

    form = resident.visit(basket.link("Change"))
    chosen = form.soup.select_one("input[name=suggested][checked]")
    assert chosen["value"] == "20.00"
    again = resident.fill_in(form, suggested="other", amount="7.00")

    assert amount_on(again) == "£7.00"
    form = resident.visit(again.link("Change"))
    assert form.soup.select_one("input[name=suggested][checked]")["value"] == "other"
    assert form.field("amount")["value"] == "7.00"
