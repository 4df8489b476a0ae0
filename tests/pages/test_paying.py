"""A resident on a payment page."""

from datetime import timedelta
from decimal import Decimal

import pytest
from wagtail.models import PageViewRestriction

from ims_wagtail.checkout.models import BasketLine
from ims_wagtail.clock import accounting_date
from tests.factories import COUNCIL_TAX_REFERENCES, make_payment_type
from tests.pages.making import make_index, make_page, parsed, question, words


REFERENCE = COUNCIL_TAX_REFERENCES[0]
FILLED_IN = {"reference": REFERENCE, "amount": "45.50"}


def test_resident_reads_the_introduction_and_is_asked_for_reference_and_amount(
    client, home, council_tax
):
    make_page(home, payment_type=council_tax, introduction="<p>Have your <b>bill</b> ready.</p>")

    page = parsed(client.get("/council-tax/"))

    assert page.h1.get_text() == "Pay your council tax"
    assert page.select_one(".ims-rich-text b").get_text() == "bill"
    assert [field["name"] for field in page.select("main input.govuk-input")] == [
        "reference",
        "amount",
    ]
    assert page.select_one("main form")["method"] == "post"


def test_resident_puts_a_payment_in_the_basket(client, home, council_tax):
    payment_page = make_page(home, payment_type=council_tax, confirmation="<p>Allow two days.</p>")

    response = client.post("/council-tax/", FILLED_IN)

    assert response.status_code == 303
    assert response["Location"].startswith("/pay/basket/")
    line = BasketLine.objects.get()
    assert (line.payment_type, line.account_reference) == (council_tax, REFERENCE)
    assert line.amount == Decimal("45.50")
    assert (line.page_id, line.page_title) == (payment_page.pk, "Pay your council tax")
    assert line.confirmation == "<p>Allow two days.</p>"
    assert client.cookies["ims_basket"].value == str(line.basket.token)


def test_basket_leads_back_to_the_page_that_lists_the_services(client, home, council_tax):
    index = make_index(home)
    make_page(index, payment_type=council_tax)

    client.post("/pay-for-it/council-tax/", FILLED_IN)

    assert BasketLine.objects.get().basket.services_url == "/pay-for-it/"


def test_wrong_reference_is_explained_and_what_was_typed_is_kept(client, home, council_tax):
    make_page(home, payment_type=council_tax)

    response = client.post("/council-tax/", {"reference": "301122332", "amount": "45.50"})

    page = parsed(response)
    assert page.title.get_text().startswith("Error: ")
    assert page.select_one(".govuk-error-summary a")["href"] == "#id_reference"
    assert page.select_one("#id_reference")["value"] == "301122332"
    assert page.select_one("#id_amount")["value"] == "45.50"
    assert not BasketLine.objects.exists()


def test_extra_questions_are_asked_in_order_and_kept_under_their_own_ids(client, home, council_tax):
    asked = [
        question("short_text", "Garden", id="a1"),
        question("choice", "Size", choices=["Small", "Large"], id="b2"),
        question("yes_no", "Gate locked?", required=False, id="c3"),
        question("date", "From", id="d4"),
        question("long_text", "Notes", required=False, id="e5"),
    ]
    make_page(home, payment_type=council_tax, questions=asked)
    answers = {
        "question-a1": "Front",
        "question-b2": "Large",
        "question-d4-day": "2",
        "question-d4-month": "3",
        "question-d4-year": "2027",
    }

    assert client.post("/council-tax/", FILLED_IN | answers).status_code == 303

    kept = [(answer["key"], answer["value"]) for answer in BasketLine.objects.get().answers]
    assert kept == [("a1", "Front"), ("b2", "Large"), ("c3", ""), ("d4", "2027-03-02"), ("e5", "")]


def test_question_that_must_be_answered_stops_the_payment(client, home, council_tax):
    make_page(home, payment_type=council_tax, questions=[question("short_text", "Garden", id="a1")])

    page = parsed(client.post("/council-tax/", FILLED_IN))

    assert page.select_one(".govuk-error-summary a")["href"] == "#id_question-a1"
    assert not BasketLine.objects.exists()


def test_words_of_an_editor_never_become_markup(client, home, council_tax):
    attack = "<script>alert(1)</script>{{ settings }}"
    asked = [
        question("short_text", attack, hint=attack),
        question("choice", "Pick", choices=[attack, "B"]),
    ]
    make_page(
        home,
        title=attack,
        payment_type=council_tax,
        questions=asked,
        introduction="<p>Hello</p>",
    )

    page = parsed(client.get("/council-tax/"))

    assert not [script for script in page.find_all("script") if "alert" in script.get_text()]
    assert page.h1.get_text() == attack
    assert attack in [label.get_text() for label in page.select("main .govuk-label")]
    assert page.select("main .govuk-radios__input")[0]["value"] == attack


