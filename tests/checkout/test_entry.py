"""Saying what to pay: reference, amount and a page's questions."""

from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from ims_wagtail.checkout.entry import PageFacts, handle_entry
from ims_wagtail.checkout.models import Basket, BasketLine
from ims_wagtail.checkout.questions import Question, QuestionKind
from ims_wagtail.checkout.selectors import payable_type
from ims_wagtail.checkout.throttle import LIMIT
from tests.checkout.resident import Resident
from tests.factories import make_account_holder, make_stop_message


GOOD = "301122331"


def test_the_page_asks_by_the_payment_types_own_words(resident):
    page = resident.visit("/pay/room-hire/")

    assert page.title == "Room hire"
    reference = page.field("reference")
    assert page.soup.find("label", attrs={"for": reference["id"]}).text == "Booking number"
    assert "On your booking form" in page.text
    assert page.soup.select_one(".govuk-input__prefix").text == "£"


def test_what_is_fixed_is_shown_and_not_asked(resident):
    page = resident.visit("/pay/garden-bin/")

    assert not page.has_field("reference")
    assert not page.has_field("amount")
    assert "Amount to pay: £45.00" in page.text


def test_a_fixed_price_can_not_be_changed_by_the_browser(resident):
    page = resident.visit("/pay/garden-bin/")
    path, data = resident.filled(page)

    resident.client.post(path, {**data, "amount": "0.01", "reference": "OTHER"})

    line = BasketLine.objects.get()
    assert (line.amount, line.account_reference) == (Decimal("45.00"), "GARDEN")


def test_the_reference_is_kept_the_way_the_rule_writes_it(resident):
    page = resident.add(reference=" 301 122 331 ", amount="£1,234.50")

    assert page.title == "Your basket"
    assert page.notices == ["Added to your basket."]
    assert ("Account number", GOOD) in page.rows()
    assert ("Amount", "£1,234.50") in page.rows()


@pytest.mark.parametrize(
    "typed", ["", "0", "0.00", "-5.00", "1e3", "10.005", "10.5", "１２.００", "abc", "1,23.00"]
)
def test_an_amount_that_is_none_is_refused_and_shown_again(resident, typed):
    page = resident.add(reference=GOOD, amount=typed)

    assert len(page.errors) == 1
    assert page.field("amount").get("value", "") == typed
    assert page.field("reference")["value"] == GOOD
    assert page.soup.title.text.startswith("Error: ")
    assert not BasketLine.objects.exists()


def test_every_problem_is_told_at_once_and_leads_to_its_field(resident):
    page = resident.add(reference="301122332", amount="lots")

    assert len(page.errors) == 2
    assert "account number" in page.errors[0]
    assert "301122331" in page.errors[0]
    assert "like 45.50" in page.errors[1]


def test_nothing_typed_names_both_fields_and_an_example(resident):
    page = resident.add(reference="", amount="")

    assert page.errors == [
        "Enter your account number, like 301122331",
        "Enter an amount, like 45.50",
    ]


def test_more_than_the_fund_takes_is_refused_with_the_limit(resident):
    page = resident.add("room-hire", reference="B1", amount="5000.01")

    assert page.errors == ["Amount must be £5,000.00 or less"]


def test_a_card_number_is_refused_as_a_reference(resident):
    page = resident.add("room-hire", reference="4242 4242 4242 4242", amount="5.00")

    assert "looks like a card number" in page.errors[0]
    assert not BasketLine.objects.exists()


def test_a_stopped_account_and_an_unknown_one_read_the_same(resident, council):
    fund = council.council_tax.fund
    fund.account_must_exist = True
    fund.save()
    stop = make_stop_message(fund=fund, staff_text="BAILIFF", public_text="")
    make_account_holder(fund=fund, reference=GOOD, stop_message=stop)

    stopped = resident.add(reference=GOOD, amount="5.00")
    unknown = resident.add(reference="123456780", amount="5.00")

    assert stopped.errors == unknown.errors
    assert "BAILIFF" not in stopped.text


