"""Staff take amounts that a page lays out, and what an account owes, without its challenge."""

import pytest

from ims_wagtail.checkout.models import BasketLine
from ims_wagtail.funds.enums import AmountSource
from ims_wagtail.funds.models import PaymentType
from tests.backoffice.test_taking import TAKE, URL, Caller, words
from tests.factories import (
    make_account_holder,
    make_fund,
    make_merchant_account,
    make_method,
    make_payment_type,
)
from tests.pages import amounts
from tests.pages.making import make_home, make_index, make_page, question
from tests.staff.people import ALL_FUNDS, logged_in, make_person


pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    make_method()
    make_merchant_account()
    return Caller(make_person(TAKE, funds=(ALL_FUNDS,)))


def kept():
    return [str(line.amount) for line in BasketLine.objects.all()]


def test_bins_are_counted_and_the_list_says_what_makes_the_amount_up(agent):
    payment_type = amounts.make_garden_waste()
    make_page(make_index(make_home()), payment_type=payment_type, amount=amounts.bins())
    asked = agent.open(f"{URL}payment/?type=garden-waste")
    assert "£46.00 for the first, £30.00 for each further one" in words(asked)

    agent.post(f"{URL}payment/?type=garden-waste", **{"amount-i1": "3"})

    assert kept() == ["106.00"]
    assert "Garden bins: 1 at £46.00 and 2 at £30.00 each" in words(agent.open())
    line = BasketLine.objects.get()
    changed = agent.open(f"{URL}payment/?line={line.pk}")
    assert changed.find(attrs={"name": "amount-i1"})["value"] == "3"


def test_staff_type_what_is_owed_and_no_more(agent):
    payment_type = amounts.make_owed()
    make_account_holder(fund=payment_type.fund, balance="80.00")
    asked = agent.open(f"{URL}payment/?type=council-tax")
    assert asked.find(attrs={"name": "challenge"}) is None

    assert "The account owes £80.00" in words(agent.add(amount="80.01"))
    agent.add(amount="30.00")

    assert kept() == ["30.00"]


def test_finance_names_the_prices_that_pages_may_charge():
    fund = make_fund("GW")
    manager = logged_in(
        make_person("ims_funds.add_paymenttype", "ims_funds.view_paymenttype", funds=(ALL_FUNDS,))
    )
    first = amounts.make_price("46.00", code="FIRST")
    typed = {
        "name": "Garden waste",
        "slug": "garden",
        "fund": fund.pk,
        "enabled": "on",
        "reference_source": "fixed",
        "fixed_reference": "GARDEN",
        "amount_source": "prices",
        "minimum_amount": "1.00",
    }

    def save(**more):
        return manager.post("/admin/income/payment-types/new/", {**typed, **more})

    assert "prices" in save().context_data["form"].errors
    assert "challenge" in save(amount_source="balance").context_data["form"].errors
    assert not PaymentType.objects.exists()
    save(prices=[first.pk])

    saved = PaymentType.objects.get()
    assert (saved.amount_source, list(saved.prices.all())) == (AmountSource.PRICES, [first])
    seen = manager.get(f"/admin/income/payment-types/inspect/{saved.pk}/").content.decode()
    assert "Price first" in seen


def test_a_price_says_which_payment_types_lay_it_out():
    payment_type = amounts.make_garden_waste()
    manager = logged_in(
        make_person("ims_funds.view_price", "ims_funds.view_paymenttype", funds=(ALL_FUNDS,))
    )

    seen = manager.get(f"/admin/income/prices/inspect/{amounts.price('FURTHER')}/")

    assert payment_type.name in seen.content.decode()


def test_staff_see_all_steps_at_once_when_to_ask_and_no_files(agent):
    when = {"question": "Do you have a permit?", "answers": "Yes"}
    make_page(
        make_index(make_home()),
        payment_type=make_payment_type("council-tax", name="Council tax"),
        questions=[
            question("yes_no", "Do you have a permit?", id="permit"),
            question("short_text", "Number", id="number", only_when=when),
            {"type": "step", "value": {"heading": "About you"}, "id": "s1"},
            question("short_text", "Your name", id="name"),
            question("file", "Photo", id="photo", types=["pdf"]),
        ],
    )
    asked = agent.open(f"{URL}payment/?type=council-tax")
    assert "Only if you answered “Yes” to “Do you have a permit?”." in words(asked)
    assert asked.find(attrs={"name": "question-photo"}) is None

    agent.post(
        f"{URL}payment/?type=council-tax",
        **{"reference": "301122331", "amount": "5", "question-name": "Ada"},
        **{"question-permit": "no", "question-number": "P1"},
    )

    answers = {each["key"]: each["value"] for each in BasketLine.objects.get().answers}
    assert answers == {"permit": "no", "number": "", "name": "Ada", "photo": ""}
