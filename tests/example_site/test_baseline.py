"""Tests that commit must leave the next test the database that the migrations made."""

import pytest
from wagtail.models import Locale, Page, Site


@pytest.mark.django_db(transaction=True)
def test_a_committing_test_may_delete_what_migrations_wrote():
    Site.objects.all().delete()
    Page.objects.all().delete()
    Locale.objects.all().delete()

    assert not Page.objects.exists()


@pytest.mark.django_db
def test_the_test_after_it_finds_the_site_its_root_page_and_locale():
    site = Site.objects.get(is_default_site=True)

    assert site.root_page.get_parent().is_root()
    assert site.root_page.locale == Locale.objects.get()


@pytest.mark.django_db(transaction=True)
def test_a_committing_test_after_it_finds_them_too():
    assert Site.objects.get().root_page.locale == Locale.objects.get()
