"""Income → Set-up → People."""

from datetime import UTC, datetime

import pytest
import time_machine

from ims_wagtail.access.models import AuditEntry, StaffProfile
from ims_wagtail.access.people import methods_for, offices_for
from tests.factories import make_method, make_office
from tests.staff.council import make_council
from tests.staff.people import ALL_FUNDS, logged_in, make_group, make_person
from tests.staff.screens import table


pytestmark = pytest.mark.django_db

MAY = ("ims_access.view_staffprofile", "ims_access.change_staffprofile")
LIST = "/admin/income/people/"


def address_of(person) -> str:
    return f"{LIST}edit/{StaffProfile.objects.get(user=person).pk}/"


def test_the_list_tells_who_works_where_and_when_their_account_runs_out():
    with time_machine.travel(datetime(2026, 11, 20, 9, 0, tzinfo=UTC), tick=False):
        colin = make_person(name="colin", funds=(ALL_FUNDS,))
        colin.first_name, colin.last_name = "Colin", "Carter"
        colin.save()
        StaffProfile.objects.filter(user=colin).update(office=make_office(), expiry_days=30)
        page = logged_in(make_person(*MAY, name="manager")).get(LIST)

    row = next(row for row in table(page) if row["User name"] == "colin")
    assert row["Person"] == "Colin Carter"
    assert row["Office"] == "CS Customer services"
    assert row["Funds"] == "All funds"
    assert row["Disabled when unused until"] == "20 Dec 2026, 09:00"


def test_funds_are_named_only_where_the_reader_works_too():
    council = make_council()
    both = make_person(name="both", funds=(council.alpha.fund, council.bravo.fund))
    manager = make_person(*MAY, funds=(council.alpha.fund,))

    rows = table(logged_in(manager).get(LIST))

    assert next(row["Funds"] for row in rows if row["User name"] == both.username) == "AA"


def test_what_a_person_may_use_is_ticked_and_audited():
    colin, manager = make_person(name="colin"), make_person(*MAY, name="manager")
    office, method = make_office(), make_method()
    assert not offices_for(colin).exists() and not methods_for(colin).exists()

    logged_in(manager).post(
        address_of(colin), {"offices": [office.pk], "methods": [method.pk], "expiry_days": "60"}
    )

    assert list(offices_for(colin)) == [office]
    assert list(methods_for(colin)) == [method]
    entry = AuditEntry.objects.get()
    assert (entry.user_name, entry.action) == ("manager", "change")
    assert (entry.before["offices"], entry.after["offices"]) == ([], [str(office)])
    assert (entry.before["expiry_days"], entry.after["expiry_days"]) == (90, 60)


@pytest.mark.parametrize("days", ["0", "-1", "", "99999", "a while"])
def test_days_that_make_no_sense_are_refused(days):
    colin, manager = make_person(name="colin"), make_person(*MAY)

    page = logged_in(manager).post(address_of(colin), {"expiry_days": days})

    assert page.status_code == 200
    assert page.context_data["form"].errors.get("expiry_days")
    assert StaffProfile.objects.get(user=colin).expiry_days == 90


def test_the_list_asks_as_often_for_many_people_as_for_few(django_assert_max_num_queries):
    client = logged_in(make_person(*MAY, funds=(ALL_FUNDS,)))
    client.get(LIST)
    for number in range(40):
        person = make_person(name=f"person {number:02}", funds=(ALL_FUNDS,))
        person.groups.add(make_group())

    with django_assert_max_num_queries(20):
        client.get(LIST)
