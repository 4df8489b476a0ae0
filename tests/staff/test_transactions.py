"""The list of transactions and what it is taken away as."""

import csv
import io
import tracemalloc
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.ledger.enums import PostingKind
from tests.factories import make_fund

from .council import make_many_payments, make_payment
from .people import ALL_FUNDS, logged_in, make_person
from .screens import column, read, table


pytestmark = pytest.mark.django_db

SEE, EXPORT = "ims_ledger.view_transaction", "ims_ledger.export_transaction"


@pytest.fixture
def officer(council):
    return logged_in(make_person(SEE, EXPORT, funds=(ALL_FUNDS,)))


@pytest.fixture
def tax(council):
    return make_fund("05", name="Council tax")


def transactions(client, **asked):
    return client.get(reverse("ims_transactions:index"), asked)


def test_newest_come_first_with_all_that_tells_them_apart(officer, council, tax):
    make_payment(
        tax,
        council.method,
        word="late",
        source="late",
        amount="1234.50",
        at=datetime(2030, 6, 1, 22, 30, tzinfo=UTC),
    )

    first, *others = table(transactions(officer))

    assert first["Date and time"] == "1 Jun 2030, 23:30"
    assert first["Receipt number"] == "LATE-RECEIPT"
    assert first["Fund"] == "05 Council tax"
    assert first["Account reference"] == "LATE1"
    assert first["Method of payment"] == "Card, online"
    assert first["Amount"] == "£1,234.50"
    assert first["Kind"] == "Payment"
    assert len(others) == 2


def test_lines_of_one_moment_keep_one_order_over_pages(officer, council, tax):
    moment = datetime(2030, 6, 1, tzinfo=UTC)
    for n in range(120):
        make_payment(tax, council.method, source=f"s{n}", at=moment)

    pages = [column(transactions(officer, p=p, fund=tax.pk), "Reference") for p in (1, 2, 3)]

    assert [len(page) for page in pages] == [50, 50, 20]
    assert len(set(sum(pages, []))) == 120


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"receipt_number": "alpha-receipt"}, {"ALPHA-RECEIPT"}),
        ({"receipt_number": "ALPHA"}, set()),
        ({"receipt_number": "ALPHA*"}, {"ALPHA-RECEIPT"}),
        ({"account_reference": " bravo1 "}, {"BRAVO-RECEIPT"}),
        ({"account_reference": "bra*"}, {"BRAVO-RECEIPT"}),
        ({"amount": "£99.00"}, {"CHEAP-RECEIPT", "BACK-RECEIPT"}),
        ({"kind": "refund"}, {"BACK-RECEIPT"}),
        ({"entered_at_to": "2020-01-01"}, {"CHEAP-RECEIPT"}),
        ({"entered_at_from": "2020-01-02"}, {"ALPHA-RECEIPT", "BRAVO-RECEIPT", "BACK-RECEIPT"}),
    ],
)
def test_lists_can_be_narrowed(officer, council, tax, asked, found):
    # 23:59 in London on 1 January 2020.
    make_payment(
        tax,
        council.method,
        word="cheap",
        source="c",
        amount="99.00",
        at=datetime(2020, 1, 1, 23, 59, tzinfo=UTC),
    )
    make_payment(
        tax, council.method, word="back", source="b", amount="-99.00", kind=PostingKind.REFUND
    )

    assert set(column(transactions(officer, **asked), "Receipt number")) == found


def test_a_summer_day_starts_at_london_midnight(officer, council, tax):
    # 00:30 BST on 2 June is 23:30 UTC on 1 June.
    make_payment(
        tax, council.method, word="night", source="n", at=datetime(2030, 6, 1, 23, 30, tzinfo=UTC)
    )

    first = transactions(officer, entered_at_from="2030-06-01", entered_at_to="2030-06-01")
    second = transactions(officer, entered_at_from="2030-06-02", entered_at_to="2030-06-02")

    assert table(first) == []
    assert column(second, "Receipt number") == ["NIGHT-RECEIPT"]


