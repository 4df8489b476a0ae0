"""The council's details are remembered for a moment, and never shown stale where they changed."""

import pytest
from django.test import RequestFactory
from wagtail.models import Site

from ims_wagtail.ui.council import council_for
from ims_wagtail.ui.models import CouncilDetails


pytestmark = pytest.mark.django_db


def details(name: str) -> CouncilDetails:
    site = Site.objects.get(is_default_site=True)
    return CouncilDetails.objects.create(site=site, name=name)


def test_a_second_page_asks_the_database_nothing(django_assert_num_queries):
    details("Anyborough Council")
    council_for(RequestFactory().get("/"))

    with django_assert_num_queries(0):
        assert council_for(RequestFactory().get("/")).name == "Anyborough Council"


def test_a_changed_name_shows_with_the_next_page():
    kept = details("Anyborough Council")
    council_for(RequestFactory().get("/"))
    kept.name = "Anyborough City Council"
    kept.save()

    assert council_for(RequestFactory().get("/")).name == "Anyborough City Council"


def test_each_host_has_the_details_of_its_own_site():
    kept = details("Anyborough Council")
    other = Site.objects.create(hostname="127.0.0.1", port=80, root_page=kept.site.root_page)
    CouncilDetails.objects.create(site=other, name="Otherham Council")

    assert council_for(RequestFactory().get("/")).name == "Anyborough Council"
    there = RequestFactory().get("/", headers={"host": "127.0.0.1"})
    assert council_for(there).name == "Otherham Council"
