"""What is wrong with files that come in: each said with its place and what to do, nothing posted.

One table for all formats. What only one format can have wrong stands in that format's own tests.
"""

from io import BytesIO

import openpyxl
import pytest

from ims_wagtail.imports.enums import ColumnField as C
from ims_wagtail.imports.enums import DateFormat, ImportState, LayoutShape, OnProblems
from ims_wagtail.imports.exceptions import ImportRefused
from ims_wagtail.imports.formats import camt053, text
from ims_wagtail.imports.formats.contract import Problem, Reading, Unreadable
from ims_wagtail.imports.formats.installed import TRANSACTION_FORMATS
from ims_wagtail.imports.formats.layouts import ColumnFacts, LayoutFacts
from ims_wagtail.imports.models import ImportRow, Layout

from .making import make_import_type
from .reading import SAMPLES, read, sample
from .running import book, breaches, bring, post, problems_of


LAYOUT = LayoutFacts(
    shape=LayoutShape.DELIMITED,
    columns=tuple(
        ColumnFacts(field, heading=heading)
        for field, heading in (
            (C.DATE, "Date"),
            (C.REFERENCE, "Account"),
            (C.PAYER, "Paid by"),
            (C.AMOUNT, "Amount"),
            (C.EXTERNAL_ID, "Our number"),
        )
    ),
    has_headings=True,
    date_format=DateFormat.SLASHES,
)
BY_KEY = {one.key: one for one in TRANSACTION_FORMATS}
WORKBOOKS = ("dwp-council-tax",)
TEXTS = [key for key in BY_KEY if key not in WORKBOOKS]
#: CSV, in which a text may stand in quotes.
QUOTED = ("laid-out", "govukpay-report", "govukpay-payout", "stripe-report")


def problems_in(key: str, content: bytes, encoding: str = "utf-8") -> list[Problem]:
    """All that is wrong with a file, whether its reader went on or not."""
    layout = LAYOUT if key == "laid-out" else None
    try:
        return read(BY_KEY[key], content, encoding=encoding, layout=layout)[1]
    except Unreadable as unreadable:
        return [unreadable.problem]


def told(problems: list[Problem]) -> Problem:
    """The first of the problems, which says all that a person has to know."""
    assert problems
    for one in problems:
        assert one.found
        assert one.expected
        assert one.remedy
    return problems[0]


def test_every_format_has_a_sample_that_is_read_whole_and_fields_that_are_documented():
    manual = (SAMPLES.parents[2] / "docs/reference/file-formats.md").read_text(encoding="utf-8")
    for one in TRANSACTION_FORMATS:
        assert (SAMPLES / one.sample).is_file(), one.key
        assert one.fields, one.key
        assert f"`{one.key}`" in manual, one.key
    for key in BY_KEY:
        assert problems_in(key, sample(BY_KEY[key])) == [], key


