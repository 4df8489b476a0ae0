"""A page that asks in several steps, as a resident without JavaScript walks through it."""

import pytest

from ims_wagtail.checkout.models import Basket, BasketLine, UnfinishedEntry
from ims_wagtail.checkout.services import purge_baskets
from tests.checkout.resident import Resident
from tests.pages.making import make_page, question


@pytest.fixture
def page(home, council_tax):
    """A page with a question in its first step and two steps more, of which one may be left out."""
    bins = {"question": "Do you have a bin?", "answers": "Yes"}
    return make_page(
        home,
        payment_type=council_tax,
        questions=[
            question("yes_no", "Do you have a bin?", id="bin"),
            {"type": "step", "value": {"heading": "Your bin"}, "id": "s1"},
            question("choice", "Colour", id="colour", choices=["Brown", "Green"], only_when=bins),
            question("date", "Since when?", id="since", only_when=bins),
            {"type": "step", "value": {"heading": "About you"}, "id": "s2"},
            question("short_text", "Your name", id="name"),
            question("telephone", "Telephone", id="tel", required=False),
        ],
    )


FIRST = {"reference": "301122331", "amount": "45.50"}
BIN = {
    "question-colour": "Brown",
    "question-since-day": "27",
    "question-since-month": "3",
    "question-since-year": "2026",
}


@pytest.fixture
def resident():
    """Somebody at a browser without JavaScript."""
    return Resident()


def begun(resident, **answers):
    """Fill in the first step."""
    return resident.fill_in(resident.visit("/council-tax/"), **(FIRST | answers))


def to_the_end(resident):
    """Fill in everything, with a bin."""
    third = resident.fill_in(begun(resident, **{"question-bin": "yes"}), **BIN)
    return resident.fill_in(third, **{"question-name": "Ada"})


def kept():
    """What the only line in a basket answers."""
    return {a["key"]: a["value"] for a in BasketLine.objects.get().answers}


def test_the_first_step_asks_what_is_paid_and_no_later_question(resident, page):
    first = resident.visit("/council-tax/")

    assert first.has_field("reference") and first.has_field("question-bin")
    assert not first.has_field("question-colour") and not first.has_field("question-name")
    assert not Basket.objects.exists() and "ims_basket" not in resident.client.cookies


def test_steps_are_walked_one_by_one_and_the_line_comes_with_the_last(resident, page):
    second = begun(resident, **{"question-bin": "yes"})
    assert second.title == "Pay your council tax Your bin"
    assert not second.has_field("reference") and not second.has_field("question-name")
    assert second.soup.title.get_text().startswith("Your bin – ")

    third = resident.fill_in(second, **BIN)
    assert third.title == "Pay your council tax About you"
    assert not BasketLine.objects.exists()

    basket = resident.fill_in(third, **{"question-name": "Ada"})

    assert basket.title == "Your basket"
    assert kept() == {
        "bin": "yes",
        "colour": "Brown",
        "since": "2026-03-27",
        "name": "Ada",
        "tel": "",
    }
    assert not UnfinishedEntry.objects.exists()


def test_no_answer_stands_in_an_address_or_a_cookie(resident, page):
    third = resident.fill_in(begun(resident, **{"question-bin": "yes"}), **BIN)

    assert set(resident.client.cookies) <= {"ims_basket", "csrftoken"}
    for said in ("301122331", "45.50", "Brown", "yes"):
        assert said not in third.path
        assert said not in str(third.form())


def test_a_step_in_which_nothing_is_asked_is_left_out(resident, page):
    third = begun(resident, **{"question-bin": "no"})

    assert third.title == "Pay your council tax About you"
    back = resident.visit(third.soup.select_one(".govuk-back-link")["href"])
    assert back.field("reference")["value"] == "301122331"


def test_mistakes_are_told_in_their_step_and_nothing_else_is(resident, page):
    refused = begun(resident, **{"amount": "none"})
    assert [error[:6] for error in refused.errors] == ["Amount", "Choose"]
    assert refused.field("reference")["value"] == "301122331"
    assert not Basket.objects.exists()

    second = begun(resident, **{"question-bin": "yes"})
    refused = resident.fill_in(second, **{"question-colour": "Brown"})

    assert len(refused.errors) == 1 and "Since when?" in refused.errors[0]
    assert refused.soup.find("input", {"value": "Brown"}).has_attr("checked")


