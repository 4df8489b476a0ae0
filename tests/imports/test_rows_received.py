"""Rows are kept as they came, found again, and followed to what they became and back."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from ims_wagtail.access.models import ReadEntry
from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.imports.enums import OnProblems
from ims_wagtail.imports.formats.camt053 import CAMT053
from ims_wagtail.imports.models import ImportRow
from ims_wagtail.ledger.models import Transaction
from ims_wagtail.suspense.models import SuspenseItem
from tests.corrections.making import to
from tests.factories import make_method
from tests.staff.people import ALL_FUNDS, logged_in, make_group, make_person
from tests.staff.screens import column, read, table
from tests.suspense.making import SEES, allocate, make_matcher

from .making import make_import, make_import_type
from .reading import sample
from .running import bring, file_of, line, post


pytestmark = pytest.mark.django_db

LIST = "/admin/income/rows-received/"
JOURNALS = (
    MethodKind.JOURNAL,
    MethodKind.JOURNAL_REALLOCATION,
    MethodKind.TRANSFER_OUT,
    MethodKind.TRANSFER_IN,
)
RIGHTS = (*SEES, "ims_imports.view_import", "ims_imports.view_importrow")


@pytest.fixture
def officer():
    return logged_in(make_person(*RIGHTS, funds=(ALL_FUNDS,)))


@pytest.fixture
def brought(transfers):
    """One row to its account, one to suspense, one that can't be posted."""
    lines = (
        line(1),
        line(2, account="NOBODY", narrative="ACME LTD", amount="12.50"),
        line(3, amount="ten"),
    )
    return post(bring(transfers, file_of(*lines), "monday.csv"), OnProblems.SUSPENSE)


def test_a_row_leads_to_the_book_to_suspense_and_to_where_it_went_and_each_leads_back(
    council, brought, officer
):
    rows = table(officer.get(LIST))
    booked = {
        each.line_number: each.reference for each in Transaction.objects.order_by("line_number")
    }
    assert [(row["Line"], row["Amount"], row["In the book as"]) for row in rows] == [
        ("monday.csv, 3", "", ""),
        ("monday.csv, 2", "£12.50", booked[2]),
        ("monday.csv, 1", "£10.00", booked[1]),
    ]

    item = SuspenseItem.objects.get()
    for kind in JOURNALS:
        make_method(kind)
    alone = make_matcher(alone="1000.00", name="alone")
    allocate({item: "12.50"}, to(council.sundry, "12.50", "ACME1"), by=alone)
    page = officer.get(read(officer.get(LIST)).links["monday.csv, 2"])
    shown = read(page)
    assert shown.facts["Text"] == line(2, account="NOBODY", narrative="ACME LTD", amount="12.50")
    assert shown.facts["In the book as"].startswith(booked[2])
    since = {(row["Account reference"], row["Amount"]) for row in table(page)}
    assert {("NOBODY", "-£12.50"), ("ACME1", "£12.50")} <= since

    own = reverse("ims_rows_received:inspect", args=[ImportRow.objects.get(number=2).pk])
    of_item = read(officer.get(shown.links["Nothing of it is left"]))
    assert of_item.links["Look at the row as it was received"] == own
    of_posting = read(officer.get(shown.links[booked[2]]))
    back = officer.get(of_posting.links["Look at the rows as they were received"])
    assert column(back, "Line") == ["monday.csv, 2", "monday.csv, 1"]


def test_rows_are_found_by_what_stands_on_them(brought, officer):
    for asked, lines in (
        ({"text": "acme"}, ["2"]),
        ({"text": "N000003"}, ["3"]),
        ({"amount": "12.50"}, ["2"]),
        ({"outcome": "posted"}, ["1"]),
        ({"date_from": "2026-11-20", "date_to": "2026-11-20", "amount": "10"}, ["1"]),
        ({"date_from": "2026-11-21"}, []),
        ({"account": "GB33"}, []),
        ({"reference": "nobody"}, []),
        ({"text": "acme", "import_type": "0"}, []),
    ):
        found = column(officer.get(LIST, asked), "Line")
        assert [one.rpartition(", ")[2] for one in found] == lines, asked


