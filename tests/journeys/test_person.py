"""What watches over the journeys must be able to fail, or they prove less than they say."""

import pytest

from .person import Person
from .ways import KEYBOARD, PHONE


pytestmark = pytest.mark.browser

SITE = "http://site.test"


@pytest.fixture
def show(new_page):
    """Return a function that brings somebody to a page of our making."""

    def visit(body: str, way, style: str = "") -> Person:
        page = new_page(**way.options)
        html = (
            "<!doctype html><html lang='en-gb'><title>Rent – Anyborough Council</title>"
            f"<style>{style}</style><main><h1>Rent</h1>{body}</main></html>"
        )
        page.route(f"{SITE}/", lambda route: route.fulfill(body=html, content_type="text/html"))
        person = Person(page, site=SITE, way=way)
        person.open("/")
        return person

    return visit


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("<p style='width: 400px'>Wide</p>", "scrolls sideways"),
        ("<h3>Skipped a level</h3>", "Rent"),
        ("<div class='govuk-error-summary'></div>", "Rent"),
        ("<p id='a'></p><p id='a'></p>", "Rent"),
    ],
)
def test_a_page_that_is_not_well_made_is_noticed(show, body, complaint):
    person = show(body, PHONE)

    with pytest.raises(AssertionError, match=complaint):
        person.sees("Rent")


def test_a_focus_that_can_not_be_seen_is_noticed(show):
    link = "<a href='/'>Pay</a>"
    show(link, KEYBOARD).tab()

    person = show(link, KEYBOARD, style="a:focus { outline: none }")

    with pytest.raises(AssertionError, match="focus can't be seen"):
        person.tab()


def test_what_the_keyboard_does_not_reach_is_noticed(show):
    person = show("<a href='/' tabindex='-1'>Pay</a>", KEYBOARD)

    with pytest.raises(AssertionError, match="can't be reached by keyboard"):
        person.follow("Pay")