def test_what_is_closed_says_so(resident, council):
    council.room.enabled = False
    council.room.save()

    page = resident.visit("/pay/room-hire/")

    assert page.status == 410
    assert page.title == "Room hire can’t be paid here at the moment"
    assert resident.visit("/pay/nothing-like-it/").status == 404


def test_a_script_that_tries_references_is_slowed_down(resident):
    page = resident.visit("/pay/council-tax/")
    path, data = resident.filled(page, reference="301122332", amount="5.00")
    for _try in range(LIMIT):
        assert resident.client.post(path, data).status_code == 200

    refused = resident.client.post(path, data)
    another_browser = Resident().client.post(path, data, headers={"X-Forwarded-For": "10.0.0.1"})
    somebody_else = Resident(REMOTE_ADDR="192.0.2.7").client.post(path, data)

    assert (refused.status_code, another_browser.status_code) == (429, 429)
    assert refused["Retry-After"] == "600"
    assert somebody_else.status_code == 200


QUESTIONS = (
    Question(key="who", label="Who lives there?", hint="All of them"),
    Question(key="why", label="Reason", kind=QuestionKind.LONG_TEXT, required=False),
    Question(key="size", label="Size", kind=QuestionKind.CHOICE, choices=("Small", "Large")),
    Question(key="new", label="Is it new?", kind=QuestionKind.YES_NO),
    Question(key="day", label="Which day?", kind=QuestionKind.DATE),
)
ANSWERS = {
    "question-who": "Ada & Bob <b>",
    "question-size": "Large",
    "question-new": "no",
    "question-day-day": "27",
    "question-day-month": "3",
    "question-day-year": "2026",
}
FACTS = PageFacts(
    id=7, title="Bins", services_url="/services/", confirmation="<p>We come on Monday.</p>"
)


def answer(
    slug: str = "garden-bin",
    *,
    questions: tuple[Question, ...] = QUESTIONS,
    cookie: str = "",
    **posted: str,
) -> tuple:
    """Post to a payable page with questions, as a CMS page does."""
    request = RequestFactory().post("/a-page/", posted)
    if cookie:
        request.COOKIES["ims_basket"] = cookie
    result = handle_entry(request, payment_type=payable_type(slug), page=FACTS, questions=questions)
    return result.form, result.response


def test_answers_of_a_page_are_kept_with_the_line(council):
    _form, response = answer(**ANSWERS)

    assert response.status_code == 303
    line = BasketLine.objects.get()
    assert {a["key"]: a["value"] for a in line.answers} == {
        "who": "Ada & Bob <b>",
        "why": "",
        "size": "Large",
        "new": "no",
        "day": "2026-03-27",
    }
    assert (line.page_id, line.confirmation) == (7, FACTS.confirmation)


def test_the_basket_shows_answers_in_words_and_escaped(council):
    _form, response = answer(**ANSWERS)
    resident = Resident()
    resident.client.cookies = response.cookies

    page = resident.visit("/pay/basket/")

    assert page.rows() == [
        ("Who lives there?", "Ada & Bob <b>"),
        ("Size", "Large"),
        ("Is it new?", "No"),
        ("Which day?", "27 March 2026"),
        ("Amount", "£45.00"),
    ]
    assert page.link("Pay for something else as well") == "/services/"


ABOUT_PEOPLE = (
    Question(key="tel", label="Who can we call?", kind=QuestionKind.TELEPHONE),
    Question(key="mail", label="Email address", kind=QuestionKind.EMAIL),
    Question(key="code", label="Postcode of the garden", kind=QuestionKind.POSTCODE),
    Question(key="home", label="Address", kind=QuestionKind.ADDRESS),
    Question(key="terms", label="I have read the terms", kind=QuestionKind.DECLARATION),
)
TYPED = {
    "question-tel": "01632 960 001",
    "question-mail": "ada@example.org",
    "question-code": "an12bc",
    "question-home": "1 High Street\r\nAnyborough",
    "question-terms": "on",
}


