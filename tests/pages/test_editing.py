"""An editor at work in the Wagtail admin."""

import json

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from ims_wagtail.checkout.conditions import Condition
from ims_wagtail.checkout.models import BasketLine
from ims_wagtail.pages.models import PaymentIndexPage, PaymentPage
from ims_wagtail.pages.questions import questions_from
from tests.factories import make_fund, make_payment_type
from tests.pages.making import make_editor, make_page, parsed, signed_in, words


@pytest.fixture
def editor(home, council_tax):
    """An editor who may use council tax and nothing else."""
    return signed_in(make_editor(fund=council_tax.fund, on=home))


def _filled_in(**values):
    data = {
        "title": "Pay your council tax",
        "slug": "council-tax",
        "introduction": rich_text("<p>Have your bill ready.</p>"),
        "payment_type": "",
        "reference_help": rich_text("<p>At the top of your bill.</p>"),
        "reference_image": "",
        "reference_image_alt": "",
        "amount": streamfield([]),
        "questions": streamfield([]),
        "confirmation": rich_text("<p>Allow two days.</p>"),
        "closed_words": rich_text(""),
        "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0},
    }
    return nested_form_data(data | values)


def added(editor, home, *, publish=True, model="paymentpage", **values):
    data = _filled_in(**values)
    if publish:
        data["action-publish"] = "action-publish"
    address = reverse("wagtailadmin_pages:add", args=["ims_pages", model, home.pk])
    return editor.post(address, data)


def errors_on(response):
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    return " ".join(error.get_text(" ", strip=True) for error in page.select(".error-message"))


def _offered(response):
    return [option.get_text() for option in parsed(response).select("#id_payment_type option")]


def test_editor_makes_and_publishes_a_page_and_a_resident_pays_on_it(
    editor, client, home, council_tax
):
    asked = streamfield(
        [
            (
                "choice",
                {
                    "label": "Which bill?",
                    "hint": "",
                    "required": "on",
                    "choices": streamfield([("item", "This year"), ("item", "Last year")]),
                },
            )
        ]
    )
    response = added(editor, home, payment_type=council_tax.pk, questions=asked)

    page = PaymentPage.objects.get()
    assert response.status_code == 302 and page.live
    key = page.questions[0].id
    sent = client.post(
        "/council-tax/",
        {"reference": "301122331", "amount": "45.50", f"question-{key}": "Last year"},
    )
    assert sent.status_code == 303
    line = BasketLine.objects.get()
    assert line.answers[0]["value"] == "Last year"
    assert "Allow two days." in line.confirmation


def test_draft_may_leave_the_payment_type_for_later(editor, home):
    response = added(editor, home, publish=False)

    assert response.status_code == 302
    page = PaymentPage.objects.get()
    assert not page.live and page.payment_type is None


def test_publishing_without_a_payment_type_is_refused_with_the_reason(editor, home):
    response = added(editor, home)

    assert "Choose what this page takes payments for before you publish it" in errors_on(response)
    assert not PaymentPage.objects.exists()


def test_draft_without_a_payment_type_cannot_be_published_in_bulk(editor, home):
    page = make_page(home, live=False)
    page.save_revision(clean=False)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    response = editor.post(f"{address}?id={page.pk}", {"next": "/admin/"}, follow=True)

    page.refresh_from_db()
    assert not page.live
    assert "can’t be published yet" in words(response)


def test_editor_is_offered_only_payment_types_of_their_own_funds(editor, home, council_tax):
    make_payment_type("rent", name="Rent", fund=make_fund("07", name="Housing rents"))

    offered = _offered(
        editor.get(reverse("wagtailadmin_pages:add", args=["ims_pages", "paymentpage", home.pk]))
    )

    assert offered == ["Choose a payment type", "Council tax – 23 Council tax"]


def test_editor_cannot_choose_the_payment_type_of_another_fund(editor, home):
    rent = make_payment_type("rent", fund=make_fund("07"))

    response = added(editor, home, payment_type=rent.pk)

    assert "Choose a payment type you may use" in errors_on(response)
    assert not PaymentPage.objects.exists()


def test_editor_whose_group_has_no_fund_is_offered_nothing(home, council_tax):
    nobody = signed_in(make_editor(fund=None, on=home, name="nobody"))

    response = nobody.get(
        reverse("wagtailadmin_pages:add", args=["ims_pages", "paymentpage", home.pk])
    )

    assert _offered(response) == ["Choose a payment type"]


