"""Staff tell methods of payment apart by their colours, and can read their names all the same."""

import pytest
from bs4 import BeautifulSoup
from django.conf import settings

from .people import ALL_FUNDS, logged_in, make_person


LISTS = ["/admin/income/transactions/", "/admin/income/methods-of-payment/"]


def make_clerk():
    permissions = ("ims_ledger.view_transaction", "ims_funds.view_methodofpayment")
    return logged_in(make_person(*permissions, funds=(ALL_FUNDS,)))


def colour(method, background: str = "#2185d0", text: str = "#000000") -> None:
    type(method).objects.update(background_colour=background, text_colour=text)


def cells(response, name: str) -> list:
    """The cells of a list that name a method."""
    page = BeautifulSoup(response.content, "html.parser")
    return [cell for cell in page.select("td") if name in cell.get_text()]


@pytest.mark.django_db
@pytest.mark.parametrize("url", LISTS)
def test_a_list_shows_the_code_in_its_colours_beside_the_name(council, url):
    method = council.method
    colour(method)

    cell, *_others = cells(make_clerk().get(url), method.name)

    assert cell.rect["fill"] == "#2185d0"
    assert cell.find("text")["fill"] == "#000000"
    assert cell.find("text").get_text() == method.code
    assert cell.svg["aria-hidden"] == "true"
    cell.svg.extract()
    assert cell.get_text().strip() == method.name


@pytest.mark.django_db
@pytest.mark.parametrize("url", LISTS)
def test_a_method_without_colours_is_plain(council, url):
    for cell in cells(make_clerk().get(url), council.method.name):
        assert cell.svg is None


@pytest.mark.django_db
@pytest.mark.parametrize("url", LISTS)
def test_what_got_past_the_form_breaks_no_page(council, url):
    colour(council.method, background='"><b>')

    assert cells(make_clerk().get(url), council.method.name)[0].b is None


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("url", LISTS)
def test_the_colours_are_drawn_under_the_strict_policy(council, new_page, live_site, axe, url):
    colour(council.method)
    page = new_page(reduced_motion="reduce")
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": make_clerk().cookies[name].value, "url": live_site}]
    )

    page.goto(live_site + url)

    drawn = page.locator(".ims-code rect").first
    assert drawn.bounding_box()["width"] > 20
    assert drawn.evaluate("rect => getComputedStyle(rect).fill") == "rgb(33, 133, 208)"
    assert not axe(page)
