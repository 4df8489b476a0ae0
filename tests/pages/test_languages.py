"""Pages in Welsh: read, paid on and looked after beside the English ones."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ims_wagtail.checkout.models import Basket
from ims_wagtail.pages.ready import NotReady
from tests.pages.making import (
    make_editor,
    make_index,
    make_page,
    make_welsh,
    parsed,
    signed_in,
    words,
)


ENGLISH, WELSH = "/pay-for-it/council-tax/", "/cy/talu/treth-gyngor/"
FILLED_IN = {"reference": "301122331", "amount": "45.50"}


@pytest.fixture
def english(home, council_tax):
    return make_page(make_index(home), payment_type=council_tax, introduction="<p>Have a bill.</p>")


@pytest.fixture
def welsh(english):
    """The Welsh page, under a Welsh list and a Welsh home page."""
    return make_welsh(english, titles={"pay-for-it": "Talu", "council-tax": "Treth gyngor"})


def switch(client, page, to: str):
    """Choose a language as the form on the page has it."""
    form = page.find("button", value=to).find_parent("form")
    asked = {"language": to, "next": form.find("input", {"name": "next"})["value"]}
    return client.post(form["action"], asked).headers["Location"]


def test_who_starts_on_a_welsh_page_goes_on_in_welsh(client, welsh):
    page = parsed(client.get(WELSH))
    assert page.html["lang"] == "cy"
    assert page.h1.get_text(strip=True) == "Treth gyngor"

    sent = client.post(WELSH, FILLED_IN)

    basket = parsed(client.get(sent.headers["Location"]))
    assert basket.html["lang"] == "cy"
    assert basket.h1.get_text(strip=True) == "Eich basged"
    assert Basket.objects.get().lines.get().page_title == "Treth gyngor"


def test_the_other_language_is_the_page_that_is_written_in_it(client, english, welsh):
    assert switch(client, parsed(client.get(ENGLISH)), "cy") == WELSH
    assert parsed(client.get("/pay/council-tax/")).html["lang"] == "cy"
    # Its own language whatever the reader chose last: nobody wants half of it in another.
    assert parsed(client.get(ENGLISH)).html["lang"] == "en-gb"

    assert switch(client, parsed(client.get(WELSH)), "en-gb") == ENGLISH
    assert parsed(client.get("/pay/council-tax/")).html["lang"] == "en-gb"


def test_a_page_that_is_there_in_english_only_is_filled_in_in_welsh(client, english):
    assert switch(client, parsed(client.get(ENGLISH)), "cy") == ENGLISH

    page = parsed(client.get(ENGLISH))
    assert page.html["lang"] == "cy"
    assert page.h1.get_text(strip=True) == "Pay your council tax"
    assert "Parhau" in page.main.get_text()


def test_lists_are_kept_apart_by_caches(client, welsh):
    answer = client.get("/cy/talu/")

    assert {"Cookie", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))
    assert "Treth gyngor" in words(answer)
    assert "Pay your council tax" not in words(answer)


def test_the_welsh_page_follows_when_the_english_one_is_published(english, welsh):
    welsh.title = "Drafft"
    welsh.save_revision()
    english.refresh_from_db()
    english.paused = True
    english.closes_at = timezone.now().replace(microsecond=0) + timedelta(days=9)

    english.save_revision()
    welsh.refresh_from_db()
    assert not welsh.paused, "a draft says nothing yet"
    english.save_revision().publish()

    welsh.refresh_from_db()
    assert (welsh.paused, welsh.closes_at) == (True, english.closes_at)
    draft = welsh.get_latest_revision_as_object()
    assert (draft.title, draft.paused, draft.closes_at) == ("Drafft", True, english.closes_at)


def test_an_editor_changes_what_is_shared_on_the_english_page_only(home, welsh, council_tax):
    editor = make_editor(fund=council_tax.fund, on=home.get_parent())
    client = signed_in(editor)
    address = f"/admin/pages/{welsh.pk}/edit/"

    form = parsed(client.get(address))
    field = form.find("select", {"name": "payment_type"})
    assert field.has_attr("disabled")
    assert "Set on “Pay your council tax”" in form.get_text()
    assert form.find("input", {"name": "paused"}).has_attr("disabled")


def test_nobody_pays_more_for_reading_welsh(home, english, welsh, council_tax):
    def suggest(page, *amounts):
        page.refresh_from_db()
        lines = [{"type": "item", "value": amount, "id": f"a{amount}"} for amount in amounts]
        page.amount = [{"type": "suggestions", "value": {"amounts": lines}, "id": "s"}]
        return page.save_revision()

    suggest(english, "5.00", "10.00").publish()

    with pytest.raises(NotReady, match="not those of “Pay your council tax”"):
        suggest(welsh, "5.00", "20.00").publish()
    suggest(welsh, "5.00", "10.00").publish()