def test_superuser_is_offered_every_payment_type(admin_client, home, council_tax):
    make_payment_type("rent", name="Rent", fund=make_fund("07", name="Housing rents"))

    response = admin_client.get(
        reverse("wagtailadmin_pages:add", args=["ims_pages", "paymentpage", home.pk])
    )

    assert len(_offered(response)) == 3


def test_switched_off_payment_types_are_not_offered(editor, home, council_tax):
    make_payment_type("old", name="Old", fund=council_tax.fund, enabled=False)

    response = editor.get(
        reverse("wagtailadmin_pages:add", args=["ims_pages", "paymentpage", home.pk])
    )

    assert _offered(response) == ["Choose a payment type", "Council tax – 23 Council tax"]


def test_editor_of_another_fund_may_mend_the_words_but_reads_nothing_of_the_fund(home, council_tax):
    other = signed_in(make_editor(fund=make_fund("07"), on=home, name="oscar"))
    page = make_page(home, payment_type=council_tax)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])

    shown = other.get(address)
    data = _filled_in(title="Better words", payment_type=council_tax.pk)
    saved = other.post(address, data | {"action-publish": "action-publish"})

    assert saved.status_code == 302
    page.refresh_from_db()
    assert (page.title, page.payment_type) == ("Better words", council_tax)
    assert "23 Council tax" not in words(shown)
    assert "fund you don’t work with" in words(shown)


def test_editor_reads_fund_vat_rule_and_limits_of_the_payment_type(editor, home, council_tax):
    page = make_page(home, payment_type=council_tax)

    shown = parsed(editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])))

    setup = shown.select_one(".ims-payment-setup")
    headings = [term.get_text() for term in setup.select("dt")]
    facts = dict(zip(headings, [fact.get_text() for fact in setup.select("dd")], strict=True))
    assert facts["Fund"] == "23 Council tax"
    assert facts["VAT"] == "N0 VAT N0: 0 % today"
    assert facts["Reference"] == (
        "These in order: 8 digits, a check character. Example: 301122331."
    )
    assert facts["Amount"] == "The payer types it: £0.01 to £5,000.00"
    assert not setup.select("input, select, textarea")


@pytest.mark.parametrize("model", ["paymentpage", "paymentindexpage"])
@pytest.mark.parametrize("slug", ["pay", "ims"])
def test_page_at_an_address_of_the_service_itself_is_refused(
    editor, home, council_tax, model, slug
):
    response = added(editor, home, slug=slug, model=model, payment_type=council_tax.pk)

    assert "is the address of the payment service itself" in errors_on(response)
    assert not PaymentPage.objects.exists() and not PaymentIndexPage.objects.exists()


def test_page_called_pay_is_fine_below_another_page(editor, client, home, council_tax):
    parent = home.add_child(instance=PaymentIndexPage(title="Council tax", slug="tax"))

    assert added(editor, parent, slug="pay", payment_type=council_tax.pk).status_code == 302
    assert client.get("/tax/pay/").status_code == 200


def test_picture_is_published_only_with_words_in_its_place(editor, home, council_tax):
    from wagtail.images.models import Image
    from wagtail.images.tests.utils import get_test_image_file

    picture = Image.objects.create(title="Bill", file=get_test_image_file())
    values = {"payment_type": council_tax.pk, "reference_image": picture.pk}

    assert "Say what the picture shows" in errors_on(added(editor, home, **values))
    assert added(editor, home, publish=False, **values).status_code == 302


def test_choice_with_the_same_answer_twice_is_refused(editor, home, council_tax):
    choices = streamfield([("item", "Front"), ("item", "front ")])
    asked = streamfield([("choice", {"label": "Where?", "hint": "", "choices": choices})])

    response = added(editor, home, payment_type=council_tax.pk, questions=asked)

    assert "Each choice may be in the list only once" in response.content.decode()
    assert not PaymentPage.objects.exists()


def test_payment_type_on_a_page_cannot_be_deleted_from_under_it(home, council_tax):
    from django.db.models import ProtectedError

    make_page(home, payment_type=council_tax)

    with pytest.raises(ProtectedError):
        council_tax.delete()


