"""Pages and the people who write them, for the tests of this room."""

from typing import Any

from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission, User
from django.http import HttpResponse
from django.test import Client
from django.utils.text import slugify
from wagtail.models import GroupPagePermission, Locale, Page, Site

from example_site.models import HomePage
from ims_wagtail.access.models import GroupFund
from ims_wagtail.funds.models import Fund
from ims_wagtail.pages.models import PaymentIndexPage, PaymentPage


def make_home() -> HomePage:
    """The home page of the default site."""
    home = HomePage(title="Anyborough Council", slug="anyborough")
    Page.objects.get(depth=1).add_child(instance=home)
    Site.objects.filter(is_default_site=True).update(root_page=home)
    return home


def make_index(parent: Page, **values: Any) -> PaymentIndexPage:
    """A published list of payment pages."""
    page = PaymentIndexPage(**{"title": "Pay for it", "slug": "pay-for-it"} | values)
    return parent.add_child(instance=page)


def make_page(parent: Page, **values: Any) -> PaymentPage:
    """A published payment page, or a draft with ``live=False``."""
    page = PaymentPage(**{"title": "Pay your council tax", "slug": "council-tax"} | values)
    return parent.add_child(instance=page)


def make_welsh(page: Page, *, titles: dict[str, str]) -> Page:
    """Translate a page and those above it, published; ``titles`` are those of their slugs."""
    locale, _created = Locale.objects.get_or_create(language_code="cy")
    for english in page.get_ancestors(inclusive=True).filter(depth__gt=1):
        welsh = english.specific.copy_for_translation(locale)
        welsh.title = titles.get(english.slug, english.title)
        welsh.slug = slugify(welsh.title)
        welsh.save_revision().publish()
    welsh.refresh_from_db()
    return welsh


def question(kind: str, label: str, **values: Any) -> dict[str, Any]:
    """One block of extra questions, as it stands in the database."""
    value = {"label": label, "hint": "", "required": True} | values
    return {"type": kind, "value": value, "id": values.pop("id", None) or f"id-{label[:8]}"}


def make_editor(*, fund: Fund | None, on: Page, name: str = "erin", publish: bool = True) -> User:
    """Someone who writes pages under ``on`` and may use the payment types of one fund."""
    group = Group.objects.create(name=f"Editors of {name}")
    codenames = ["access_admin", "view_paymenttype"]
    group.permissions.add(*Permission.objects.filter(codename__in=codenames))
    for action in ("add", "change", *(["publish"] if publish else [])):
        GroupPagePermission.objects.create(group=group, page=on, permission_type=action)
    if fund is not None:
        GroupFund.objects.create(group=group, fund=fund)
    user = User.objects.create_user(name, password="tests-only")
    user.groups.add(group)
    return user


def signed_in(user: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(user)
    return client


def parsed(response: HttpResponse) -> BeautifulSoup:
    """The page as a reader meets it."""
    assert response.status_code == 200, response.status_code
    return BeautifulSoup(response.content, "html.parser")


def words(response: HttpResponse) -> str:
    """All text of the page, spaces made single."""
    return " ".join(parsed(response).get_text(" ").split())
