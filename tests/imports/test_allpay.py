"""allpay's file: every line once, to the penny, against what allpay says it amounts to."""

from datetime import date
from decimal import Decimal

import pytest

from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.imports.enums import OnProblems
from ims_wagtail.imports.exceptions import AlreadyImported, ImportRefused
from ims_wagtail.imports.formats.allpay import ALLPAY
from tests.casebook import scenario
from tests.factories import make_method

from .making import make_import_type
from .reading import read, sample
from .running import book, bring, outcomes, post, problems_of


LINE = " 3356107000669297          60.00T30/06/2022"
AMOUNT = "Total Amount Updated onto System:            {}"
COUNT = "Total Transactions updated onto System:                 {}"


def of(*lines: str) -> bytes:
    return "\r\n".join((*lines, "")).encode()


def test_the_sample_is_read_line_by_line():
    rows, problems, totals = read(ALLPAY, sample(ALLPAY))

    assert not problems
    assert [(row.number, row.reference, str(row.amount), row.method) for row in rows] == [
        (1, "301122331", "60.00", "18"),
        (2, "123456780", "7.50", "15"),
        (3, "100000007", "1045.50", "19"),
        (4, "301122331", "-60.00", "17"),
    ]
    assert (totals.amount, totals.count) == (Decimal("1053.00"), 4)


def test_the_earlier_systems_line_means_what_it_meant():
    (row,), problems, _totals = read(ALLPAY, of(LINE, "", AMOUNT.format("60.00")))

    assert not problems
    assert (row.narrative, row.reference, row.amount) == ("335610", "7000669297", Decimal("60.00"))
    assert (row.date, row.method) == (date(2022, 6, 30), "18")


@pytest.mark.parametrize(
    ("lines", "line", "column"),
    [
        (["A line of data"], 1, ""),
        ([LINE.replace("30/06", "31/06")], 1, "Date"),
        ([LINE.replace(" 60.00", "a60.00")], 1, "Amount"),
        ([LINE.replace("60.00", " 6000")], 1, "Amount"),
        ([LINE.replace("T30", "X30")], 1, "Payment type"),
        ([f" {LINE}"], 1, "Payment type"),
        ([LINE, "", AMOUNT.format("")], 3, "Total Amount Updated onto System"),
        ([LINE, "", AMOUNT.format("60.00"), COUNT.format("")], 4, "Total Transactions"),
        ([LINE], 0, "Total"),
        ([LINE, "", LINE, AMOUNT.format("120.00")], 3, ""),
        ([LINE, "", AMOUNT.format("60.00"), LINE, AMOUNT.format("60.00")], 4, ""),
    ],
    ids=[
        "cut off",
        "a day that is not",
        "a letter in the amount",
        "no point",
        "an unknown letter",
        "columns moved",
        "no total",
        "no count",
        "no end",
        "a row after the end",
        "two files in one",
    ],
)
def test_what_is_wrong_is_named_with_its_place(lines, line, column):
    _rows, problems, _totals = read(ALLPAY, of(*lines))

    assert problems
    assert problems[0].line == line
    assert problems[0].column.startswith(column)
    assert all(one.found and one.expected and one.remedy for one in problems)


def test_more_rows_than_the_earlier_system_could_count():
    lines = [LINE] * 40_000
    rows, problems, totals = read(
        ALLPAY, of(*lines, "", AMOUNT.format("2,400,000.00"), COUNT.format(40000))
    )

    assert not problems
    assert len(rows) == totals.count == 40_000


@pytest.fixture
def allpay(council):
    for code in ("15", "17", "18", "19"):
        make_method(MethodKind.EXTERNAL, code=code, is_default=False)
    return make_import_type("allpay", format="allpay", default_fund=council.tax)


@pytest.mark.django_db
def test_a_file_is_posted_once_whatever_its_name(council, allpay):
    assert "refused naming the earlier import" in scenario("FS086")["expected"]
    post(bring(allpay, sample(ALLPAY), "be1.txt"))
    assert str(book()) == "1053.00"

    with pytest.raises(AlreadyImported, match=r"be1\.txt"):
        bring(allpay, sample(ALLPAY), "be2.txt")
    # Even with a blank in another place, and so another hash, its rows are known.
    again = bring(allpay, sample(ALLPAY) + b"\n", "be3.txt")
    assert set(outcomes(again)) == {"duplicate"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        (b"1,053.00", b"1,053.01", "Total"),
        (b"     4\n", b"     5\n", "Number of rows"),
        (b" 335610BERN123456780", b" 335610BERN12345678", ""),
    ],
    ids=["a penny off", "a row off", "a malformed row"],
)
def test_a_file_that_does_not_add_up_posts_nothing_by_itself(council, allpay, old, new, column):
    assert "post nothing automatically" in scenario("FS087")["expected"]
    file = bring(allpay, sample(ALLPAY).replace(old, new))

    assert any(found == column or column == "" for _line, found, _ in problems_of(file))
    with pytest.raises(ImportRefused):
        post(file)
    assert book() == 0
    post(file, OnProblems.SUSPENSE)
    assert book() > 0