def test_a_number_whose_bounds_are_upside_down_is_refused(editor, home, council_tax):
    number = {"label": "How many?", "hint": "", "required": "on", "least": "3", "most": "2"}

    response = added(
        editor, home, payment_type=council_tax.pk, questions=streamfield([("number", number)])
    )

    assert "The biggest number is below the smallest" in response.content.decode()
    assert not PaymentPage.objects.exists()


def _told_at_questions(response):
    """What the editor's script is told to show at blocks."""
    fields = parsed(response).select("[data-w-block-arguments-value]")
    told = [json.loads(field["data-w-block-arguments-value"]) for field in fields]
    return json.dumps(told, ensure_ascii=False)


def _conditional(question, answers):
    """A choice, a text, and a text that depends on what an editor wrote."""
    bins = streamfield([("item", "Brown"), ("item", "Green")])
    kind = {"label": "Which bin?", "hint": "", "choices": bins}
    size = {"label": "Where?", "hint": "", "only_when": {"question": question, "answers": answers}}
    return streamfield(
        [
            ("choice", kind),
            ("short_text", {"label": "Your name", "hint": "To put it on the bin"}),
            ("short_text", size),
            ("yes_no", {"label": "Is it new?", "hint": ""}),
        ]
    )


@pytest.mark.parametrize(
    ("question", "answers", "said"),
    [
        ("Is it new?", "Yes", "There is: “Which bin?”"),
        ("Your name", "Ada", "No choice or yes-or-no question above this one says “Your name”"),
        ("Which lid?", "Brown", "No choice or yes-or-no question above this one says"),
        ("Which bin?", "Blue", "can’t be answered with “Blue”: only with “Brown”, “Green”"),
        ("Which bin?", "", "Write with which answers to “Which bin?” this is asked"),
        ("", "Brown", "Write on which earlier question it depends"),
    ],
)
def test_a_condition_that_can_never_hold_is_refused_when_publishing(
    editor, home, council_tax, question, answers, said
):
    asked = _conditional(question, answers)

    response = added(editor, home, payment_type=council_tax.pk, questions=asked)

    assert said in _told_at_questions(response)
    assert not PaymentPage.objects.exists()


def test_a_draft_may_hold_a_condition_that_is_not_right_yet(editor, home, council_tax):
    asked = _conditional("Which lid?", "Brown")

    added(editor, home, publish=False, payment_type=council_tax.pk, questions=asked)

    page = PaymentPage.objects.get()
    assert [each.when for each in questions_from(page.questions)] == [None] * 4


def test_a_condition_is_written_as_the_editor_reads_the_questions(editor, home, council_tax):
    asked = _conditional(" which  BIN? ", "green\n\nBROWN\n")

    added(editor, home, payment_type=council_tax.pk, questions=asked)

    page = PaymentPage.objects.get()
    assert page.live
    first, _name, depends, _new = questions_from(page.questions)
    assert depends.when == Condition(key=first.key, answers=("Green", "Brown"))


@pytest.mark.parametrize(
    ("headings", "said"),
    [
        (["Your bins"], "There is no question in this step"),
        (["Your bins", "About you"], "There is no question in this step"),
        (["About you", None, "about you", None], "Another step has this heading already"),
    ],
)
def test_a_step_without_questions_or_a_heading_of_its_own_is_refused(
    editor, home, council_tax, headings, said
):
    name = ("short_text", {"label": "Your name", "hint": ""})
    asked = streamfield([("step", {"heading": text}) if text else name for text in headings])

    response = added(editor, home, payment_type=council_tax.pk, questions=asked)

    assert said in _told_at_questions(response)
    assert not PaymentPage.objects.exists()


def test_a_file_that_is_bigger_than_the_site_takes_is_refused(editor, home, council_tax):
    plan = {"label": "Plan", "hint": "", "types": "pdf", "megabytes": "11"}

    response = added(
        editor, home, payment_type=council_tax.pk, questions=streamfield([("file", plan)])
    )

    assert "This site takes files of at most 10 megabytes" in _told_at_questions(response)
    added(
        editor,
        home,
        payment_type=council_tax.pk,
        questions=streamfield([("file", plan | {"megabytes": "3"})]),
    )
    asked = questions_from(PaymentPage.objects.get().questions)[0]
    assert (asked.types, asked.megabytes) == (("pdf",), 3)
