"""A spreadsheet of prices: looked at first, all or nothing, and still two people."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.access.spreadsheets import SpreadsheetUnreadable
from ims_wagtail.backoffice.prices.differences import (
    ChangedMeanwhile,
    Outcome,
    compare,
    enter,
)
from ims_wagtail.backoffice.prices.spreadsheets import read_prices
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import Price, PriceChange
from ims_wagtail.funds.pricing import approve
from ims_wagtail.money import MAXIMUM
from tests.factories import make_price, make_price_change
from tests.staff.people import logged_in, make_person
from tests.staff.screens import table


UPLOAD, WAITING = "/admin/income/prices/upload/", "/admin/income/prices/waiting/"
HEAD = ["code", "name", "amount", "from date"]
pytestmark = pytest.mark.usefixtures("days_go_on")

TODAY = accounting_date()
TOMORROW = TODAY + timedelta(days=1)
SEE, ENTER, APPROVE = (
    "ims_funds.view_price",
    "ims_funds.add_pricechange",
    "ims_funds.approve_pricechange",
)


def as_csv(*rows, head=HEAD, encoding="utf-8", delimiter=",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([head, *rows])
    return out.getvalue().encode(encoding)


def as_xlsx(*rows, head=HEAD) -> bytes:
    book = Workbook()
    for row in [head, *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_one(content: bytes):
    [row] = read_prices(content)
    return row


# Reading


@given(
    rows=st.lists(
        st.tuples(
            st.from_regex(r"[A-Z0-9]{1,10}(-[A-Z0-9]{1,5})?", fullmatch=True),
            st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=80),
            st.decimals(Decimal("0.01"), MAXIMUM, places=2),
            st.dates(date(2000, 1, 1), date(2099, 12, 31)),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_what_is_written_is_read_back_with_its_row_number(rows):
    content = as_csv(
        *[[code, name, f"{amount:f}", day.isoformat()] for code, name, amount, day in rows]
    )

    read = read_prices(content)

    assert [(r.code, r.name, r.amount, r.starts) for r in read] == rows
    assert [r.number for r in read] == list(range(2, len(rows) + 2))
    assert not any(r.problems for r in read)


@given(pence=st.integers(1, 10_000_000))
def test_amounts_of_a_spreadsheet_are_exact_to_the_penny(pence):
    """A float such as 1.1 must come out as £1.10, never as what binary makes of it."""
    row = read_one(as_xlsx(["BIN", "Bin", pence / 100, TOMORROW]))

    assert row.amount == Decimal(pence) / 100
    assert row.starts == TOMORROW


@given(content=st.binary(max_size=300))
def test_whatever_is_uploaded_is_read_or_refused(content):
    for file in (content, b"PK\x03\x04" + content, as_csv() + content):
        try:
            read_prices(file)
        except SpreadsheetUnreadable as refused:
            assert str(refused)


@pytest.mark.parametrize(
    "content",
    [
        as_csv(["BIN", "Bîn", "45.50", "01/04/2027"], encoding="utf-8-sig"),
        as_csv(["BIN", "Bîn", "45.50", "1/4/2027"], encoding="cp1252"),
        as_csv(["bin ", " Bîn", "£45.50", "1 April 2027"], delimiter=";"),
        as_csv(["", "BIN", "", "Bîn", "45.50", "2027-04-01", ""], delimiter="\t",
               head=["", "Code", "", "NAME", "Amount", "From", ""]),
        as_csv(["45.50", "note", "Bîn", "01.04.2027", "BIN"],
               head=["amount", "remarks", "name", "From date", "code"]),
        as_xlsx(["BIN", "Bîn", 45.5, date(2027, 4, 1), None],
                head=["code", "name", "amount", "from_date", None]),
        as_xlsx([None] * 4, ["BIN", "Bîn", "45.50", "01/04/2027"], [None, None, "", " "]),
    ],
)  # fmt: skip
def test_files_as_councils_have_them_are_read(content):
    row = read_one(content)

    assert (row.code, row.name) == ("BIN", "Bîn")
    assert (row.amount, row.starts, row.problems) == (Decimal("45.50"), date(2027, 4, 1), ())


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["", "Bin", 45, TOMORROW], "Give the code"),
        (["BIN", "Bin", "45.5", TOMORROW], "pounds and pence"),
        (["BIN", "Bin", 45.505, TOMORROW], "pounds and pence"),
        (["BIN", "Bin", -1, TOMORROW], "pounds and pence"),
        (["BIN", "Bin", True, TOMORROW], "pounds and pence"),
        (["BIN", "Bin", None, TOMORROW], "Enter an amount"),
        (["BIN", "Bin", 45, "31/02/2027"], "Give the day"),
        (["BIN", "Bin", 45, None], "Give the day"),
    ],
)
def test_a_wrong_row_says_what_to_do(row, told):
    assert told in " ".join(read_one(as_xlsx(row)).problems)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Add: code, name, amount, from date"),
        (as_csv(head=["code", "name", "amount"]), "Add: from date"),
        (as_csv(head=[*HEAD, "Code"]), "Two columns"),
        (as_csv(), "no prices"),
        (b"PK no zip at all", "Save it as XLSX or CSV"),
        (as_csv(*[["BIN", "Bin", "1", "2027-04-01"]] * 2001), "2000 rows"),
        (b"x" * 1_000_001, "1 MB"),
    ],
)
def test_a_file_that_is_no_list_of_prices_is_refused(content, told):
    with pytest.raises(SpreadsheetUnreadable, match=told):
        read_prices(content)


# Comparing and entering


@pytest.fixture
def officer(db):
    return make_person(SEE, ENTER, "ims_funds.add_price", name="olive")


def outcomes(*rows) -> list[Outcome]:
    return [found.outcome for found in compare(read_prices(as_csv(*rows)))]


def test_rows_are_new_changed_unchanged_or_wrong(officer):
    make_price("45.00")
    make_price_change(make_price("5.00", code="LATE"), "6.00", starts=TOMORROW, entered_by=officer)

    found = compare(
        read_prices(
            as_csv(
                ["BIN", "", "46.00", TOMORROW],
                ["BIN", "", "45.00", TODAY],
                ["NEW", "New one", "1.00", TODAY],
                ["NEW", "", "2.00", TOMORROW],
                ["LATE", "", "6.00", TOMORROW],
                ["LATE", "", "7.00", TOMORROW],
                ["NAMELESS", "", "1.00", TODAY],
                ["B N", "Spaces", "1.00", TODAY],
                ["PAST", "Past", "1.00", TODAY - timedelta(days=1)],
            )
        )
    )

    assert [each.outcome.value for each in found] == (
        ["changed", "unchanged", "new", "new", "unchanged"] + ["wrong"] * 4
    )
    told = [" ".join(each.problems) for each in found]
    assert found[0].before == 45
    assert "Row 6" in told[5]
    assert "waiting for approval" in told[5]
    assert "needs a name" in told[6]
    assert "hyphens" in told[7]
    assert "today or later" in told[8]


def test_what_was_entered_and_approved_is_unchanged_the_second_time(officer):
    rows = [["NEW", "New one", "1.00", TODAY], ["NEW", "", "2.00", TOMORROW]]
    read = read_prices(as_csv(*rows))

    assert enter(rows=read, confirmed=compare(read), by=officer) == 2
    assert outcomes(*rows) == [Outcome.UNCHANGED] * 2
    approve(
        change_ids=PriceChange.objects.values_list("pk", flat=True),
        by=User.objects.create_user("andrew"),
    )
    assert outcomes(*rows) == [Outcome.UNCHANGED] * 2
    assert PriceChange.objects.values("upload").distinct().count() == 1


def test_nothing_is_entered_when_it_differs_from_what_was_confirmed(officer):
    price = make_price("45.00")
    read = read_prices(as_csv(["BIN", "", "46.00", TOMORROW], ["NEW", "New", "1.00", TODAY]))
    confirmed = compare(read)
    make_price_change(price, "45.50", starts=TODAY)

    with pytest.raises(ChangedMeanwhile):
        enter(rows=read, confirmed=confirmed, by=officer)

    assert not Price.objects.filter(code="NEW").exists()


def test_comparing_asks_as_often_for_many_rows_as_for_few(officer, django_assert_num_queries):
    for number in range(50):
        make_price(code=f"P{number}")
    rows = read_prices(as_csv(*[[f"P{n}", "", "46.00", TOMORROW] for n in range(60)]))

    with django_assert_num_queries(3):
        compare(rows)


# The screens


def upload(client, content: bytes, name: str = "prices.csv"):
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})


def hidden(response) -> str:
    return response.context_data["confirmed"]


def test_from_a_file_to_prices_approved_at_once_by_somebody_else(officer):
    make_price("45.00")
    olive, andrew = logged_in(officer), logged_in(make_person(SEE, APPROVE, name="andrew"))
    page = upload(olive, as_xlsx(["BIN", "", 46, TOMORROW], ["NEW", "New one", 1.1, TODAY]))
    new, changed = table(page, 0), table(page, 1)
    assert [(row["Row"], row["Code"], row["Amount"]) for row in new] == [("3", "NEW", "£1.10")]
    assert [(row["Without it"], row["Amount"]) for row in changed] == [("£45.00", "£46.00")]
    assert PriceChange.objects.count() == 1

    olive.post(UPLOAD, {"confirmed": hidden(page)})

    entered = PriceChange.objects.filter(entered_by=officer)
    assert entered.count() == 2
    assert not entered.filter(approved_at__isnull=False).exists()
    queue = andrew.get(WAITING)
    assert [row["Will be"] for row in table(queue)] == ["£46.00", "£1.10"]
    ids = queue.context_data["batches"][0].ids
    for client, approved in ((olive, 0), (andrew, 2)):
        client.post(WAITING, {"decision": "approve", "changes": ids})
        assert entered.filter(approved_at__isnull=False).count() == approved
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["upload", "approve", "approve"]


def test_one_wrong_row_stops_the_whole_file(officer):
    page = upload(
        logged_in(officer),
        as_csv(["NEW", "New", "1.00", TODAY], ["BAD", "Bad", "nothing", TODAY]),
    )

    assert hidden(page) == ""
    [wrong] = table(page, 0)
    assert wrong["Row"] == "3"
    assert "pounds and pence" in wrong["What to do"]


def test_a_preview_that_is_out_of_date_is_shown_again_and_nothing_entered(officer):
    price, client = make_price("45.00"), logged_in(officer)
    page = upload(client, as_csv(["BIN", "", "46.00", TOMORROW]))
    make_price_change(price, "45.50", starts=TODAY)

    again = client.post(UPLOAD, {"confirmed": hidden(page)})

    assert "Prices have changed since you looked" in again.content.decode()
    assert table(again)[0]["Without it"] == "£45.50"
    assert not PriceChange.objects.filter(entered_by=officer).exists()
    client.post(UPLOAD, {"confirmed": hidden(again)})
    assert PriceChange.objects.filter(entered_by=officer).count() == 1


def test_a_preview_belongs_to_the_person_who_saw_it(officer):
    page = upload(logged_in(officer), as_csv(["NEW", "New", "1.00", TODAY]))
    other = logged_in(make_person(SEE, ENTER, "ims_funds.add_price"))

    for confirmed in (hidden(page), hidden(page)[:-1] + "x", "rubbish"):
        other.post(UPLOAD, {"confirmed": confirmed})

    assert not Price.objects.exists()


@pytest.mark.parametrize("content", [b"", b"code\n", b"PK\x00\x00"])
def test_an_unreadable_file_is_told_beside_its_field(officer, content):
    page = upload(logged_in(officer), content)

    assert page.context_data["form"].errors["file"]


def test_who_may_not_enter_prices_uploads_none(db):
    reader = logged_in(make_person(SEE, APPROVE))

    assert upload(reader, as_csv(["NEW", "New", "1.00", TODAY])).status_code == 302
    assert not Price.objects.exists()
