"""Spreadsheets: cells as people see them, or a refusal that says which cell and why."""

import datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from ims_wagtail.imports.enums import ColumnField as C
from ims_wagtail.imports.enums import DateFormat, LayoutShape, LinePart
from ims_wagtail.imports.formats import workbooks
from ims_wagtail.imports.formats.contract import Problem, Unreadable
from ims_wagtail.imports.formats.dwp import DWP_COUNCIL_TAX
from ims_wagtail.imports.formats.laid_out import LAID_OUT
from ims_wagtail.imports.formats.layouts import ColumnFacts, LayoutFacts
from ims_wagtail.imports.holders.laid_out import LAID_OUT_HOLDERS
from ims_wagtail.imports.models import Layout
from ims_wagtail.imports.screens.layouts import read_sample
from tests.casebook import scenario

from .making import make_import_type
from .reading import SAMPLES, read, sample
from .running import book, bring, outcomes, post


HEADINGS = ("Date", "Account", "Paid by", "Amount")
LAYOUT = LayoutFacts(
    shape=LayoutShape.SPREADSHEET,
    columns=tuple(
        ColumnFacts(field, heading=heading)
        for field, heading in zip((C.DATE, C.REFERENCE, C.PAYER, C.AMOUNT), HEADINGS, strict=True)
    ),
    delimiter="\t",
    has_headings=True,
    date_format=DateFormat.SLASHES,
)
DAY = datetime.date(2026, 11, 20)


def book_of(*rows, headings=HEADINGS, more=None) -> bytes:
    """A workbook of rows; ``more`` may change it before it is saved."""
    made = openpyxl.Workbook()
    made.active.append(list(headings))
    for row in rows:
        made.active.append(list(row))
    if more:
        more(made)
    content = BytesIO()
    made.save(content)
    return content.getvalue()


def rows_of(content: bytes, layout: LayoutFacts = LAYOUT):
    return read(LAID_OUT, content, layout=layout)


def refusal(content: bytes) -> Problem:
    with pytest.raises(Unreadable) as caught:
        rows_of(content)
    assert caught.value.problem.remedy
    return caught.value.problem


