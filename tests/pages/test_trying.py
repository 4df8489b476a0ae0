"""An editor tries a draft out from its form to the receipt, and nothing comes of it."""

import pytest
from django.db import connection
from django.urls import reverse

from tests.checkout.resident import Resident
from tests.factories import make_fund
from tests.pages.making import make_editor, make_page, question


@pytest.fixture
def page(home, council_tax):
    page = make_page(
        home,
        payment_type=council_tax,
        live=False,
        questions=[
            question("short_text", "Garden", id="g"),
            question("file", "A photograph", id="f"),
        ],
        confirmation="<p>Allow two days.</p>",
    )
    page.title = "Not published yet"
    page.save_revision()
    return page


@pytest.fixture
def editor(home, page):
    return trier(home, page.payment_type.fund)


def trier(home, fund, **values):
    """A browser in which an editor is signed in."""
    browser = Resident()
    browser.client.force_login(make_editor(fund=fund, on=home, **values))
    return browser


def written():
    """How many rows of ours this test has written so far."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)"
            " FROM pg_stat_xact_all_tables WHERE relname LIKE 'ims\\_%'"
        )
        return cursor.fetchone()[0]


def start(page):
    return f"{reverse('ims_try_a_page')}?page={page.pk}&step=start"


def test_a_draft_is_tried_from_the_form_to_the_receipt_and_nothing_is_written(editor, page):
    seen = [editor.visit(start(page))]
    before = written()

    def go(**values):
        seen.append(editor.fill_in(seen[-1], **values))
        return seen[-1]

    assert seen[0].title == "Not published yet"
    wrong = go(reference="301122332", amount="45.50")
    assert wrong.errors
    basket = go(reference="301122331", **{"amount": "45.50", "question-g": "Front"})
    assert ("Garden", "Front") in basket.rows()
    seen.append(editor.visit(basket.link("Continue to pay")))
    check = go(email="ada@example.com")
    assert "ada@example.com" in check.text
    assert go().title == "Use a test card"
    declined = go(card="declined")
    assert "No money has been taken" in declined.text
    go()
    paid = go(card="paid")
    assert "Payment complete" in paid.text and "Allow two days." in paid.text
    seen.append(editor.visit(paid.link("View, print or save")))
    assert "This is a test. Nothing was paid." in seen[-1].text
    email = seen[-1].soup.header.find("a", string="See the e-mail")["href"]
    seen.append(editor.visit(email))
    assert "TEST" in seen[-1].soup.h1.get_text() and "£45.50" in seen[-1].soup.get_text()

    for step in seen:
        text = step.soup.get_text()
        assert "This is a test." in text, step.path
        for link in step.soup.select("a[href]"):
            assert link["href"].startswith(("#", "/admin/income/try-a-page/")), link
        for form in step.soup.select("main form"):
            assert not form.get("action"), form
    assert written() == before


def test_later_steps_wait_for_the_first_and_another_page_begins_anew(editor, home, page):
    for step in ("basket", "check", "card", "result", "receipt", "email"):
        assert editor.visit(start(page).replace("start", step)).path.endswith("step=start")
    given = {"reference": "301122331", "amount": "1", "question-g": "Front"}
    assert editor.fill_in(editor.visit(start(page)), **given).title == "Your basket"
    other = make_page(home, payment_type=page.payment_type, slug="other")

    assert editor.visit(start(other).replace("start", "check")).path.endswith("step=start")


def test_only_who_may_change_a_page_tries_it(home, page):
    index = make_page(home, payment_type=page.payment_type, slug="other")
    stranger = trier(index, make_fund("99"), name="stranger")

    answer = stranger.client.get(start(page))

    assert (answer.status_code, answer.url) == (302, "/admin/pages/")


def test_the_editor_leads_there(editor, page):
    edit = editor.visit(reverse("wagtailadmin_pages:edit", args=[page.pk]))

    assert edit.soup.find("a", href=start(page))
