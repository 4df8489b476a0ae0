"""What an editor sees before publishing, and that looking changes nothing."""

import pytest
from django.db import connection
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from ims_wagtail.checkout.enums import Outcome
from ims_wagtail.checkout.models import Basket, BasketLine
from ims_wagtail.funds.enums import AmountSource
from ims_wagtail.pages.models import PaymentPage
from tests.factories import make_fund, make_payment_type, make_price
from tests.pages.making import make_editor, make_page, parsed, question, signed_in, words


STEPS = [
    *("", "errors", "closed", "basket", "details", "check"),
    *Outcome.values,
    *("receipt", "email"),
]
MODES = [*STEPS, *(f"{step}@cy" for step in STEPS)]


#: A draft in which nothing has been filled in but what Wagtail itself insists on.
BLANK = nested_form_data(
    {
        "title": "",
        "slug": "",
        "introduction": rich_text(""),
        "payment_type": "",
        "reference_help": rich_text(""),
        "reference_image": "",
        "reference_image_alt": "",
        "amount": streamfield([]),
        "questions": streamfield([("short_text", {"label": "", "hint": ""})]),
        "confirmation": rich_text(""),
        "closed_words": rich_text(""),
        "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0},
    }
)


def _written() -> int:
    """How many rows this test has written so far, in whatever table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_all_tables")
        return cursor.fetchone()[0]


@pytest.fixture
def editor(home, council_tax):
    """An editor who may use council tax."""
    return signed_in(make_editor(fund=council_tax.fund, on=home))


def _preview(editor, page, mode):
    return editor.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]), {"mode": mode})


def test_no_preview_writes_anything_sets_a_cookie_or_can_be_sent(editor, home, council_tax):
    page = make_page(
        home,
        payment_type=council_tax,
        questions=[question("short_text", "Garden"), question("date", "Since", id="since")],
        confirmation="<p>Allow two days.</p>",
    )
    assert [mode for mode, _words in page.preview_modes] == MODES
    assert page.default_preview_mode == MODES[0]
    editor.get(reverse("wagtailadmin_home"))
    before = _written()

    for mode in MODES:
        response = _preview(editor, page, mode)

        drawn = parsed(response)
        assert not drawn.select("form, [name=csrfmiddlewaretoken], a[href^='/pay/']"), mode
        assert drawn.html["lang"] == ("cy" if mode.endswith("@cy") else "en-gb")
        assert not response.cookies
        kept = {part.strip() for part in response["Cache-Control"].split(",")}
        assert {"private", "no-store"} <= kept
    assert _written() == before


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("basket", ("Your basket", "301122331", "£45.50", "Garden", "Example answer")),
        ("details", ("Your details", "Email address")),
        ("check", ("Check your answers", "01632 960 001", "Continue to payment")),
        ("declined", ("Your payment was declined", "No money has been taken")),
        ("mismatch", ("Do not pay again",)),
        ("receipt", ("Receipt – TEST", "Nothing was paid", "301122331", "Example answer")),
        ("email", ("Receipt – TEST", "Nothing was paid", "£45.50")),
        ("check@cy", ("Cyfanswm",)),
        ("email@cy", ("Derbynneb",)),
    ],
)
def test_each_step_shows_the_page_to_a_made_up_payer(editor, home, council_tax, mode, said):
    page = make_page(home, payment_type=council_tax, questions=[question("short_text", "Garden")])

    shown = words(_preview(editor, page, mode))

    assert [each for each in said if each not in shown] == []


def test_preview_of_the_page_shows_a_form_that_cannot_be_sent(editor, home, council_tax):
    page = make_page(home, payment_type=council_tax)

    shown = parsed(_preview(editor, page, "")).main

    assert shown.select_one("#id_reference") and shown.select_one("#id_amount")
    assert not shown.select("form") and not shown.select("[name=csrfmiddlewaretoken]")


def test_preview_with_errors_shows_what_residents_read_when_they_forget(editor, home, council_tax):
    page = make_page(
        home, payment_type=council_tax, questions=[question("yes_no", "Have you moved?")]
    )

    summary = parsed(_preview(editor, page, "errors")).select_one(".govuk-error-summary")

    assert len(summary.select("li")) == 3
    assert "have you moved?" in summary.get_text().lower()


def test_preview_once_paid_shows_the_words_after_paying(editor, home, council_tax):
    page = make_page(home, payment_type=council_tax, confirmation="<p>Allow two days.</p>")

    shown = parsed(_preview(editor, page, "paid"))

    assert shown.select_one(".govuk-panel--confirmation")
    assert shown.select_one(".ims-rich-text").get_text().strip() == "Allow two days."


def test_preview_once_paid_names_the_price_where_there_is_one(editor, home):
    bins = make_payment_type(
        "bins", fund=make_fund("30"), amount_source=AmountSource.FIXED, price=make_price("61.20")
    )
    page = make_page(home, payment_type=bins)

    assert "£61.20" in words(_preview(editor, page, "paid"))


def test_blank_draft_without_a_payment_type_can_be_previewed(editor, home):
    address = reverse(
        "wagtailadmin_pages:preview_on_add", args=["ims_pages", "paymentpage", home.pk]
    )
    saved = editor.post(address, BLANK).json()
    before = _written()

    assert saved == {"is_valid": True, "is_available": True}
    for mode in STEPS:
        response = editor.get(address, {"mode": mode})
        assert parsed(response).h1.get_text()
        assert not response.cookies
    assert _written() == before


def test_preview_of_questions_never_saved_keeps_them_apart(editor, home):
    page = PaymentPage(title="New", slug="new")
    page.questions = [
        ("short_text", {"label": "First", "hint": "", "required": True}),
        ("short_text", {"label": "Second", "hint": "", "required": True}),
    ]
    page.set_url_path(home)

    shown = parsed(page.make_preview_request(preview_mode=""))

    names = [field["name"] for field in shown.select("main .govuk-input")]
    assert len(names) == len(set(names)) == 4


def test_preview_leaves_the_basket_of_the_editors_own_browser_alone(editor, home, council_tax):
    page = make_page(home, payment_type=council_tax)
    editor.post("/council-tax/", {"reference": "301122331", "amount": "1.00"})
    version = Basket.objects.get().version

    for mode in MODES:
        _preview(editor, page, mode)

    assert Basket.objects.get().version == version
    assert BasketLine.objects.count() == 1


def test_each_step_of_the_questions_is_previewed_by_itself(editor, home, council_tax):
    when = {"question": "Is it new?", "answers": "Yes"}
    page = make_page(
        home,
        payment_type=council_tax,
        questions=[
            question("yes_no", "Is it new?", id="new"),
            {"type": "step", "value": {"heading": "Your bin"}, "id": "s1"},
            question("file", "A photo", id="photo", types=["picture"], only_when=when),
        ],
    )
    assert ("step-2", "Step: Your bin") in page.preview_modes

    first = parsed(_preview(editor, page, ""))
    errors = parsed(_preview(editor, page, "errors"))
    second = parsed(_preview(editor, page, "step-2"))

    assert first.find(attrs={"name": "reference"}) and not first.find(id="id_question-photo")
    assert len(errors.select(".govuk-error-summary__list a")) == 3
    assert second.find(id="id_question-photo") and not second.find(attrs={"name": "reference"})
    assert "Your bin" in second.h1.get_text()
    assert "Is it new?" in words(_preview(editor, page, "check"))