@pytest.mark.parametrize("key", TEXTS)
@pytest.mark.parametrize("end", [b"\r\n", b"\r"], ids=["CRLF", "lone CR"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["", "byte-order mark"])
def test_line_ends_and_a_byte_order_mark_change_nothing(key, end, mark):
    layout = LAYOUT if key == "laid-out" else None
    plain, _, _ = read(BY_KEY[key], sample(BY_KEY[key]), layout=layout)
    content = mark + sample(BY_KEY[key]).replace(b"\n", end)
    rows, problems, _ = read(BY_KEY[key], content, layout=layout)

    assert not problems
    assert [(r.number, r.amount, r.reference, r.date) for r in rows] == [
        (r.number, r.amount, r.reference, r.date) for r in plain
    ]


@pytest.mark.parametrize("key", [key for key in TEXTS if key != "camt053"])
@pytest.mark.parametrize(
    ("wrong", "found"),
    [(b"\xe9", "0xE9"), (b"\x00", "no text holds")],
    ids=["Windows-1252", "no text at all"],
)
def test_a_byte_of_another_encoding_is_named_with_its_line(key, wrong, found):
    first, _end, rest = sample(BY_KEY[key]).partition(b"\n")
    problem = told(problems_in(key, first + b"\n" + wrong + rest))

    assert problem.line == 2
    assert found in problem.found


@pytest.mark.parametrize("key", [key for key in TEXTS if key != "camt053"])
def test_a_line_of_two_gigabytes_is_refused_before_it_is_read(key):
    class Endless(BytesIO):
        """A file of one line, made while it is read."""

        given = 0

        def read(self, wanted=-1):
            assert wanted > 0, "the whole file would be read"
            self.given += wanted
            assert self.given < 4 * text.LONGEST_LINE
            return b"1" * wanted

    layout = LAYOUT if key == "laid-out" else None
    with pytest.raises(Unreadable) as refused:
        list(BY_KEY[key].open(Endless(), Reading(layout=layout)))
    assert "line ends are missing" in told([refused.value.problem]).remedy


def test_xml_without_end_is_refused_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(camt053, "LARGEST_ENTRY", 500_000)
    start = b"<Document><BkToCstmrStmt><Stmt><Ntry><AddtlNtryInf>"
    problem = told(problems_in("camt053", start + b"x" * 1_000_000))
    assert "without the end of an entry" in problem.found
    assert problems_in("camt053", sample(BY_KEY["camt053"])) == []


@pytest.mark.parametrize("key", QUOTED)
def test_quotes_inside_fields_are_text_and_broken_ones_stop_the_file(key):
    content = sample(BY_KEY[key])
    assert b'"' in content
    start = content.index(b'"')
    end = content.index(b'"', start + 1)
    broken = content[:end] + content[end + 1 :]
    problem = told(problems_in(key, broken))
    assert problem.line
    assert "quote" in problem.found or "columns" in problem.found


@pytest.mark.parametrize("key", BY_KEY)
def test_a_file_that_was_cut_off_is_never_read_as_if_it_were_whole(key):
    """Where the format says what it holds, any cut is seen; elsewhere one within a row is."""
    content = sample(BY_KEY[key]).rstrip()
    says_how_much = key in ("camt053", "mt940", "bai2", "allpay", "dwp-council-tax")
    if says_how_much:
        places = range(1, len(content) - 60, max(1, len(content) // 40))
    else:
        last = content.rindex(b"\n") + 1
        places = range(last + 1, last + content[last:].rindex(b",") - 4, 3)
    layout = LAYOUT if key == "laid-out" else None
    for place in places:
        try:
            _rows, problems, totals = read(BY_KEY[key], content[:place], layout=layout)
        except Unreadable as unreadable:
            told([unreadable.problem])
            continue
        between_statements = b":62F:" in content[:place].rsplit(b":20:", 1)[-1]
        if not problems and (between_statements or totals.amount is not None):
            continue  # what is left is a whole file
        told(problems)


@pytest.mark.parametrize(
    ("key", "old", "new", "column"),
    [
        ("laid-out", "22/11/2026,3", "29/02/2027,3", "Date"),
        ("ims-transactions", "2021-11-22 11:30", "2027-02-29 11:30", "EntryDate"),
        ("camt053", "<BookgDt><Dt>2026-11-20", "<BookgDt><Dt>2027-02-29", "BookgDt"),
        ("allpay", "20/11/2026", "29/02/2027", "Date"),
        ("govukpay-report", "20 Nov 2026", "29 Feb 2027", "Date Created"),
        ("govukpay-payout", "2026-11-20", "2027-02-29", "Transaction Date"),
        ("stripe-report", "2026-11-20", "2027-02-29", "created"),
        ("adyen-report", "2026-11-20", "2027-02-29", "Creation Date"),
    ],
)
def test_29_february_is_a_day_in_leap_years_only(key, old, new, column):
    content = sample(BY_KEY[key]).decode()
    assert old in content
    problem = told(problems_in(key, content.replace(old, new, 1).encode()))
    assert column in problem.column

    leap = content.replace(old, new.replace("2027", "2028"), 1).encode()
    assert problems_in(key, leap) == []


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ("laid-out", "Date,Account,", "Account,Date,"),
        ("stripe-report", "gross,fee,net", "fee,net,gross"),
        ("govukpay-report", "Total Amount,Wallet Type", "Wallet Type,Total Amount"),
        ("govukpay-payout", '"Amount","Fee"', '"Fee","Amount"'),
    ],
)
def test_columns_whose_headings_were_moved_without_them_do_not_pass(key, old, new):
    content = sample(BY_KEY[key]).decode()
    assert old in content
    told(problems_in(key, content.replace(old, new, 1).encode()))


@pytest.mark.parametrize("key", ["ims-transactions", "allpay", "adyen-report"])
def test_a_column_more_in_every_row_does_not_pass(key):
    content = sample(BY_KEY[key]).replace(b"\n", b"\n ,", 1) if key != "allpay" else b""
    content = content or b"\n".join(b"X" + one for one in sample(BY_KEY[key]).split(b"\n"))
    told(problems_in(key, content))


# Through the whole run: nothing is posted, whatever is wrong.


@pytest.fixture
def laid_out(council):
    layout = Layout.objects.create(
        name="Collected", has_headings=True, date_format=DateFormat.SLASHES, trailer_starts="T,"
    )
    for column in LAYOUT.columns:
        layout.columns.create(field=column.field, heading=column.heading)
    layout.columns.create(part="trailer", field="total", place=2)
    return make_import_type("collected", format="laid-out", layout=layout, default_fund=council.tax)


HEADINGS = "Date,Account,Paid by,Amount,Our number\n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "line", "column"),
    [
        ("22/11/2026,301122331,A,0.00,1\nT,0.00\n", 2, "Amount"),
        ("22/11/2026,301122331,A,10.00,1\nT,10.01\n", 0, "Total"),
        ("22/11/2026,301122331,A,10.00,1\nT,9.99\n", 0, "Total"),
        ("22/11/2026,301122331,A,10.00,1\n", 0, "The trailer line"),
        ("29/02/2027,301122331,A,10.00,1\nT,10.00\n", 2, "Date"),
        ("22/11/2126,301122331,A,10.00,1\nT,10.00\n", 2, "Date"),
        ("22/11/2026,301122332,A,10.00,1\nT,10.00\n", 2, "Account reference"),
        ("22/11/2026,301122331,A,99999999999.00,1\nT,10.00\n", 2, "Amount"),
        ("=22/11/2026,301122331,A,10.00,1\nT,10.00\n", 2, "Date"),
        ("22/11/2026,301122331,A,=1+1,1\nT,10.00\n", 2, "Amount"),
    ],
    ids=[
        "nothing",
        "a penny too much",
        "a penny too little",
        "cut off",
        "29 February",
        "in a hundred years",
        "a wrong digit",
        "too much money",
        "a formula for a day",
        "a formula for an amount",
    ],
)
def test_nothing_is_posted_of_a_file_with_anything_wrong(council, laid_out, rows, line, column):
    file = bring(laid_out, (HEADINGS + rows).encode())

    first = file.problems.order_by("pk").first()
    assert (first.line, first.column) == (line, column)
    assert all((first.found, first.expected, first.remedy))
    with pytest.raises(ImportRefused):
        post(file)
    assert book() == 0


