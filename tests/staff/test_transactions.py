"""The list of transactions and what it is taken away as."""

import csv
import io
import tracemalloc
from copy import deepcopy
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from ims_wagtail.access.export import cell
from ims_wagtail.access.models import AuditEntry
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import PayerDetails
from tests.factories import make_fund

from .council import make_many_payments, make_payment
from .people import ALL_FUNDS, logged_in, make_person
from .screens import column, read, table


pytestmark = pytest.mark.django_db

SEE, EXPORT = "ims_ledger.view_transaction", "ims_ledger.export_transaction"
PAYERS = "ims_ledger.view_payerdetails"


@pytest.fixture
def council(standing_council, db):
    return deepcopy(standing_council)


@pytest.fixture
def officer(council):
    return logged_in(make_person(SEE, EXPORT, PAYERS, funds=(ALL_FUNDS,)))


@pytest.fixture
def tax(council):
    return make_fund("05", name="Council tax")


def transactions(client, **asked):
    return client.get(reverse("ims_transactions:index"), asked)


def pages_from(officer, asked, link):
    """Return the references of each page, turning by a link for as long as there is one."""
    pages = []
    while True:
        shown = officer.get(f"/admin/income/transactions/{asked}")
        pages.append(column(shown, "Reference"))
        asked = read(shown).links.get(link)
        if not asked:
            return pages


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

    down = pages_from(officer, f"?fund={tax.pk}", "Older")
    assert [len(page) for page in down] == [50, 50, 20]
    assert len(set(sum(down, []))) == 120

    up = pages_from(officer, f"?fund={tax.pk}&last=1", "Newer")
    assert sum(reversed(up), []) == sum(down, []), "the same rows in the same order, upwards"


def test_rows_that_come_in_while_pages_are_turned_move_none_of_the_others(officer, council, tax):
    make_many_payments(tax, council.method, number=60, prefix="many")
    first = officer.get(f"/admin/income/transactions/?fund={tax.pk}")
    make_payment(tax, council.method, source="new", at=datetime(2040, 1, 1, tzinfo=UTC))
    older = officer.get("/admin/income/transactions/" + read(first).links["Older"])
    assert len(set(column(first, "Reference")) | set(column(older, "Reference"))) == 60


@pytest.mark.parametrize("cursor", ["nonsense", "2026-01-01_x", "_", "2026-01-01T00:00:00_5"])
def test_an_address_that_names_no_row_shows_the_first_page(officer, council, tax, cursor):
    make_payment(tax, council.method, source="s")
    assert len(table(transactions(officer, after=cursor, fund=tax.pk))) == 1


def test_more_matches_than_are_counted_are_told_so(officer, council, tax, monkeypatch):
    monkeypatch.setattr("ims_wagtail.access.long_lists.BOUND", 3)
    for n in range(4):
        make_payment(tax, council.method, word="same", source=f"s{n}")
    page = read(transactions(officer, account_reference="SAME1"))
    assert page.facts["Transactions"].startswith("More than 3")
    assert "Total" not in page.facts


@pytest.mark.parametrize(
    "asked",
    [{}, {"kind": "takings"}, {"kind": "refund"}, {"entered_at_from": "2030-06-02"}],
)
def test_totals_from_the_rollup_are_those_of_the_lines(officer, council, tax, asked):
    make_payment(tax, council.method, source="a", at=datetime(2030, 6, 1, 23, 30, tzinfo=UTC))
    make_payment(tax, council.method, source="b", at=datetime(2030, 6, 1, 22, 30, tzinfo=UTC))
    make_payment(tax, council.method, source="c", amount="-4.00", kind=PostingKind.REFUND)
    rolled = read(transactions(officer, fund=tax.pk, **asked)).facts
    # A filter that days know nothing of, and that every line fits.
    counted = read(transactions(officer, fund=tax.pk, corrected="no", **asked)).facts
    assert [rolled[name] for name in ("Transactions", "Total", "VAT in it")] == [
        counted[name] for name in ("Transactions", "Total", "VAT in it")
    ]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("CHEAP-RECEIPT", {"CHEAP-RECEIPT"}),
        ("alpha1", {"ALPHA-RECEIPT"}),
        ("alp", {"ALPHA-RECEIPT"}),
        ("99.00", {"CHEAP-RECEIPT"}),
        ("£99", {"CHEAP-RECEIPT"}),
        ("01/01/2020", {"CHEAP-RECEIPT"}),
        ("2020-01-01 99.00", {"CHEAP-RECEIPT"}),
        ("2020-01-01 98.00", set()),
        ("cheap payer", {"CHEAP-RECEIPT"}),
        ("CHEAP@EXAMPLE.ORG", {"CHEAP-RECEIPT"}),
        ("ab1 2cd", {"CHEAP-RECEIPT"}),
        ("AB12CD 99.00", {"CHEAP-RECEIPT"}),
        ("4242", {"CHEAP-RECEIPT"}),
        ("narrative cheap", {"CHEAP-RECEIPT"}),
        ("100%", set()),
        ("zz", set()),
    ],
)
def test_one_box_understands_whatever_a_caller_can_tell(officer, council, tax, typed, found):
    posting = make_payment(
        tax,
        council.method,
        word="cheap",
        source="c",
        amount="99.00",
        at=datetime(2020, 1, 1, 12, tzinfo=UTC),
    )
    PayerDetails.objects.filter(posting=posting).update(postcode="AB1 2CD", card_last_four="4242")
    assert set(column(transactions(officer, q=typed), "Receipt number")) == found


