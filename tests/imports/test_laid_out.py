"""Files by a layout that finance drew up: what is read, and what is refused with its place."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest

from ims_wagtail import imports
from ims_wagtail.imports.enums import AmountSign, ColumnField, DateFormat, LayoutShape, LinePart
from ims_wagtail.imports.formats.contract import Problem, Reading, Unreadable
from ims_wagtail.imports.formats.ims_transactions import ImsTransactionsReader
from ims_wagtail.imports.formats.laid_out import LaidOutReader
from ims_wagtail.imports.formats.layouts import ColumnFacts, LayoutFacts
from ims_wagtail.imports.rows import Row
from tests.casebook import scenario


SAMPLES = Path(imports.__file__).parent / "samples"
C = ColumnField


def numbered(*fields: ColumnField) -> tuple[ColumnFacts, ...]:
    return tuple(ColumnFacts(field, place=place) for place, field in enumerate(fields, start=1))


def delimited(*columns: ColumnFacts, **changes) -> LayoutFacts:
    if not columns:
        columns = numbered(C.DATE, C.REFERENCE, C.NARRATIVE, C.AMOUNT)
    values = {"date_format": DateFormat.SLASHES} | changes
    return LayoutFacts(LayoutShape.DELIMITED, columns, **values)


def read(text: str | bytes, layout: LayoutFacts):
    content = text.encode() if isinstance(text, str) else text
    reader = LaidOutReader(BytesIO(content), Reading(layout=layout))
    found = list(reader)
    rows = [one for one in found if isinstance(one, Row)]
    return rows, [one for one in found if isinstance(one, Problem)], reader.totals


def refusal(text: str, layout: LayoutFacts) -> Problem:
    with pytest.raises(Unreadable) as caught:
        read(text, layout)
    return caught.value.problem


def test_columns_by_number_become_a_row_with_its_text():
    ((row,), problems, _) = read("22/11/2026, 301122331 ,Rent  May,-45.00\n", delimited())

    assert not problems
    assert row == Row(
        number=1,
        raw="22/11/2026, 301122331 ,Rent  May,-45.00",
        reference="301122331",
        amount=Decimal("-45.00"),
        date=date(2026, 11, 22),
        narrative="Rent May",
    )


def test_quoted_texts_hold_separators_quotes_and_line_ends():
    text = '22/11/2026,1,"Rent, ""May""\nand June",1.00\n22/11/2026,2,x,2.00\n'
    rows, problems, _ = read(text, delimited())

    assert not problems
    assert [(row.number, row.narrative) for row in rows] == [(1, 'Rent, "May" and June'), (3, "x")]
    assert rows[0].raw == '22/11/2026,1,"Rent, ""May""\nand June",1.00'


def test_without_quoting_a_quote_is_a_character():
    ((row,), _, _) = read('22/11/2026,1,6" pipe,1.00\n', delimited(quoted=False))

    assert row.narrative == '6" pipe'


@pytest.mark.parametrize(
    "text",
    ['22/11/2026,1,"cut off', '22/11/2026,1,"a"b,1.00\n', '22/11/2026,1,"' + "x" * 200_000],
)
def test_quotes_that_do_not_close_are_refused_with_the_line_they_open_on(text):
    assert refusal(text, delimited()).line == 1


def test_a_separator_too_many_or_too_few_spoils_its_row_only():
    rows, problems, _ = read(
        "22/11/2026,1,x,1.00\n22/11/2026,2,y,z,2.00\n22/11/2026,3\n22/11/2026,4,w,4.00\n",
        delimited(),
    )

    assert [row.reference for row in rows] == ["1", "4"]
    assert [(p.line, p.found, p.expected) for p in problems] == [
        (2, "5 columns", "4 columns"),
        (3, "2 columns", "4 columns"),
    ]


def test_every_wrong_cell_is_named_with_what_was_expected():
    rows, problems, _ = read("31/02/2026,1,x,1.005\n", delimited())

    assert not rows
    assert [(p.column, p.found) for p in problems] == [
        ("Amount", "1.005"),
        ("Date", "31/02/2026"),
    ]
    assert all(p.expected and p.remedy for p in problems)
    assert [bool(p.raw) for p in problems] == [True, False]


HEADED = (
    ColumnFacts(C.DATE, heading="Date"),
    ColumnFacts(C.AMOUNT, heading="Amount"),
    ColumnFacts(C.REFERENCE, heading="Account", required=True),
    ColumnFacts(C.IGNORED, heading="Our number"),
)


def test_columns_are_found_by_heading_wherever_they_stand():
    assert "by heading" in scenario("FS088")["expected"]
    layout = delimited(*HEADED, has_headings=True)
    for text in (
        "Date,Account,Amount,Our number\n22/11/2026,301,4.50,9\n",
        "AMOUNT, our  number ,date,Account\n4.50,9,22/11/2026,301\n",
    ):
        ((row,), problems, _) = read(text, layout)
        assert not problems
        assert (row.number, row.amount, row.reference) == (2, Decimal("4.50"), "301")


@pytest.mark.parametrize(
    ("headings", "named"),
    [
        ("Date,Amount,Our number", "Account"),
        ("Date,Amount,Account,Our number,Extra", "Extra"),
        ("Date,Amount,Account,Our number,Amount", "Amount"),
    ],
)
def test_headings_that_changed_stop_the_file(headings, named):
    problem = refusal(headings + "\n22/11/2026,1,2,3\n", delimited(*HEADED, has_headings=True))

    assert (problem.line, problem.column) == (1, named)


def test_a_cell_that_is_never_blank_is_missed():
    text = "Date,Amount,Account,Our number\n22/11/2026,1.00,,9\n"
    ((_, (problem,), _)) = read(text, delimited(*HEADED, has_headings=True))

    assert (problem.line, problem.column, problem.found) == (2, "Account", "nothing")


def test_money_in_and_out_stand_in_columns_of_their_own():
    layout = delimited(*numbered(C.DATE, C.MONEY_IN, C.MONEY_OUT))
    rows, problems, _ = read(
        "22/11/2026,5.00,\n22/11/2026,,2.00\n22/11/2026,,-3.00\n22/11/2026,,\n22/11/2026,1,2\n",
        layout,
    )

    assert [row.amount for row in rows] == [5, -2, -3]
    assert [p.line for p in problems] == [4, 5]


def test_a_sign_column_tells_money_out():
    layout = delimited(*numbered(C.DATE, C.AMOUNT, C.SIGN), negative_signs=("DR", "D"), decimals=2)
    rows, _, _ = read("22/11/2026,500,cr\n22/11/2026,200,dr\n", layout)

    assert [row.amount for row in rows] == [5, -2]


def test_money_in_that_is_written_negative():
    layout = delimited(*numbered(C.DATE, C.AMOUNT), sign=AmountSign.OPPOSITE)

    assert read("22/11/2026,-5.00\n", layout)[0][0].amount == 5


FIXED = LayoutFacts(
    LayoutShape.FIXED,
    (
        ColumnFacts(C.REFERENCE, place=1, length=9),
        ColumnFacts(C.AMOUNT, place=10, length=8),
        ColumnFacts(C.DATE, place=18, length=6),
        ColumnFacts(C.NARRATIVE, place=24, length=20),
        ColumnFacts(C.SEQUENCE, LinePart.HEADER, place=4, length=4),
        ColumnFacts(C.ROW_COUNT, LinePart.TRAILER, place=4, length=5),
        ColumnFacts(C.TOTAL, LinePart.TRAILER, place=9, length=10),
    ),
    date_format=DateFormat.SHORT,
    decimals=2,
    header_starts="HDR",
    trailer_starts="TRL",
    skip_starting=("*",),
    skip_first=1,
)
FIXED_FILE = (
    "anything at all\n"
    "HDR0042\n"
    "* a remark\n"
    "30112233100004500261122Rent\n"
    "\n"
    "12345678000000250261122\n"
    "TRL000020000004750\n"
)


def test_fixed_places_with_header_and_trailer():
    rows, problems, totals = read(FIXED_FILE, FIXED)

    assert not problems
    assert [(row.number, row.reference, row.amount) for row in rows] == [
        (4, "301122331", Decimal("45.00")),
        (6, "123456780", Decimal("2.50")),
    ]
    assert (totals.sequence, totals.count, totals.amount) == ("0042", 2, Decimal("47.50"))


def test_a_file_without_its_trailer_was_cut_off():
    _, (problem,), _ = read(FIXED_FILE[: FIXED_FILE.index("TRL")], FIXED)

    assert (problem.line, problem.column) == (0, "The trailer line")
    assert "cut off" in problem.remedy


def test_a_line_cut_off_before_its_money_is_named():
    _, (problem,), _ = read(FIXED_FILE.replace("12345678000000250261122", "123456780000"), FIXED)

    assert (problem.line, problem.found, problem.expected) == (
        6,
        "a line of 12 characters",
        "at least 23",
    )


def test_rows_after_the_trailer_are_two_files_in_one():
    _, (problem,), _ = read(FIXED_FILE + "30112233100004500261122Rent\n", FIXED)

    assert problem.line == 8


def test_a_trailer_whose_numbers_cannot_be_read_is_named():
    _, problems, totals = read(FIXED_FILE.replace("TRL00002", "TRLxxxxx"), FIXED)

    assert [p.line for p in problems] == [7]
    assert totals.count is None


def test_our_samples_are_read_whole():
    headed = tuple(
        ColumnFacts(field, heading=heading)
        for field, heading in (
            (C.DATE, "Date"),
            (C.REFERENCE, "Account"),
            (C.PAYER, "Paid by"),
            (C.AMOUNT, "Amount"),
            (C.EXTERNAL_ID, "Our number"),
        )
    )
    rows, problems, _ = read(
        (SAMPLES / "laid-out.csv").read_bytes(), delimited(*headed, has_headings=True)
    )
    assert not problems
    assert [(row.amount, row.payer, row.external_id) for row in rows] == [
        (Decimal("45.00"), "A BROOK", "8001"),
        (Decimal("1045.50"), "SMITH, J", "8002"),
        (Decimal("-12.00"), "C JONES", "8003"),
    ]


def earlier(text: str) -> list[Row | Problem]:
    return list(ImsTransactionsReader(BytesIO(text.encode()), Reading()))


def test_the_earlier_systems_file_is_read_without_its_faults():
    rows = earlier((SAMPLES / "ims-transactions.csv").read_text())

    assert all(isinstance(row, Row) for row in rows)
    assert [(row.external_id, row.amount, row.fund, row.narrative) for row in rows] == [
        ("gaR4jfj2G", Decimal("6.66"), "23", "Transfer"),
        ("gaR4jfj2H", Decimal("120.00"), "23", "Transfer, second half"),
        ("gaR4jfj2J", Decimal("-20.00"), "23", "Returned, account closed"),
        ("gaR4jfj2K", Decimal("12.34"), "", "J SMITH THANK YOU"),
    ]
    assert (rows[0].date, rows[0].office, rows[0].psp_reference) == (
        date(2021, 11, 22),
        "SP",
        "OvqPtXJ89",
    )


GOOD = "R,I,P,SP,2021-11-22,2021-11-22 11:30:41,A,1,23,11,6.66,W0,0.2,1.11,Transfer"


@pytest.mark.parametrize(
    ("place", "text", "column"),
    [
        (4, "x", "EntryDate"),
        (5, "22/13/2021", "TransactionDate"),
        (7, "me", "UserCode"),
        (10, "6.666", "Amount"),
        (12, "a fifth", "VatRate"),
        (13, "NaN", "VatAmount"),
    ],
)
def test_each_wrong_column_of_the_earlier_systems_file_is_named(place, text, column):
    cells = GOOD.split(",")
    cells[place] = text
    (problem,) = earlier(",".join(cells))

    assert (problem.line, problem.column, problem.found) == (1, column, text)


def test_a_row_of_too_few_columns_is_named_and_headings_are_left_out():
    found = earlier(f"Reference,{GOOD.partition(',')[2]}\n\n{GOOD}\nR,1,2\n")

    assert isinstance(found[0], Row)
    assert (found[1].line, found[1].found) == (4, "3 columns")
