"""What an editor sees before publishing, and that looking changes nothing."""

import pytest
from django.db import connection
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from ims_wagtail.checkout.models import Basket, BasketLine
from ims_wagtail.funds.enums import AmountSource
from ims_wagtail.funds.models import Fund, PaymentType
from ims_wagtail.pages.models import PaymentPage
from tests.factories import make_fund, make_payment_type, make_price
from tests.pages.making import make_editor, make_page, parsed, question, signed_in, words


MODES = ["", "errors", "paid", "closed"]

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
        "questions": streamfield([("short_text", {"label": "", "hint": ""})]),
        "confirmation": rich_text(""),
        "closed_words": rich_text(""),
        "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0},
    }
)


def _rows() -> dict[str, int]:
    """How many rows each table has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        counts = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts


@pytest.fixture
def editor(home, council_tax):
    """An editor who may use council tax."""
    return signed_in(make_editor(fund=council_tax.fund, on=home))


def _preview(editor, page, mode):
    return editor.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]), {"mode": mode})


@pytest.mark.parametrize("mode", MODES)
def test_preview_writes_nothing_and_sets_no_cookie(editor, home, council_tax, mode):
    page = make_page(
        home,
        payment_type=council_tax,
        questions=[question("short_text", "Garden")],
        confirmation="<p>Allow two days.</p>",
    )
    before = _rows()

    response = _preview(editor, page, mode)

    assert response.status_code == 200
    assert not response.cookies
    assert _rows() == before
    assert {"private", "no-store"} <= {
        part.strip() for part in response["Cache-Control"].split(",")
    }


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


@pytest.mark.parametrize("mode", MODES)
def test_blank_draft_without_a_payment_type_can_be_previewed(editor, home, mode):
    address = reverse(
        "wagtailadmin_pages:preview_on_add", args=["ims_pages", "paymentpage", home.pk]
    )
    saved = editor.post(address, BLANK).json()
    before = _rows()

    response = editor.get(address, {"mode": mode})

    assert saved == {"is_valid": True, "is_available": True}
    assert parsed(response).h1.get_text()
    assert not response.cookies
    assert _rows() == before
    assert not PaymentPage.objects.exists()


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


def test_sample_payment_type_is_never_saved(editor, home):
    page = make_page(home, live=False)

    for mode in MODES:
        assert _preview(editor, page, mode).status_code == 200

    assert not Fund.objects.filter(name="Example fund").exists()
    assert not PaymentType.objects.filter(name="Example payment").exists()
