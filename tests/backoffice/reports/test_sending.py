"""Reports that are kept under a name and sent."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from ims_wagtail.access.models import AuditEntry, GroupFund
from ims_wagtail.backoffice.reports.models import Frequency, ReportResult, SavedReport
from ims_wagtail.backoffice.reports.sending import due_on, make, send_reports
from ims_wagtail.notifications.models import Message
from ims_wagtail.notifications.services import send_due
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import read, table

from .book import at, write_spring
from .test_screens import SEE, SPRING, TAKE, words


FIRST_OF_APRIL = date(2025, 4, 1)


@pytest.fixture
def owner(book):
    write_spring(book)
    person = make_person(SEE, TAKE, funds=(ALL_FUNDS,), name="olive")
    person.email = "olive@example.org"
    person.save()
    return person


@pytest.fixture
def saved(owner):
    return SavedReport.objects.create(
        owner=owner,
        report="by-fund",
        name="Month by fund",
        query="period=last_month",
        frequency=Frequency.MONTHLY,
        saved_at=at(3, 15),
    )


def sent_on(day: date) -> list[ReportResult]:
    """Run the command's work of a day, and that of the worker after it."""
    send_reports(day)
    for result in ReportResult.objects.filter(made_at=None):
        make(result_id=result.pk)
    return list(ReportResult.objects.order_by("due_on"))


def allow_only(person, *funds) -> None:
    """Let a person's group work in these funds only."""
    group = Group.objects.get(user=person)
    GroupFund.objects.filter(group=group).delete()
    for fund in funds:
        GroupFund.objects.create(group=group, fund=fund)


def test_a_report_is_saved_listed_opened_and_removed_by_its_owner_alone(owner):
    olive, other = logged_in(owner), logged_in(make_person(SEE, funds=(ALL_FUNDS,)))
    asked = {"report": "by-fund", "query": SPRING, "name": "Spring", "frequency": "weekly"}

    olive.post("/admin/income/reports/save/", asked)
    olive.post("/admin/income/reports/save/", asked | {"frequency": "daily"})  # replaces it

    (row,) = table(olive.get("/admin/income/reports/"))
    assert (row["Name"], row["Report"], row["Sent by e-mail"]) == ("Spring", "By fund", "Every day")
    link = read(olive.get("/admin/income/reports/")).links["Spring"]
    assert "£108.00" in words(olive.get(link))
    assert not table(other.get("/admin/income/reports/"))
    kept = SavedReport.objects.get()
    assert other.post(f"/admin/income/reports/saved/{kept.pk}/remove/").status_code == 404
    olive.post(f"/admin/income/reports/saved/{kept.pk}/remove/")
    assert not SavedReport.objects.exists()
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["save report", "save report", "remove saved report"]


def test_nothing_nameless_or_unknown_is_saved(owner):
    olive = logged_in(owner)

    nameless = olive.post("/admin/income/reports/save/", {"report": "by-fund", "query": SPRING})
    unknown = olive.post("/admin/income/reports/save/", {"report": "everything", "name": "All"})

    assert nameless.url.startswith("/admin/income/reports/by-fund/?period=between")
    assert unknown.status_code == 404
    assert not SavedReport.objects.exists()


def test_it_is_sent_once_with_a_link_and_no_figures(saved, owner):
    for _again in range(3):
        (result,) = sent_on(FIRST_OF_APRIL)
    sent_on(FIRST_OF_APRIL + timedelta(days=9))  # still the report of this month
    send_due()
    send_due()

    (email,) = mail.outbox
    assert email.to == ["olive@example.org"]
    assert email.subject == "Your report Month by fund"
    assert f"/admin/income/reports/kept/{result.pk}/" in email.body
    assert "£" not in email.body
    olive = logged_in(owner)
    page = olive.get(f"/admin/income/reports/kept/{result.pk}/")
    assert "1 March 2025 to 31 March 2025" in words(page)
    assert "Reconciles to the book: Total £137.00 here" in words(page)  # 100+12+50-20-5
    assert olive.get(f"/admin/income/reports/kept/{result.pk}/?export=xlsx").status_code == 200
    assert read(olive.get("/admin/income/reports/")).links["1 Apr 2025"]