@pytest.mark.parametrize(
    "closed",
    [
        {"enabled": False},
        {"open_until": accounting_date() - timedelta(days=1)},
        {"open_from": accounting_date() + timedelta(days=1)},
    ],
)
def test_page_of_a_closed_payment_says_so_and_takes_nothing(client, home, closed):
    closed_type = make_payment_type(**closed)
    make_page(home, payment_type=closed_type)

    shown = client.get("/council-tax/")
    sent = client.post("/council-tax/", FILLED_IN)

    for response in (shown, sent):
        assert "can’t be paid online now" in words(response)
        assert not parsed(response).select("main form")
    assert not BasketLine.objects.exists()


def test_page_of_a_fund_switched_off_takes_nothing(client, home, council_tax):
    make_page(home, payment_type=council_tax)
    council_tax.fund.enabled = False
    council_tax.fund.save()

    assert "can’t be paid online now" in words(client.get("/council-tax/"))


def test_nothing_between_us_and_the_resident_keeps_a_copy(client, home, council_tax):
    make_page(home, payment_type=council_tax)

    for response in (client.get("/council-tax/"), client.post("/council-tax/", FILLED_IN)):
        kept = {part.strip() for part in response["Cache-Control"].split(",")}
        assert {"private", "no-store"} <= kept


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_page_answers_no_method_it_has_no_use_for(client, home, council_tax, method):
    make_page(home, payment_type=council_tax)

    assert getattr(client, method)("/council-tax/").status_code == 405


def test_private_page_takes_nothing_from_people_who_may_not_see_it(client, home, council_tax):
    page = make_page(home, payment_type=council_tax)
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)

    for response in (client.get("/council-tax/"), client.post("/council-tax/", FILLED_IN)):
        assert response.status_code == 302
        assert "login" in response["Location"]
    assert not BasketLine.objects.exists()


def test_unpublished_page_takes_nothing(client, home, council_tax):
    make_page(home, payment_type=council_tax).unpublish()

    assert client.post("/council-tax/", FILLED_IN).status_code == 404
    assert not BasketLine.objects.exists()


def test_copy_of_a_page_takes_payments_of_its_own(client, home, council_tax):
    page = make_page(home, payment_type=council_tax, questions=[question("yes_no", "Moved?")])

    copied = page.copy(update_attrs={"slug": "again", "title": "Pay again"}, keep_live=True)

    name = f"question-{copied.questions[0].id}"
    assert client.post("/again/", FILLED_IN | {name: "yes"}).status_code == 303
    assert BasketLine.objects.get().page_id == copied.pk


def test_alias_of_a_page_takes_payments_and_follows_its_changes(client, home, council_tax):
    page = make_page(home, payment_type=council_tax)
    alias = page.create_alias(parent=make_index(home), update_slug="same")

    page.introduction = "<p>New words</p>"
    page.save_revision().publish()

    assert "New words" in words(client.get("/pay-for-it/same/"))
    assert client.post("/pay-for-it/same/", FILLED_IN).status_code == 303
    assert BasketLine.objects.get().page_id == alias.pk


def test_changing_the_page_leaves_what_is_in_a_basket_alone(client, home, council_tax):
    page = make_page(home, payment_type=council_tax, confirmation="<p>Old words</p>")
    client.post("/council-tax/", FILLED_IN)

    page.title, page.confirmation = "Other", "<p>New words</p>"
    page.save_revision().publish()

    line = BasketLine.objects.get()
    assert (line.page_title, line.confirmation) == ("Pay your council tax", "<p>Old words</p>")


def test_reference_help_with_its_picture_stands_above_the_form(client, home, council_tax):
    from wagtail.images.models import Image
    from wagtail.images.tests.utils import get_test_image_file

    picture = Image.objects.create(title="Bill", file=get_test_image_file())
    make_page(
        home,
        payment_type=council_tax,
        reference_help="<p>At the top of your bill.</p>",
        reference_image=picture,
        reference_image_alt="The number stands top right",
    )

    details = parsed(client.get("/council-tax/")).select_one("main details")

    assert "At the top of your bill." in details.get_text()
    assert details.img["alt"] == "The number stands top right"
