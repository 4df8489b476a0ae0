"""The home page and the lists of payment pages."""

from datetime import date

from wagtail.models import PageViewRestriction

from example_site.models import StandardPage
from tests.pages.making import make_index, make_page, parsed, words


def _links(response) -> dict[str, str]:
    return {link.get_text(): link["href"] for link in parsed(response).select("main a")}


def test_list_names_live_public_pages_with_the_start_of_their_introduction(
    client, home, council_tax
):
    index = make_index(home, introduction="<p>Have your card ready.</p>")
    introduction = "<h2>First</h2><p>For <b>this</b> year.</p>"
    make_page(index, payment_type=council_tax, introduction=introduction)
    make_page(index, title="Draft", slug="draft", live=False)
    private = make_page(index, title="Private", slug="private", payment_type=council_tax)
    PageViewRestriction.objects.create(page=private, restriction_type="login")

    response = client.get("/pay-for-it/")

    assert _links(response) == {"Pay your council tax": "/pay-for-it/council-tax/"}
    assert "For this year." in words(response)
    assert "Have your card ready." in words(response)


def test_list_shows_what_was_written_for_search_engines_first(client, home, council_tax):
    make_page(
        make_index(home),
        payment_type=council_tax,
        introduction="<p>Long story</p>",
        search_description="Pay it here",
    )

    assert "Pay it here" in words(client.get("/pay-for-it/"))
    assert "Long story" not in words(client.get("/pay-for-it/"))


def test_empty_list_says_so(client, home):
    make_index(home)

    assert "Nothing can be paid online at the moment." in words(client.get("/pay-for-it/"))


def test_home_page_leads_to_every_service_and_to_the_small_print(client, home, council_tax):
    index = make_index(home)
    make_page(index, payment_type=council_tax)
    make_page(home, title="Bins", slug="bins", payment_type=council_tax)
    home.add_child(instance=StandardPage(title="Privacy", slug="privacy", body="<p>Words</p>"))

    response = client.get("/")

    assert _links(response) == {
        "Pay for it": "/pay-for-it/",
        "Pay your council tax": "/pay-for-it/council-tax/",
        "Bins": "/bins/",
        "Privacy": "/privacy/",
    }
    small_print = parsed(response).select_one("main nav[aria-labelledby]")
    assert [link.get_text() for link in small_print.select("a")] == ["Privacy"]


def test_home_page_shows_nothing_below_a_page_that_is_not_live(client, home, council_tax):
    make_page(make_index(home, live=False), payment_type=council_tax)

    assert _links(client.get("/")) == {}


def test_standard_page_shows_its_words_and_when_they_were_written(client, home):
    page = StandardPage(
        title="Privacy", slug="privacy", body="<p>We keep little.</p>", updated=date(2026, 3, 1)
    )
    home.add_child(instance=page)

    shown = words(client.get("/privacy/"))

    assert "We keep little." in shown
    assert "Last updated 1 March 2026" in shown