def test_what_was_kept_does_not_change_and_is_its_owner_s_alone(saved, owner, book):
    (result,) = sent_on(FIRST_OF_APRIL)
    olive = logged_in(owner)
    before = table(olive.get(f"/admin/income/reports/kept/{result.pk}/"), 1)
    other = logged_in(make_person(SEE, funds=(ALL_FUNDS,)))

    allow_only(owner, book.tax)
    assert olive.get(f"/admin/income/reports/kept/{result.pk}/").status_code == 302
    allow_only(owner, ALL_FUNDS)
    assert table(olive.get(f"/admin/income/reports/kept/{result.pk}/"), 1) == before != []
    assert other.get(f"/admin/income/reports/kept/{result.pk}/").status_code == 404


def test_it_tells_of_the_funds_its_owner_works_in_when_it_is_sent(saved, owner, book):
    allow_only(owner, book.waste)

    (result,) = sent_on(FIRST_OF_APRIL)

    assert [row[0][1] for row in result.rows] == ["Garden waste"]
    page = logged_in(owner).get(f"/admin/income/reports/kept/{result.pk}/")
    assert "Reconciles to the book: Total £7.00 here, £7.00 in the book." in words(page)


def _leaves(owner):
    owner.is_active = False
    owner.save()


def _loses_the_right(owner):
    allow_only(owner)


def _has_no_address(owner):
    owner.email = ""
    owner.save()


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (_leaves, "Its owner's account is disabled."),
        (_loses_the_right, "Its owner may not see reports any more."),
        (_has_no_address, "Its owner has no e-mail address."),
    ],
)
def test_who_may_not_have_it_gets_nothing_and_the_schedule_says_why(saved, owner, happens, why):
    happens(owner)

    assert sent_on(FIRST_OF_APRIL) == []
    assert sent_on(FIRST_OF_APRIL) == []

    saved.refresh_from_db()
    assert saved.problem == why
    assert not Message.objects.exists()
    entry = AuditEntry.objects.get(action="report not sent")
    assert entry.after == {"problem": why}


def test_it_is_sent_after_all_when_the_owner_may_again(saved, owner):
    _has_no_address(owner)
    sent_on(FIRST_OF_APRIL)
    assert "Not sent: Its owner has no e-mail address." in words(
        logged_in(owner).get("/admin/income/reports/")
    )
    owner.email = "olive@example.org"
    owner.save()

    assert len(sent_on(FIRST_OF_APRIL)) == 1
    saved.refresh_from_db()
    assert saved.problem == ""


def test_an_owner_who_leaves_before_the_e_mail_is_written_gets_none(saved, owner):
    sent_on(FIRST_OF_APRIL)
    _leaves(owner)

    send_due()

    assert mail.outbox == []


@pytest.mark.parametrize(
    ("frequency", "today", "due"),
    [
        ("never", date(2025, 4, 2), None),
        ("daily", date(2025, 4, 2), date(2025, 4, 2)),
        ("weekly", date(2025, 4, 2), date(2025, 3, 31)),
        ("weekly", date(2025, 3, 31), date(2025, 3, 31)),
        ("monthly", date(2025, 4, 30), date(2025, 4, 1)),
    ],
)
def test_what_was_missed_on_its_day_is_still_due(frequency, today, due):
    assert due_on(Frequency(frequency), today) == due


def test_the_first_report_is_due_after_it_was_asked_for(saved):
    assert sent_on(date(2025, 3, 31)) == []


def test_the_command_queues_what_is_due_and_forgets_what_is_old(saved, settings, capsys):
    old = ReportResult.objects.create(saved=saved, due_on=date(2023, 1, 1), made_at=timezone.now())

    with time_machine.travel(at(4, 1), tick=False):
        call_command("ims_send_reports")

    assert capsys.readouterr().out.strip() == "1 reports begun, 1 old ones deleted"
    assert not ReportResult.objects.filter(pk=old.pk).exists()