def test_questions_about_people_are_read_as_people_write(council):
    _form, response = answer(questions=ABOUT_PEOPLE, **TYPED)
    resident = Resident()
    resident.client.cookies = response.cookies

    page = resident.visit("/pay/basket/")

    assert page.rows()[:-1] == [
        ("Who can we call?", "01632 960 001"),
        ("Email address", "ada@example.org"),
        ("Postcode of the garden", "AN1 2BC"),
        ("Address", "1 High Street Anyborough"),
        ("I have read the terms", "Agreed"),
    ]
    change = resident.visit(page.link("Change"))
    assert change.field("question-terms").has_attr("checked")
    assert change.field("question-tel")["autocomplete"] == "tel"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"question-tel": "call me"}, "Enter a telephone number, like 01632 960 001"),
        ({"question-mail": "ada"}, "Enter an email address in the correct format"),
        ({"question-code": "nowhere"}, "Enter a full postcode, like AN1 2BC"),
        ({"question-home": "Card 4242 4242 4242 4242"}, "card number"),
        ({"question-terms": ""}, "Select “I have read the terms” to continue"),
    ],
)
def test_wrong_answers_about_people_are_told_beside_their_question(council, typed, said):
    form, response = answer(questions=ABOUT_PEOPLE, **(TYPED | typed))

    assert response is None
    assert list(form.errors) == list(typed)
    assert said in form.errors[next(iter(typed))][0]


BINS = (
    Question(key="bins", label="How many bins? 100%", kind=QuestionKind.NUMBER, least=0, most=4),
)


@pytest.mark.parametrize("typed", ["5", "-1", "two", "1.5", "1_0", "٣", ""])
def test_a_number_out_of_bounds_or_none_at_all_is_refused_naming_its_question(council, typed):
    form, response = answer(questions=BINS, **{"question-bins": typed})

    assert response is None
    assert form.errors["question-bins"] == [
        "Answer “How many bins? 100%” with a whole number from 0 to 4"
    ]


@pytest.mark.parametrize("typed", ["0", "4"])
def test_both_bounds_of_a_number_are_allowed_and_none_is_an_answer(council, typed):
    _form, response = answer(questions=BINS, **{"question-bins": f" {typed} "})
    resident = Resident()
    resident.client.cookies = response.cookies

    page = resident.visit("/pay/basket/")

    assert page.rows()[0] == ("How many bins? 100%", typed)
    change = resident.visit(page.link("Change"))
    assert change.field("question-bins")["value"] == typed
    assert change.field("question-bins")["inputmode"] == "numeric"


def test_a_changed_line_asks_the_questions_it_was_added_with(council):
    _form, response = answer(**ANSWERS)
    resident = Resident()
    resident.client.cookies = response.cookies
    page = resident.visit(resident.visit("/pay/basket/").link("Change"))

    assert page.field("question-who")["value"] == "Ada & Bob <b>"
    assert page.field("question-day-month")["value"] == "3"
    changed = resident.fill_in(page, **{"question-who": "Only Ada"})

    assert changed.notices == ["Your basket has been changed."]
    assert ("Who lives there?", "Only Ada") in changed.rows()


def test_missing_and_impossible_answers_name_their_question(council):
    form, response = answer(**{"question-size": "Huge", "question-day-day": "31"})

    assert response is None
    said = {target: words for words, target in form.error_list()}
    assert "Who lives there?" in said["#id_question-who"]
    assert "“Size”" in said["#id_question-size"]
    assert "Is it new?" in said["#id_question-new"]
    assert "month and year" in said["#id_question-day-month"]
    assert not Basket.objects.exists()


@pytest.mark.parametrize("key", ["who", "why"])
def test_a_card_number_is_refused_as_an_answer(council, key):
    form, response = answer(**{**ANSWERS, f"question-{key}": "my card 5555 5555 5555 4444 thanks"})

    assert response is None
    assert "card number" in form.errors[f"question-{key}"][0]


def test_a_fixed_account_makes_one_line_for_each_set_of_answers(council):
    _form, response = answer(**ANSWERS)
    cookie = response.cookies["ims_basket"].value
    _form, again = answer(cookie=cookie, **ANSWERS)
    _form, other = answer(cookie=cookie, **{**ANSWERS, "question-who": "Somebody else"})

    assert isinstance(again, HttpResponse)
    assert "already_there" in again["Location"]
    assert "notice=added" in other["Location"]
    assert BasketLine.objects.count() == 2
