"""Who can move money in which fund, whether they still do, and who holds both halves of a duty."""

import csv
import io

import pytest
from django.contrib.auth.models import Permission, User

from ims_wagtail.access import audit
from ims_wagtail.access.duties import DUTIES, TASKS, conflicts
from ims_wagtail.access.models import AuditEntry
from tests.staff.council import make_council
from tests.staff.people import ALL_FUNDS, logged_in, make_group, make_person
from tests.staff.screens import table


pytestmark = pytest.mark.django_db

REVIEW = "/admin/income/access-review/"
VIEW, EXPORT = "ims_access.view_staffprofile", "ims_access.export_staffprofile"
ASK, APPROVE = DUTIES[0].ask, DUTIES[0].approve


@pytest.fixture
def council(db):
    return make_council()


def test_it_names_only_permissions_that_exist():
    known = {
        f"{app}.{codename}"
        for app, codename in Permission.objects.values_list("content_type__app_label", "codename")
    }
    named = {*TASKS, *(half for duty in DUTIES for half in (duty.ask, duty.approve))}
    assert named - known == set()


def test_each_task_stands_with_its_funds_and_when_it_was_last_used(council):
    fund = council.alpha.fund
    colin = make_person("ims_payments.check_attempt", funds=(fund,), name="colin")
    audit.record(
        user=colin, action="check payment", obj=council.alpha.attempt, fund=fund, after={"a": 1}
    )
    make_person("ims_payments.check_attempt", name="nowhere")  # a permission, and no fund for it
    User.objects.create_superuser("root")

    rows = table(logged_in(make_person(VIEW, funds=(ALL_FUNDS,))).get(REVIEW))

    assert [(row["User name"], row["May"], row["Funds"]) for row in rows] == [
        ("root", "Everything: an administrator", "All funds"),
        ("colin", "Ask the provider and settle a payment", "AA"),
    ]
    assert rows[1]["Last used"] != "–" and rows[0]["Last used"] == "–"
    assert rows[1]["Last sign-in"] == "–"


def test_a_reader_of_one_fund_learns_nothing_of_another(council):
    make_person("ims_funds.change_fund", funds=(council.bravo.fund,), name="colin")
    make_person(
        "ims_funds.change_fund", funds=(council.alpha.fund, council.bravo.fund), name="asha"
    )

    rows = table(logged_in(make_person(VIEW, funds=(council.alpha.fund,))).get(REVIEW))

    assert [(row["User name"], row["Funds"]) for row in rows] == [("asha", "AA")]


def test_the_file_holds_the_same_and_has_a_permission_of_its_own(council):
    make_person("ims_funds.change_fund", funds=(ALL_FUNDS,), name="=colin")
    reader = make_person(VIEW, funds=(ALL_FUNDS,))
    assert logged_in(reader).get(f"{REVIEW}?export=csv").status_code == 302

    exporter = make_person(VIEW, EXPORT, funds=(ALL_FUNDS,), name="exporter")
    answer = logged_in(exporter).get(f"{REVIEW}?export=csv")

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["User name"], row["May"], row["Funds"]) for row in rows] == [
        ("'=colin", "Change funds", "All funds")
    ]
    assert AuditEntry.objects.filter(user_name="exporter", action="export").exists()


def test_both_halves_in_one_fund_are_a_conflict_through_whichever_groups(council):
    alpha, bravo = council.alpha.fund, council.bravo.fund
    both = make_person(ASK, funds=(alpha, bravo), name="both")
    both.groups.add(make_group(APPROVE, funds=(bravo,)))
    apart = make_person(ASK, funds=(alpha,), name="apart")
    apart.groups.add(make_group(APPROVE, funds=(bravo,)))
    gone = make_person(ASK, APPROVE, funds=(ALL_FUNDS,), name="gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)

    (found,) = conflicts()

    assert (found.user, found.duty) == (both, DUTIES[0])
    assert (found.scope.every, found.scope.fund_ids) == (False, {bravo.pk})
    page = logged_in(make_person(VIEW, funds=(ALL_FUNDS,))).get(REVIEW).content.decode()
    assert "both: Changing prices (BB)" in page
    page = logged_in(make_person(VIEW, funds=(alpha,))).get(REVIEW).content.decode()
    assert "Nobody holds both." in page


def test_the_usual_roles_give_nobody_both(council):
    from django.contrib.auth.models import Group
    from django.core.management import call_command

    call_command("ims_roles", stdout=io.StringIO())
    for group in Group.objects.all():
        User.objects.create_user(group.name).groups.add(group)

    assert conflicts() == []


def test_the_review_asks_as_often_for_many_people_as_for_few(council, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = logged_in(make_person(VIEW, funds=(ALL_FUNDS,)))
    make_person(*TASKS, funds=(council.alpha.fund,))
    client.get(REVIEW)
    with CaptureQueriesContext(connection) as few:
        client.get(REVIEW)
    for _ in range(25):
        make_person(*TASKS, ASK, APPROVE, funds=(council.alpha.fund, council.bravo.fund))

    with django_assert_num_queries(len(few)):
        client.get(REVIEW)
