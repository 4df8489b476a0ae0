"""Reports on screen and as files, within the funds of who reads them."""

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.access.workbooks import xlsx_of
from ims_wagtail.backoffice.reports.catalogue import REPORTS
from ims_wagtail.funds.models import FundGroup
from ims_wagtail.ledger.models import DailyTotal
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import read, table

from .book import at, write_spring


SEE, TAKE = "ims_reports.view_report", "ims_reports.export_report"
SPRING = "period=between&start=2025-03-01&end=2025-04-30"
BY_FUND = f"/admin/income/reports/by-fund/?{SPRING}"


@pytest.fixture
def spring(book):
    write_spring(book)
    return book


@pytest.fixture
def officer(spring):
    permissions = (SEE, TAKE, "ims_ledger.view_transaction", "ims_payments.view_order")
    return logged_in(make_person(*permissions, funds=(ALL_FUNDS,)))


def words(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def test_a_report_shows_its_rows_its_total_and_that_the_book_says_the_same(officer):
    response = officer.get(BY_FUND)
    *rows, total = table(response, 1)

    assert {row["Fund"]: row["Total"] for row in rows} == {
        "Council tax": "£47.00",
        "Garden waste": "£42.00",
        "Suspense": "£19.00",
    }
    assert total["Total"] == "£108.00"
    assert "Reconciles to the book: Total £108.00 here, £108.00 in the book." in words(response)
    assert "1 March 2025 to 30 April 2025" in words(response)


def test_a_report_that_differs_from_the_book_says_so(officer, spring):
    DailyTotal.objects.filter(fund=spring.tax, kind="payment").update(amount=Decimal("1.00"))

    shown = words(officer.get(BY_FUND))

    assert "Does not reconcile to the book" in shown
    assert "Reconciles to the book" not in shown


def test_each_row_leads_to_the_transactions_behind_it(officer):
    links = read(officer.get(BY_FUND)).links
    # A payment of March that counts in April is among those of April.
    april = BY_FUND.replace("2025-03-01", "2025-04-01")
    of_tax = read(officer.get(april)).links["23"]

    assert read(officer.get(links["GW"])).facts["Total"] == "£42.00"
    assert read(officer.get(of_tax)).facts["Total"] == "-£33.00"  # 7.00 - 30.00 + 40.00 - 50.00


def test_every_report_opens_and_its_links_lead_to_lists(officer):
    for report in REPORTS.values():
        response = officer.get(f"/admin/income/reports/{report.code}/?{SPRING}")
        page = BeautifulSoup(response.content, "html.parser")
        assert "30 April 2025" in words(response), report.code
        for link in page.select("main tbody a")[:2]:
            assert officer.get(link["href"]).status_code == 200, link


def test_only_ones_own_funds_are_told_of_whatever_is_asked(spring):
    group = FundGroup.objects.create(name="Both")
    group.funds.set([spring.tax, spring.waste])
    clerk = logged_in(make_person(SEE, TAKE, funds=(spring.waste,)))

    for more in ("", f"&fund_group={group.pk}", f"&fund={spring.waste.pk}"):
        *rows, total = table(clerk.get(BY_FUND + more), 0)
        assert [row["Fund"] for row in rows] == ["Garden waste"]
        assert total["Total"] == "£42.00"
    for code in REPORTS:
        shown = words(clerk.get(f"/admin/income/reports/{code}/?{SPRING}"))
        assert "Does not reconcile" not in shown
        assert "£50.00" not in shown  # what stands in suspense
    refused = clerk.get(f"{BY_FUND}&fund={spring.tax.pk}")
    assert "Nothing is shown" in words(refused)
    assert "£" not in words(refused).split("Nothing is shown")[1]


@pytest.mark.parametrize(
    "asked",
    [
        "period=between",
        "period=soon",
        "period=between&start=2025-04-02&end=2025-04-01",
        "period=between&start=spring&end=2025-04-01",
        "fund=999999",
    ],
)
def test_what_can_t_be_read_shows_nothing_rather_than_everything(officer, asked):
    response = officer.get(f"/admin/income/reports/by-fund/?{asked}&export=csv")

    assert "Nothing is shown" in words(response)
    assert not read(response).tables


def test_the_dashboard_says_how_old_the_money_in_suspense_is(spring):
    sees = ("ims_suspense.view_suspenseitem", "ims_ledger.view_transaction")
    response = logged_in(make_person(*sees, funds=(ALL_FUNDS,))).get("/admin/income/")
    (need,) = [need for need in response.context_data["needs"] if "suspense" in need.label]

    assert need.count == 2
    assert table(response)[-1] == {"Age": "Over 90 days", "Amount": "£19.00"}
    clerk = logged_in(make_person(*sees, funds=(spring.tax,)))
    assert clerk.get("/admin/income/").context_data["suspense"] is None


def test_reports_are_for_people_with_the_permission(spring):
    searcher = logged_in(make_person("ims_ledger.view_transaction", funds=(ALL_FUNDS,)))
    reader = logged_in(make_person(SEE, funds=(ALL_FUNDS,)))

    assert searcher.get(BY_FUND).status_code == 302
    assert "/admin/income/reports/" not in searcher.get("/admin/").content.decode()
    assert "/admin/income/reports/" in reader.get("/admin/").content.decode()
    assert "Download" not in words(reader.get(BY_FUND))
    assert reader.get(f"{BY_FUND}&export=csv").status_code == 302


def test_both_files_hold_the_same_rows_and_taking_one_is_written_down(officer):
    plain = officer.get(f"{BY_FUND}&export=csv")
    text = b"".join(plain.streaming_content).decode("utf-8-sig")
    book = officer.get(f"{BY_FUND}&export=xlsx")
    sheet = load_workbook(BytesIO(book.content)).active

    assert plain["Content-Disposition"].endswith('"by-fund-2025-03-01-2025-04-30.csv"')
    rows = list(csv.reader(StringIO(text)))
    assert rows[0][:2] == ["Code", "Fund"]
    assert rows[1] == ["23", "Council tax", "6", "37.00", "10.00", "47.00", "0.00"]
    assert [[str(c.value) for c in row][:2] for row in sheet.rows] == [row[:2] for row in rows]
    assert [cell.value for cell in list(sheet.rows)[1]][2:4] == [6, 37]
    entries = AuditEntry.objects.filter(action="export").order_by("pk")
    assert [entry.after["format"] for entry in entries] == ["csv", "xlsx"]
    assert entries[0].after["from"] == "2025-03-01"


def test_a_workbook_never_runs_what_it_was_told():
    rows = [("=1+1", "+44", "a\x0bb", date(2025, 3, 1), at(7, 1), Decimal("-2.50"), None)]
    content = xlsx_of(headings=["=Heading"], rows=rows, title="Spring")
    head, row = load_workbook(BytesIO(content)).active.rows

    assert (head[0].value, head[0].data_type) == ("=Heading", "s")
    assert [(cell.value, cell.data_type) for cell in row[:3]] == [
        ("=1+1", "s"),
        ("+44", "s"),
        ("ab", "s"),
    ]
    assert row[3].value.date() == date(2025, 3, 1)
    assert row[4].value.hour == 13  # noon in UTC is one o'clock in a London summer
    assert row[5].value == -2.5
