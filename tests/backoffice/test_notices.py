"""Messages of the day: written in London time, read by whom they are for while they last."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.test import Client
from wagtail.models import Site

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.ui.models import Notice
from tests.staff.people import logged_in, make_person


pytestmark = pytest.mark.django_db

#: British summer time: clocks in London say 10:00.
NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
ADD = "/admin/income/messages/new/"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def site():
    return Site.objects.get(is_default_site=True)


def make_notice(site, text="Phones are down.", **values) -> Notice:
    return Notice.objects.create(
        **{"site": site, "text": text, "starts": NOW - timedelta(hours=1)} | values
    )


def read(client, path="/pay/basket/") -> list[str]:
    page = BeautifulSoup(client.get(path).content, "html.parser")
    return [" ".join(found.text.split()) for found in page.select("[class*=ims-notice--]")]


def test_residents_read_it_on_a_page_of_payment(client, site):
    make_notice(site, severity="warning")
    make_notice(site, "For staff only.", audience="staff")

    assert read(client) == ["Warning: Phones are down."]


def test_the_worst_stands_first(client, site):
    make_notice(site, "One", severity="information")
    make_notice(site, "Two", severity="error")

    assert read(client) == ["Error: Two", "Important: One"]


def test_it_comes_and_goes_on_the_minute_though_pages_remember_it(client, site):
    make_notice(site, starts=NOW + timedelta(seconds=5), ends=NOW + timedelta(seconds=8))

    assert read(client) == []
    with time_machine.travel(NOW + timedelta(seconds=5), tick=False):
        assert read(client) == ["Important: Phones are down."]
    with time_machine.travel(NOW + timedelta(seconds=8), tick=False):
        assert read(client) == []


def test_welsh_pages_have_welsh_words_or_say_that_the_words_are_english(client, site):
    make_notice(site, text_cy="Mae'r ffonau i lawr.")
    make_notice(site, "Offices are shut.")
    client.cookies["django_language"] = "cy"

    page = BeautifulSoup(client.get("/pay/basket/").content, "html.parser")

    words = {" ".join(p.text.split()) for p in page.select(".ims-notice--information p")}
    assert words == {"Pwysig: Mae'r ffonau i lawr.", "Pwysig: Offices are shut."}
    assert [found.text for found in page.select(".ims-notice--information [lang=en]")] == [
        "Offices are shut."
    ]


def test_what_is_typed_is_shown_and_never_run(client, site):
    make_notice(site, "<script>alert(1)</script> & more\nsecond line")

    page = BeautifulSoup(client.get("/pay/basket/").content, "html.parser")
    notice = page.select_one(".ims-notice--information p")

    assert notice.script is None
    assert "<script>alert(1)</script> & more" in notice.text
    assert notice.br is not None


def test_each_site_has_its_own(client, site):
    other = Site.objects.create(hostname="127.0.0.1", port=80, root_page=site.root_page)
    make_notice(other, "Elsewhere.")

    assert read(client) == []
    assert read(Client(headers={"host": "127.0.0.1"})) == ["Important: Elsewhere."]


def test_a_second_page_asks_nothing_for_it(client, site, django_assert_num_queries):
    make_notice(site)
    client.get("/pay/basket/")
    with django_assert_num_queries(0):
        assert read(client) == ["Important: Phones are down."]


def test_staff_read_theirs_at_home_and_on_the_dashboard(site):
    make_notice(site, "Year end tonight.", audience="staff", severity="error")
    make_notice(site)
    person = logged_in(make_person("ims_ledger.view_transaction", funds=(None,)))

    for path in ("/admin/", "/admin/income/"):
        page = BeautifulSoup(person.get(path).content, "html.parser")
        blocks = [" ".join(block.text.split()) for block in page.select(".help-critical")]
        assert blocks == ["Error: Year end tonight."]
        assert "Phones are down." not in page.text


def typed(site, **values) -> dict:
    return {
        "site": site.pk,
        "audience": "residents",
        "severity": "information",
        "text": "Offices are shut.",
        "starts": "2026-07-01T10:00",
        "ends": "",
        **values,
    }


def test_times_are_those_of_clocks_in_london_whatever_the_readers_profile_says(client, site):
    person = make_person("ims_ui.add_notice", "ims_ui.change_notice", name="manager")
    from wagtail.users.models import UserProfile

    UserProfile.objects.create(user=person, current_time_zone="America/New_York")
    manager = logged_in(person)

    assert manager.post(ADD, typed(site, ends="2026-07-01T17:30")).status_code == 302

    notice = Notice.objects.get()
    assert (notice.starts, notice.ends) == (NOW, datetime(2026, 7, 1, 16, 30, tzinfo=UTC))
    form = BeautifulSoup(
        manager.get(f"/admin/income/messages/edit/{notice.pk}/").content, "html.parser"
    )
    box = form.select_one("input[name=ends]")
    assert (box["type"], box["value"]) == ("datetime-local", "2026-07-01T17:30")
    assert read(client) == ["Important: Offices are shut."]
    assert AuditEntry.objects.get().action == "create"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("ends", "2026-07-01T10:00", "later than the start"),
        ("ends", "2026-03-29T01:30", "interpreted in time zone"),
        ("starts", "tomorrow", "Enter a valid date/time"),
        ("starts", "", "required"),
        ("text", "  ", "required"),
        ("text", "ŵ" * 501, "at most 500"),
        ("severity", "dreadful", "valid choice"),
    ],
)
def test_what_makes_no_sense_is_refused_with_words(site, field, value, said):
    admin = logged_in(User.objects.create_superuser("root"))

    page = admin.post(ADD, typed(site, **{field: value}))

    assert page.status_code == 200
    assert said in str(page.context_data["form"].errors)
    assert not Notice.objects.exists()


def test_the_database_refuses_an_end_before_the_start_as_well(site):
    with pytest.raises(IntegrityError):
        make_notice(site, ends=NOW - timedelta(hours=2))
