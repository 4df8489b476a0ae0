"""Lists that people keep under a name."""

import pytest

from ims_wagtail.access.models import AuditEntry, SavedList

from .people import ALL_FUNDS, logged_in, make_person
from .screens import read


pytestmark = pytest.mark.django_db

LIST = "/admin/income/transactions/"
SAVE = "/admin/income/saved-lists/save/"


@pytest.fixture
def officer(council):
    return logged_in(make_person("ims_ledger.view_transaction", funds=(ALL_FUNDS,)))


@pytest.fixture
def colleague(council):
    return logged_in(make_person("ims_ledger.view_transaction", funds=(ALL_FUNDS,)))


def save(client, name="Large refunds", query="kind=refund&amount_between_from=500", **more):
    values = {"screen": "ims_transactions:index", "name": name, "query": query}
    return client.post(SAVE, values | more, follow=True)


def test_a_list_is_kept_as_it_is_narrowed_and_opened_again(officer):
    shown = save(officer)
    assert "List saved as “Large refunds”" in shown.content.decode()
    link = read(officer.get(LIST)).links["Large refunds"]
    assert link == f"{LIST}?kind=refund&amount_between_from=500"
    assert officer.get(link).status_code == 200
    assert AuditEntry.objects.filter(action="save list").count() == 1


def test_the_page_that_was_being_read_is_no_part_of_what_is_kept(officer):
    save(officer, query="kind=refund&after=2026-01-01_5&export=csv&last=1")
    assert SavedList.objects.get().query == "kind=refund"


def test_the_same_name_again_replaces_the_list(officer):
    save(officer)
    save(officer, query="kind=import")
    assert SavedList.objects.get().query == "kind=import"


def test_a_list_is_one_s_own_unless_it_is_shared(officer, colleague):
    save(officer, name="Mine")
    save(officer, name="Ours", shared="on")
    links = read(colleague.get(LIST)).links
    assert "Ours" in links
    assert "Mine" not in links


def test_nobody_removes_another_s_list(officer, colleague):
    save(officer, shared="on")
    address = f"/admin/income/saved-lists/{SavedList.objects.get().pk}/remove/"
    assert colleague.post(address).status_code == 404
    assert officer.post(address).status_code == 302
    assert not SavedList.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_name_that_is_missing_or_too_long_is_refused_in_words(officer, name):
    shown = save(officer, name=name)
    assert "The list was not saved." in shown.content.decode()
    assert not SavedList.objects.exists()


@pytest.mark.parametrize(
    "screen", ["", "wagtailadmin_home", "https://elsewhere.example/", "ims_nothing:index"]
)
def test_nothing_but_a_list_of_ours_can_be_kept(officer, screen):
    assert save(officer, screen=screen).status_code == 404
    assert not SavedList.objects.exists()