@pytest.mark.parametrize(
    "asked",
    [
        {"entered_at_from": "31/31/2026"},
        {"amount": "12.3.4"},
        {"fund": "999999"},
        {"kind": "nonsense"},
    ],
)
def test_a_filter_that_cannot_be_read_shows_nothing_and_says_so(officer, asked):
    page = transactions(officer, **asked)
    export = transactions(officer, export="csv", **asked)

    assert table(page) == []
    assert "Nothing is shown, because a filter can't be read" in page.content.decode().replace(
        "&#x27;", "'"
    )
    assert len(list(export.streaming_content)) == 1, "the export must not take everything either"


def test_totals_are_of_all_that_match_not_of_the_page(officer, council, tax):
    make_many_payments(tax, council.method, number=130, prefix="many")

    page = read(transactions(officer, fund=tax.pk))

    assert page.facts["Transactions"] == "130"
    assert page.facts["Total"] == "£1,300.00"


def test_each_reference_leads_to_its_posting(officer, council):
    page = read(transactions(officer, fund=council.alpha.fund.pk))
    reference = council.alpha.posting.lines.get().reference

    assert page.links[reference] == reverse("ims_postings:inspect", args=[council.alpha.posting.pk])


def exported(response) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_an_export_holds_plain_values_that_a_spreadsheet_reads_right(officer, council, tax):
    make_payment(
        tax,
        council.method,
        word="=HYPERLINK(evil)",
        source="x",
        amount="-12.50",
        kind=PostingKind.REFUND,
        at=datetime(2030, 6, 1, 23, 30, tzinfo=UTC),
    )

    (row,) = exported(transactions(officer, export="csv", fund=tax.pk))

    assert row["Accounting date"] == "2030-06-02"
    assert row["Date and time"] == "2030-06-02T00:30:00+01:00"
    assert row["Amount"] == "-12.50"
    assert row["Fund"] == "05"
    assert row["Narrative"] == "'=HYPERLINK(evil) narrative"


def test_an_export_is_as_narrow_as_the_list_and_is_written_down(officer, council):
    rows = exported(transactions(officer, export="csv", account_reference="ALPHA1"))

    assert [row["Receipt number"] for row in rows] == ["ALPHA-RECEIPT"]
    entry = AuditEntry.objects.get(action="export")
    assert entry.object_type == "ims_ledger.Transaction"
    assert entry.after == {"account_reference": "ALPHA1"}


def test_seeing_is_not_leave_to_export(council):
    clerk = logged_in(make_person(SEE, funds=(ALL_FUNDS,)))

    page, export = transactions(clerk), transactions(clerk, export="csv")

    assert "Download CSV" not in page.content.decode()
    assert (export.status_code, export.url) == (302, "/admin/")


def test_only_funds_with_the_export_permission_are_exported(council):
    clerk = make_person(SEE, EXPORT, funds=(council.alpha.fund,))
    clerk.groups.add(make_person(SEE, funds=(council.bravo.fund,)).groups.get())
    client = logged_in(clerk)

    assert len(table(transactions(client))) == 2
    rows = exported(transactions(client, export="csv"))
    assert {row["Fund"] for row in rows} == {"AA"}


def test_a_spreadsheet_of_the_whole_book_is_never_made_in_memory(officer):
    assert transactions(officer, export="xlsx").status_code == 302
    assert "XLSX" not in transactions(officer).content.decode()


def test_an_export_takes_no_more_memory_for_more_rows(officer, council, tax):
    def peak() -> int:
        tracemalloc.start()
        for _part in transactions(officer, export="csv").streaming_content:
            pass
        _size, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    make_many_payments(tax, council.method, number=5000, prefix="few")
    few = peak()
    make_many_payments(tax, council.method, number=5000, prefix="many")

    assert peak() < few * 1.2