def repacked(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with a part of it changed."""
    made = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(made, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            data = before.read(name)
            if name == part:
                assert old in data
                data = data.replace(old, new, 1)
            after.writestr(name, data)
    return made.getvalue()


def test_our_sample_is_read_whole():
    columns = (*LAYOUT.columns, ColumnFacts(C.EXTERNAL_ID, heading="Our number"))
    layout = LayoutFacts(
        LayoutShape.SPREADSHEET, columns, "\t", has_headings=True, date_format=DateFormat.SLASHES
    )
    rows, problems, _ = rows_of((SAMPLES / "spreadsheet.xlsx").read_bytes(), layout)

    assert not problems
    assert [(r.number, r.reference, str(r.amount), r.payer, r.external_id) for r in rows] == [
        (2, "301122331", "45.00", "A BROOK", "8001"),
        (3, "123456780", "1045.50", "SMITH, J", "8002"),
        (4, "100000007", "-12.10", "", "8003"),
    ]
    assert [row.date.day for row in rows] == [22, 22, 21]


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        (45, "45.00"),
        (0.1 + 0.2, "0.30"),
        (1045.5, "1045.50"),
        ("£1,045.50", "1045.50"),
        ("(3.20)", "-3.20"),
        (-0.01, "-0.01"),
        (1e-2, "0.01"),
        (0, "0.00"),
    ],
)
def test_amounts_are_what_the_cell_shows(cell, amount):
    (row,), problems, _ = rows_of(book_of((DAY, "1", None, cell)))
    assert not problems
    assert str(row.amount) == amount


@pytest.mark.parametrize(
    "cell", [DAY, datetime.datetime(2026, 11, 20, 23, 59), "20/11/2026"], ids=str
)
def test_a_day_may_be_a_day_or_written_as_the_layout_says(cell):
    (row,), _, _ = rows_of(book_of((cell, "1", None, 1)))
    assert row.date == DAY


def test_29_february_is_a_day_in_leap_years_only():
    rows, (problem,), _ = rows_of(
        book_of(("29/02/2028", "1", None, 1), ("29/02/2027", "1", None, 1))
    )
    assert len(rows) == 1
    assert (problem.line, problem.column, problem.found) == (3, "Date", "29/02/2027")


@pytest.mark.parametrize(
    ("row", "column", "found"),
    [
        (("20 November", "1", None, 1), "Date", "20 November"),
        ((46346, "1", None, 1), "Date", "46346"),
        ((DAY, "1", None, "ten pounds"), "Amount", "ten pounds"),
        ((DAY, "1", None, 1.005), "Amount", "1.005"),
        ((DAY, "1", None, None), "Amount", "nothing"),
        ((DAY, "1", None, "=SUM(1,2)"), "D, Amount", "=SUM(1,2)"),
        ((DAY, "=A1", None, 1), "B, Account", "=A1"),
        ((DAY, "#N/A", None, 1), "B, Account", "#N/A"),
        ((DAY, 1234567890123456, None, 1), "B, Account", "1234567890123456"),
        ((DAY, "1", None, 1, None, "more"), "", "6 columns"),
    ],
    ids=[
        "a day in words",
        "a day as a number",
        "an amount in words",
        "half a penny",
        "no amount",
        "a formula",
        "a formula among texts",
        "an error",
        "a number that was rounded",
        "a cell beyond the headings",
    ],
)
def test_what_a_cell_cannot_mean_is_named_with_row_and_column(row, column, found):
    assert "types are checked" in scenario("FS088")["expected"]
    rows, problems, _ = rows_of(book_of((DAY, "9", None, 9), row, (DAY, "8", None, 8)))

    (problem,) = problems
    assert (problem.line, problem.column, problem.found) == (3, column, found)
    assert problem.expected
    assert problem.remedy
    assert [one.number for one in rows] == [2, 4], "the rows around it are what they were"


def test_blank_cells_move_nothing_and_blank_rows_count():
    rows, problems, _ = rows_of(book_of((None, None, None, None), (DAY, "7", None, 1)))
    assert not problems
    assert (rows[0].number, rows[0].reference) == (3, "7")


def test_columns_may_stand_in_any_order_but_not_change():
    assert "an unexpected heading stops the import" in scenario("FS088")["expected"]
    moved = ("Amount", "Account", "Date", "Paid by")
    (row,), _, _ = rows_of(
        book_of(
            (1, "7", DAY, "A"),
            headings=moved,
        )
    )
    assert (row.amount, row.reference, row.date, row.payer) == (1, "7", DAY, "A")

    assert refusal(book_of(headings=("Date", "Account", "Paid by", "Sum"))).column == "Amount"
    assert refusal(book_of(headings=(*HEADINGS, "Fee"))).column == "Fee"


def test_a_merged_heading_leaves_columns_without_one():
    def merge(made):
        made.active["C1"] = "Amount"
        made.active.merge_cells("C1:D1")

    assert refusal(book_of((DAY, "1", 1, 2), more=merge)).column == "Paid by"


def test_hidden_sheets_are_left_aside_but_two_that_are_seen_are_not_guessed_at():
    def with_sheet(state):
        def add(made):
            made.create_sheet("Second")["A1"] = "x"
            made["Second"].sheet_state = state

        return add

    rows, problems, _ = rows_of(book_of((DAY, "1", None, 1), more=with_sheet("hidden")))
    assert (len(rows), problems) == (1, [])
    assert "“Second”" in refusal(book_of(more=with_sheet("visible"))).found

    rows, problems, _ = rows_of(
        book_of((DAY, "1", None, 1), more=lambda made: made.create_sheet("Empty"))
    )
    assert (len(rows), problems) == (1, [])


def test_totals_below_the_rows_are_compared():
    columns = (
        *LAYOUT.columns,
        ColumnFacts(C.TOTAL, LinePart.TRAILER, place=4),
    )
    layout = LayoutFacts(
        LayoutShape.SPREADSHEET,
        columns,
        "\t",
        has_headings=True,
        date_format=DateFormat.SLASHES,
        trailer_starts="Total",
    )
    _rows, problems, totals = rows_of(
        book_of((DAY, "1", None, 1), ("Total", None, None, 1.01)), layout
    )
    assert (problems, totals.amount) == ([], Decimal("1.01"))


def test_a_zip_bomb_is_not_unpacked(monkeypatch):
    content = book_of((DAY, "1", None, 1))
    monkeypatch.setattr(workbooks, "LARGEST_PART", 100)
    assert "once unpacked" in refusal(content).found
    monkeypatch.undo()
    monkeypatch.setattr(workbooks, "LARGEST_UNPACKED", 1000)
    assert "Don't open this file" in refusal(content).remedy


def test_a_cell_without_end_is_not_unpacked():
    content = book_of((DAY, "1", "x", 1))
    endless = repacked(
        content, "xl/worksheets/sheet1.xml", b"<sheetData>", b"<sheetData>" + b" " * 11_000_000
    )
    assert len(endless) < 100_000
    assert "once unpacked" in refusal(endless).found


def test_a_bomb_that_lies_about_its_size_is_not_unpacked_either():
    """What the directory of a zip says is the most that is read of a part."""
    content = book_of(*((DAY, "1", "x" * 1000, 1) for _ in range(50)))
    with ZipFile(BytesIO(content)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = content.replace(size.to_bytes(4, "little"), (20).to_bytes(4, "little"))
    assert lying != content
    assert refusal(lying)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), ".xls"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
        (b"Date,Account\n", "Date,Account"),
        (b"PK\x03\x04 and no more", "can't be opened"),
        (book_of((DAY, "1", None, 1))[:-300], "can't be opened"),
    ],
    ids=["the old kind", "locked", "text", "cut off at once", "cut off"],
)
def test_other_files_are_refused_with_what_to_do(content, found):
    assert found in refusal(content).found


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_xml_with_entities_is_refused_inside_a_workbook_too(part):
    content = book_of((DAY, "1", None, 1))
    with ZipFile(BytesIO(content)) as archive:
        start = archive.read(part)[:10]
    bomb = b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>'
    refused = refusal(repacked(content, part, start, bomb + start))
    assert "entity" in refused.found


def test_the_dwp_sample_is_read_by_letters():
    rows, problems, _ = read(DWP_COUNCIL_TAX, sample(DWP_COUNCIL_TAX))

    assert not problems
    assert [(row.number, row.reference, str(row.amount), row.narrative) for row in rows] == [
        (2, "301122331", "15.50", "DWP"),
        (3, "301122331", "4.25", "DWP"),
        (4, "123456780", "-4.25", "DWP"),
    ]
    assert {row.date for row in rows} == {DAY}


def dwp(**cells) -> bytes:
    made = openpyxl.Workbook()
    made.active.append(["Heading"] * 13)
    for name, value in ({"F2": "301122331", "K2": DAY, "L2": 100} | cells).items():
        made.active[name] = value
    content = BytesIO()
    made.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("cells", "line", "column"),
    [
        ({"M2": "D"}, 2, "M"),
        ({"L2": "-100", "M2": "-"}, 2, "L"),
        ({"L2": 15.5}, 2, "L"),
        ({"K2": "11/20/2026"}, 2, "K"),
        ({"F2": None}, 2, "F"),
        ({"F1": "301122331", "K1": DAY, "L1": 100, "M1": ""}, 1, ""),
        ({"L2": "=1+1"}, 2, "L"),
    ],
    ids=[
        "another sign",
        "two signs",
        "pounds",
        "month first",
        "blank",
        "no headings",
        "formula",
    ],
)
def test_what_the_dwp_cannot_have_meant_is_named(cells, line, column):
    _rows, problems, _ = read(DWP_COUNCIL_TAX, dwp(**cells))

    assert problems[0].line == line
    assert problems[0].column.startswith(column)


@pytest.mark.django_db
def test_a_workbook_is_posted_as_any_file_and_its_rows_come_once(council):
    kind = make_import_type("dwp", format="dwp-council-tax", default_fund=council.tax)
    post(bring(kind, sample(DWP_COUNCIL_TAX), "DWP CT.xlsx"))

    assert str(book()) == "15.50"
    # The same rows, saved anew.
    again = repacked(sample(DWP_COUNCIL_TAX), "docProps/core.xml", b"ims_wagtail", b"another")
    assert outcomes(bring(kind, again, "DWP CT 2.xlsx")) == ["duplicate"] * 3


@pytest.mark.django_db
def test_rows_copied_out_of_a_sheet_show_what_its_layout_makes_of_them():
    layout = Layout.objects.create(
        name="Collected",
        shape=LayoutShape.SPREADSHEET,
        has_headings=True,
        date_format=DateFormat.SLASHES,
        sample="Date\tAccount\tPaid by\tAmount\n20/11/2026\t301122331\t\t1,045.50\n",
    )
    for field, heading in zip((C.DATE, C.REFERENCE, C.PAYER, C.AMOUNT), HEADINGS, strict=True):
        column = layout.columns.create(field=field, heading=heading)
        column.full_clean()

    rows, problems, _words = read_sample(layout)
    assert [(row.reference, str(row.amount)) for row in rows] == [("301122331", "1045.50")]
    assert not problems
    sheet_rows, _, _ = rows_of(book_of(("20/11/2026", 301122331, None, 1045.5)), layout.facts())
    assert [(row.reference, row.amount) for row in sheet_rows] == [
        (row.reference, row.amount) for row in rows
    ]

    nameless = layout.columns.create(field=C.NARRATIVE)
    with pytest.raises(ValidationError, match="heading above this column"):
        nameless.full_clean()


def test_account_holders_come_in_spreadsheets_too():
    columns = (
        ColumnFacts(C.REFERENCE, heading="Account"),
        ColumnFacts(C.SURNAME, heading="Name"),
        ColumnFacts(C.BALANCE, heading="Owes"),
    )
    layout = LayoutFacts(LayoutShape.SPREADSHEET, columns, "\t", has_headings=True)
    content = book_of(
        (301122331, "Brook", 145.2), ("A1", "=B2", 1), headings=("Account", "Name", "Owes")
    )
    (row,), (problem,), _ = read(LAID_OUT_HOLDERS, content, layout=layout)

    assert (row.reference, row.surname, str(row.balance)) == ("301122331", "Brook", "145.20")
    assert (problem.line, problem.column, problem.found) == (3, "B, Name", "=B2")
