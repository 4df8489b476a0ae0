"""The page around every public screen, and the council's own details on it."""

import pytest
from bs4 import BeautifulSoup
from django.conf import global_settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Site

from ims_wagtail.ui.colour import contrast
from ims_wagtail.ui.council import forget_council
from ims_wagtail.ui.models import CouncilDetails


pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.ui.samples")]
ADDRESS = "/pay/every-question/"


@pytest.fixture(autouse=True)
def _uploads_are_thrown_away(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def details() -> CouncilDetails:
    return CouncilDetails.objects.create(
        site=Site.objects.get(is_default_site=True),
        name="Anyborough <Council>",
        brand_colour="#5b1f69",
        address="Town Hall\nAnyborough",
        contact_email="help@anyborough.example",
        website="https://anyborough.example",
    )


def page_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def test_the_page_names_itself_and_the_council(client, details):
    page = page_of(client.get(ADDRESS))

    assert page.title.string == "Every question – Anyborough <Council>"
    assert page.html["lang"] == "en-gb"
    assert page.select_one(".govuk-generic-header a").string == "Anyborough <Council>"
    assert page.select_one("footer address").get_text().split("\n")[1:] == [
        "Town Hall",
        "Anyborough",
    ]
    assert page.find("a", href="mailto:help@anyborough.example")


def test_the_title_says_first_when_something_is_wrong(client, details):
    page = page_of(client.post(ADDRESS, {}))

    assert page.title.string == "Error: Every question – Anyborough <Council>"
    summary = page.select_one("main > .govuk-error-summary")
    assert summary.select_one("[role=alert] h2").string == "There is a problem"
    assert summary.find_next("h1").string == "Every question"


def test_the_skip_link_leads_to_the_main_part(client):
    page = page_of(client.get(ADDRESS))

    skip = page.body.find("a")
    assert skip["href"] == "#main-content"
    assert page.find(id="main-content").name == "main"


def test_no_page_holds_an_inline_script_or_style(client, details):
    page = page_of(client.get(ADDRESS))

    assert all(script.get("src") for script in page.find_all("script"))
    assert not page.find_all("style")
    assert not page.find_all(style=True)
    assert not [e for e in page.find_all(True) if any(a.startswith("on") for a in e.attrs)]


def test_a_site_without_details_still_has_pages(client):
    page = page_of(client.get(ADDRESS))

    assert page.title.string == "Every question"
    assert not page.find("link", href=lambda href: "theme.css" in href)


def test_a_page_asks_for_the_site_its_details_and_its_notices_once_and_then_nothing(
    client, details, django_assert_num_queries
):
    details.logo = get_image_model().objects.create(title="Arms", file=get_test_image_file())
    details.save()
    client.get(ADDRESS)  # Makes the logo's small version, which is remembered.
    forget_council()

    with django_assert_num_queries(3):
        client.get(ADDRESS)
    with django_assert_num_queries(0):
        client.get(ADDRESS)


def test_a_logo_takes_the_place_of_the_name_and_says_it(client, details):
    details.logo = get_image_model().objects.create(title="Arms", file=get_test_image_file())
    details.save()

    logo = page_of(client.get(ADDRESS)).select_one("img.ims-logo")

    assert logo["alt"] == "Anyborough <Council>"
    assert logo["src"].startswith("/media/")


def test_deleting_the_logo_leaves_the_details(details):
    details.logo = get_image_model().objects.create(title="Arms", file=get_test_image_file())
    details.save()

    details.logo.delete()

    details.refresh_from_db()
    assert details.logo is None


def test_the_language_can_be_changed_and_is_remembered(client):
    nav = page_of(client.get(ADDRESS + "?a=1")).find("nav", {"aria-label": "Language"})
    assert nav.select_one("[aria-current]").string == "English"
    form = nav.form

    response = client.post(
        form["action"],
        {"language": form.button["value"], "next": form.find("input", {"name": "next"})["value"]},
    )

    assert response.headers["Location"] == ADDRESS + "?a=1"
    assert page_of(client.get(ADDRESS)).html["lang"] == "cy"


def test_a_site_that_chose_no_languages_offers_none_instead_of_a_hundred(client, settings):
    settings.LANGUAGES = global_settings.LANGUAGES

    assert page_of(client.get(ADDRESS)).find("nav", {"aria-label": "Language"}) is None


def test_changing_the_language_leads_nowhere_else(client):
    response = client.post(
        reverse("ims_ui:language"), {"language": "cy", "next": "https://elsewhere.example/"}
    )

    assert response.headers["Location"] == "/"


def test_a_page_without_a_form_of_its_own_sets_no_cookie(client):
    response = client.get("/no-such-page/")

    assert response.status_code == 404
    assert not response.cookies


def test_the_colours_are_a_stylesheet_with_an_address_of_its_own(client, details):
    link = page_of(client.get(ADDRESS)).find("link", href=lambda href: "theme.css" in href)

    response = client.get(link["href"])

    assert link["href"].endswith("?v=5b1f69")
    assert response.headers["Content-Type"].startswith("text/css")
    assert response.content == b":root{--ims-brand:#5b1f69}"
    assert "public" in response.headers["Cache-Control"]


def test_unchanged_colours_are_not_sent_again(client, details):
    etag = client.get(reverse("ims_ui:theme")).headers["ETag"]

    again = client.get(reverse("ims_ui:theme"), headers={"If-None-Match": etag})

    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize("colour", ["#ffdd00", "#777777", "#00a33b"])
def test_a_colour_too_faint_for_white_text_is_refused(details, colour):
    details.brand_colour = colour

    with pytest.raises(ValidationError) as caught:
        details.full_clean()

    (message,) = caught.value.message_dict["brand_colour"]
    assert colour in message
    assert "at least 4.5 to 1" in message


@pytest.mark.parametrize("colour", ["red", "#12345", "#1d4f7c}body{display:none", "#1d4f7c\n"])
def test_what_is_no_colour_is_refused(details, colour):
    details.brand_colour = colour

    with pytest.raises(ValidationError, match="Enter a colour as #"):
        details.full_clean(exclude=["site"])


@pytest.mark.parametrize("colour", ["#1d4f7c", "#767676", "#5B1F69"])
def test_a_readable_colour_is_taken(details, colour):
    details.brand_colour = colour

    details.full_clean()


def test_contrast_is_measured_as_wcag_measures_it():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#ffffff") == 1
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_an_editor_changes_the_details_in_the_settings(admin_client):
    site = Site.objects.get(is_default_site=True)
    address = reverse("wagtailsettings:edit", args=["ims_ui", "councildetails", site.pk])

    refused = admin_client.post(address, {"name": "Anyborough", "brand_colour": "#ffdd00"})
    admin_client.post(address, {"name": "Anyborough Council", "brand_colour": "#1d4f7c"})

    assert "too faint to read" in refused.content.decode()
    assert CouncilDetails.for_site(site).brand_colour == "#1d4f7c"


def test_a_missing_page_is_in_the_councils_look(client, details):
    response = client.get("/no-such-page/")

    page = page_of(response)
    assert response.status_code == 404
    assert page.h1.string == "Page not found"
    assert page.select_one(".govuk-generic-header a").string == "Anyborough <Council>"


def test_the_page_of_an_error_needs_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        page = BeautifulSoup(render_to_string("500.html"), "html.parser")

    assert page.h1.string == "Sorry, there is a problem"
    assert "do not pay again" in page.main.get_text()


def test_pages_of_a_list_link_to_each_other_and_keep_the_search():
    from django.core.paginator import Paginator
    from django.template import engines

    request = RequestFactory().get("/", {"q": "a&b", "page": "2"})
    template = engines["django"].from_string(
        "{% load ims_govuk %}{% govuk_pagination few %}{% govuk_pagination many %}"
    )
    context = {
        "few": Paginator([1], 10).get_page(1),
        "many": Paginator(range(100), 10).get_page(2),
    }

    nav = BeautifulSoup(template.render(context, request), "html.parser").find_all("nav")

    assert len(nav) == 1
    assert nav[0].find("a", rel="next")["href"] == "?q=a%26b&page=3"
    assert nav[0].find("a", {"aria-current": "page"})["aria-label"] == "Page 2"
    assert nav[0].select_one(".govuk-pagination__item--ellipsis")


def test_the_page_speaks_welsh_to_assistive_technology_too(client):
    with translation.override("cy"):
        page = page_of(client.get(ADDRESS, headers={"Accept-Language": "cy"}))

    assert page.html["lang"] == "cy"
    assert page.select_one("nav [aria-current]").string == "Cymraeg"