@pytest.mark.django_db
def test_money_out_is_money_too(council, laid_out):
    content = HEADINGS + "22/11/2026,301122331,A,-10.00,1\nT,-10.00\n"
    post(bring(laid_out, content.encode()), OnProblems.REFUSE)
    assert str(book()) == "-10.00"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "content"),
    [
        ("camt053", b'<!DOCTYPE x [<!ENTITY a "b">]><Document>&a;</Document>'),
        ("dwp-council-tax", b"PK\x03\x04"),
        ("bai2", b"\xff\xfe\x00"),
        ("stripe-report", b"no,such,headings\n"),
    ],
    ids=["entities", "half a workbook", "no text", "another report"],
)
def test_a_file_that_cannot_be_read_fails_as_a_whole_with_its_reason(council, key, content):
    file = bring(make_import_type("bad", format=key), content)

    assert file.state == ImportState.FAILED
    assert "expected" in file.failure
    assert file.problems.count() == 1
    assert not ImportRow.objects.exists()
    assert book() == 0


@pytest.mark.django_db
def test_a_workbook_with_a_bad_cell_posts_nothing_either(council):
    made = openpyxl.Workbook()
    made.active.append(["Heading"] * 13)
    for name, value in {"F2": "301122331", "K2": "20/11/2026", "L2": "=1+1"}.items():
        made.active[name] = value
    content = BytesIO()
    made.save(content)
    kind = make_import_type("dwp", format="dwp-council-tax", default_fund=council.tax)
    file = bring(kind, content.getvalue())

    assert list(file.problems.values_list("line", "column", "found")) == [(2, "L, L", "=1+1")]
    with pytest.raises(ImportRefused):
        post(file)
    assert book() == 0


QUIET = ":20:ANYB\n:25:201575/12345678\n:28C:00232/001\n:60F:C261120GBP{}\n:62F:C261121GBP{}\n-\n"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at_once", [False, True], ids=["looked at", "at once"])
def test_a_statement_of_a_day_without_entries_is_nothing_wrong(council, at_once):
    kind = make_import_type("bank", format="mt940")
    file = bring(kind, QUIET.format("5,00", "5,00").encode(), post_at_once=at_once)

    assert (file.state, file.problem_count) == (ImportState.POSTED, 0)
    assert (file.sequence, book()) == ("00232/001", 0)
    assert not breaches()
    # The same statement, saved anew, is not another one.
    again = bring(kind, QUIET.format("5,00", "5,00").replace("\n", "\r\n").encode())
    assert [column for _, column, _ in problems_of(again)] == ["Number of the statement"]


@pytest.mark.django_db
def test_entries_that_are_missing_are_no_quiet_day(council):
    file = bring(make_import_type("bank", format="mt940"), QUIET.format("5,00", "5,01").encode())

    assert file.state == ImportState.PREVIEWED
    assert [found for _, _, found in problems_of(file)][0].startswith("£5.01")