def test_going_back_loses_nothing(resident, page):
    third = resident.fill_in(begun(resident, **{"question-bin": "yes"}), **BIN)

    second = resident.visit(third.soup.select_one(".govuk-back-link")["href"])
    assert second.field("question-since-month")["value"] == "3"
    first = resident.visit(second.soup.select_one(".govuk-back-link")["href"])
    assert first.field("amount")["value"] == "45.50"

    # The bin is gone, and so is what was said of it.
    third = resident.fill_in(first, **{"question-bin": "no"})
    resident.fill_in(third, **{"question-name": "Ada"})
    assert kept() == {"bin": "no", "colour": "", "since": "", "name": "Ada", "tel": ""}


def test_no_step_can_be_left_out_by_its_address(resident, page):
    second = begun(resident, **{"question-bin": "yes"})
    ahead = second.path.replace("step=2", "step=3")

    assert resident.visit(ahead).title == "Pay your council tax Your bin"
    posted = resident.client.post(ahead, {"question-name": "Ada"})

    assert not BasketLine.objects.exists()
    assert "Choose one of the answers to “Colour”" in posted.content.decode()


def test_somebody_elses_steps_are_not_shown(resident, page):
    second = begun(resident, **{"question-bin": "yes"})
    another = Resident()

    seen = another.visit(second.path)
    assert seen.has_field("reference") and not seen.field("reference").get("value")
    sent = another.client.post(second.path, BIN)
    assert (sent.status_code, sent["Location"]) == (303, "/council-tax/")
    assert not BasketLine.objects.exists()


def test_a_reference_that_is_in_the_basket_is_asked_about_after_the_last_step(resident, page):
    to_the_end(resident)
    third = begun(resident, **{"question-bin": "no", "amount": "10"})

    asked = resident.fill_in(third, **{"question-name": "Bob"})
    assert asked.title == "This is in your basket already"
    resident.fill_in(asked, duplicate="replace")

    assert BasketLine.objects.get().amount == 10
    assert kept()["name"] == "Bob" and kept()["colour"] == ""


def test_the_last_step_sent_twice_leads_to_the_basket_and_adds_nothing(resident, page):
    last = begun(resident, **{"question-bin": "no"})
    path, typed = resident.filled(last, **{"question-name": "Ada"})
    resident.client.post(path, typed)

    again = resident.client.post(path, typed)

    assert (again.status_code, again["Location"]) == (303, "/pay/basket/")
    assert BasketLine.objects.count() == 1


def test_unfinished_steps_go_with_their_basket(resident, page, settings):
    begun(resident, **{"question-bin": "yes"})
    Basket.objects.update(updated_at="2020-01-01T00:00Z")

    assert purge_baskets() == 1
    assert not UnfinishedEntry.objects.exists()


def test_each_answer_is_changed_in_its_own_step_and_leads_back(resident, page):
    basket = to_the_end(resident)
    assert "Not given" in dict(basket.rows())["Telephone"]
    rows = basket.soup.select(".govuk-summary-list__row")
    change = next(row.a["href"] for row in rows if "Your name" in row.dt.get_text())

    third = resident.visit(change)
    assert third.title == "Change Council tax" and not third.has_field("reference")
    assert third.field("question-name")["value"] == "Ada"
    changed = resident.fill_in(third, **{"question-name": "Bob"})

    assert changed.notices == ["Your basket has been changed."]
    assert kept()["name"] == "Bob" and kept()["since"] == "2026-03-27"
    assert not UnfinishedEntry.objects.exists()


def test_a_change_that_makes_another_step_necessary_leads_to_it(resident, page):
    third = begun(resident, **{"question-bin": "no"})
    basket = resident.fill_in(third, **{"question-name": "Ada"})

    first = resident.visit(basket.link("Change"))
    assert first.has_field("reference")
    second = resident.fill_in(first, **{"question-bin": "yes"})
    assert second.has_field("question-colour") and not second.errors
    assert kept()["bin"] == "no", "nothing changes before the last step"
    changed = resident.fill_in(second, **BIN)

    assert changed.notices == ["Your basket has been changed."]
    assert kept()["colour"] == "Brown" and kept()["name"] == "Ada"


def test_checking_everything_leads_to_steps_and_back(resident, page):
    to_the_end(resident)
    check = resident.go_to_check()
    rows = check.soup.select(".govuk-summary-list__row")
    change = next(row.a["href"] for row in rows if "Colour" in row.dt.get_text())

    again = resident.fill_in(resident.visit(change), **{"question-colour": "Green"})

    assert again.title == "Check your answers before you pay"
    assert kept()["colour"] == "Green"