@pytest.mark.parametrize(("few", "common"), [(1, 20), (1000, 20), (1000, 1)])
def test_a_word_that_fits_many_lines_finds_the_same_as_one_that_fits_few(
    officer, council, tax, few, common, monkeypatch
):
    monkeypatch.setattr("ims_wagtail.ledger.finding.FEW", few)
    monkeypatch.setattr("ims_wagtail.ledger.finding._COMMON", common)
    for n in range(4):
        make_payment(tax, council.method, word="same", source=f"s{n}", amount=f"1{n}.00")
    same = transactions(officer, q="same")
    assert len(table(same)) == 4
    assert read(same).facts["Total"] == "£46.00"
    assert len(table(transactions(officer, q="same payer 12.00"))) == 1


def test_a_word_that_fits_more_than_a_page_of_many_lines_is_not_counted(
    officer, council, tax, monkeypatch
):
    monkeypatch.setattr("ims_wagtail.ledger.finding.FEW", 1)
    for n in range(51):
        make_payment(tax, council.method, word="same", source=f"s{n}")
    page = read(transactions(officer, q="same"))
    assert page.facts["Transactions"].startswith("More than 50")
    assert "Total" not in page.facts


def test_our_own_reference_is_found_in_any_case(officer, council):
    line = council.alpha.posting.lines.get()
    assert column(transactions(officer, q=line.reference.lower()), "Reference") == [line.reference]


def test_payers_are_not_found_by_who_may_not_know_them(council):
    client = logged_in(make_person(SEE, funds=(council.alpha.fund,)))
    assert table(transactions(client, q="alpha@example.org")) == []
    assert table(transactions(client, payer="alpha@example.org")) == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"narrative": "big*tive"}, {"BIG-RECEIPT"}),
        ({"narrative": "tive*big"}, set()),
        ({"narrative": "_ig"}, set()),
        ({"amount_between_from": "90", "amount_between_to": "100"}, {"BIG-RECEIPT"}),
        ({"amount_between_to": "50"}, {"ALPHA-RECEIPT"}),
        ({"amount_between_from": "50"}, {"BIG-RECEIPT"}),
        ({"moment_from": "2030-06-01T12:29", "moment_to": "2030-06-01T12:31"}, {"BIG-RECEIPT"}),
        ({"moment_from": "2030-06-01T12:31"}, set()),
        ({"corrected": "yes"}, set()),
        ({"payer": "big payer"}, {"BIG-RECEIPT"}),
        ({"card": "0000"}, set()),
        ({"source": "big"}, {"BIG-RECEIPT"}),
        ({"entered_by": "nobody"}, set()),
    ],
)
def test_every_fact_can_be_narrowed_by(council, asked, found):
    # 12:30 in London in summer.
    make_payment(
        council.alpha.fund,
        council.method,
        word="big",
        source="big",
        amount="-95.00",
        kind=PostingKind.REFUND,
        at=datetime(2030, 6, 1, 11, 30, tzinfo=UTC),
    )
    client = logged_in(make_person(SEE, PAYERS, funds=(council.alpha.fund,)))
    assert set(column(transactions(client, **asked), "Receipt number")) == found


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
        {"narrative": "ab*c"},
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


def test_what_the_database_writes_reads_as_what_we_would_have_written(officer, council, tax):
    words = ["=1", "+1", "-1", "@1", "\t1", "\r1", "'1", 'say "x", y', "two\nlines", "£ ŵ", "1=1"]
    for n, word in enumerate(words):
        at = datetime(2030, 1 + n, 1, 12, 30, 15, 123456, tzinfo=UTC)
        make_payment(tax, council.method, word=word, source=f"s{n}", at=at)

    rows = exported(transactions(officer, export="csv", fund=tax.pk))

    lines = tax.transactions.order_by("-entered_at")
    assert len(rows) == len(words)
    for row, line in zip(rows, lines, strict=True):
        assert row["Narrative"] == cell(line.narrative)
        assert row["Account reference"] == cell(line.account_reference)
        assert row["Date and time"] == cell(line.entered_at)
        assert row["VAT rate"] == cell(line.vat_rate)


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


def test_an_export_takes_no_more_memory_for_more_rows(officer, council, tax, rubbish_goes_at_once):
    def export() -> tuple[int, int]:
        """The most memory it took, and the bytes it came to."""
        tracemalloc.start()
        size = sum(map(len, transactions(officer, export="csv").streaming_content))
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most, size

    make_many_payments(tax, council.method, number=2000, prefix="few")
    memory_of_few, few = export()
    make_many_payments(tax, council.method, number=4000, prefix="many")
    memory_of_many, many = export()

    # The size of the parts it comes in differs from run to run; what is kept would be all of it.
    assert memory_of_many - memory_of_few < (many - few) / 3