def test_a_row_is_found_by_what_it_became_and_by_its_bank_account(brought, officer, council):
    reference = Transaction.objects.get(line_number=2).reference
    assert column(officer.get(LIST, {"reference": reference.lower()}), "Line") == ["monday.csv, 2"]

    statement = make_import_type("bank", format="camt053", default_fund=council.sundry)
    bring(statement, sample(CAMT053), "statement.xml")
    found = table(officer.get(LIST, {"account": "55555555"}))
    assert len(found) == 4
    assert {(row["Bank account"], row["File is"]) for row in found} == {
        ("GB33BUKB20201555555555", "Checked, waiting for you")
    }


def test_rows_of_long_ago_are_shown_when_a_day_is_asked_for(transfers, officer):
    long_ago = timezone.now() - timedelta(days=200)
    old = make_import(import_type=transfers, received_at=long_ago, file_name="old.csv")
    old.rows.create(ordinal=1, number=1, outcome="posted", raw="old", date=long_ago.date())

    assert column(officer.get(LIST), "Line") == []
    day = long_ago.date().isoformat()
    for asked in ("received", "date"):
        shown = officer.get(LIST, {f"{asked}_from": day, f"{asked}_to": day})
        assert column(shown, "Line") == ["old.csv, 1"]


def test_who_does_not_work_in_suspense_learns_nothing_of_what_lies_there(council, transfers):
    transfers.funds.set([council.tax])
    post(
        bring(transfers, file_of(line(1), line(2, account="NOBODY"))),
        OnProblems.SUSPENSE,
    )
    clerk = logged_in(make_person(*RIGHTS, funds=(council.tax,)))

    rows = {row["Outcome"]: row["In the book as"] for row in table(clerk.get(LIST))}
    assert rows["To its account"] and rows["To suspense"] == ""
    page = read(clerk.get(read(clerk.get(LIST)).links["a.csv, 2"]))
    assert page.facts["In the book as"] == "Nothing that you may see"
    assert "In suspense" not in page.facts


def test_looking_for_text_and_at_a_row_is_written_down(brought, officer):
    officer.get(LIST)
    assert not ReadEntry.objects.exists()
    officer.get(LIST, {"text": "acme"})
    officer.get(reverse("ims_rows_received:inspect", args=[ImportRow.objects.first().pk]))

    assert sorted(ReadEntry.objects.values_list("what", flat=True)) == ["page", "search"]


@pytest.mark.parametrize("role", ["Finance officer", "Auditor"])
def test_finance_and_auditors_take_rows_away_by_their_roles(council, brought, role):
    call_command("ims_roles", stdout=StringIO())
    person = make_person()
    person.groups.set([Group.objects.get(name=role)])

    answer = logged_in(person).get(f"{LIST}?export=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    assert [(row["File"], row["Line"], row["Amount"]) for row in rows] == [
        ("monday.csv", "3", ""),
        ("monday.csv", "2", "12.50"),
        ("monday.csv", "1", "10.00"),
    ]


def test_rows_of_a_type_are_taken_away_with_the_right_in_every_one_of_its_funds(council):
    for code, funds in (("own", (council.tax,)), ("both", (council.tax, council.sundry))):
        bring(make_import_type(code, funds=funds), file_of(line(1, narrative=code)), f"{code}.csv")
    rights = (*RIGHTS, "ims_imports.export_importrow")
    person = make_person(*RIGHTS, funds=(ALL_FUNDS,))
    person.groups.add(make_group(*rights, funds=(council.tax,)))

    answer = logged_in(person).get(f"{LIST}?export=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert [row["File"] for row in csv.DictReader(StringIO(text))] == ["own.csv"]


def test_the_groups_screen_offers_the_right_to_take_rows_away(admin_client):
    page = admin_client.get("/admin/groups/new/")
    assert "Can export rows of imports" in page.content.decode()
