"""The account holders of the earlier system: a file that goes straight from its table to ours."""

from io import BytesIO

import pytest

from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.imports.enums import HolderMode, ImportKind
from ims_wagtail.imports.formats.contract import Reading, Unreadable
from ims_wagtail.imports.holders.ims_account_holders import IMS_ACCOUNT_HOLDERS
from tests.factories import make_stop_message

from .holding import load
from .making import make_import_type
from .reading import read, sample
from .running import bring


def test_the_sample_is_read_whole_and_null_is_nothing():
    rows, problems, _ = read(IMS_ACCOUNT_HOLDERS, sample(IMS_ACCOUNT_HOLDERS))

    assert not problems
    assert [(r.number, r.reference, r.fund, str(r.balance), r.stop_message) for r in rows] == [
        (2, "301122331", "23", "145.20", ""),
        (3, "123456780", "23", "0.00", "63"),
        (4, "100000007", "23", "-12.50", ""),
    ]
    assert (rows[0].title, rows[0].forename, rows[0].surname) == ("Mr", "Alan", "Brook")
    assert rows[1].surname == "Smith-Jones, OBE"
    assert (rows[2].address_line_1, rows[2].address_line_2) == ("5 Quay Road", "")


@pytest.mark.parametrize(
    ("old", "new", "line", "column"),
    [
        ("301122331,23", ",23", 2, "AccountReference"),
        ("123456780,23", "123456780,NULL", 3, "FundCode"),
        ("-12.5000", "-12.5050", 4, "CurrentBalance"),
        ("AB1 2CD,", "AB1 2CD,,", 2, ""),
    ],
)
def test_what_is_wrong_is_named_with_its_place(old, new, line, column):
    text = sample(IMS_ACCOUNT_HOLDERS).decode()
    assert old in text
    rows, (problem,), _ = read(IMS_ACCOUNT_HOLDERS, text.replace(old, new, 1).encode())

    assert len(rows) == 2
    assert (problem.line, problem.column) == (line, column)
    assert problem.found
    assert problem.expected
    assert problem.remedy
    assert problem.raw


def test_a_column_that_is_not_there_is_not_told():
    few = b"FundCode,AccountReference,Surname\n23,301122331,Brook\n"
    reader = IMS_ACCOUNT_HOLDERS.open(BytesIO(few), Reading())
    (row,) = reader
    assert (row.reference, reader.tells) == ("301122331", frozenset({"surname"}))
    with pytest.raises(Unreadable) as refused:
        read(IMS_ACCOUNT_HOLDERS, b"Reference,Fund\n")
    assert refused.value.problem.column == "AccountReference"


@pytest.mark.django_db
def test_accounts_come_over_with_balances_and_stops(council):
    make_stop_message(fund=council.tax, code="63")
    kind = make_import_type(
        "holders",
        funds=(council.tax,),
        method=None,
        kind=ImportKind.ACCOUNT_HOLDERS,
        format="ims-account-holders",
        holder_mode=HolderMode.REPLACE,
        most_gone=100,
    )
    kind.full_clean()

    load(bring(kind, sample(IMS_ACCOUNT_HOLDERS)))

    held = AccountHolder.objects.order_by("reference").values_list(
        "fund__code", "reference", "surname", "balance", "stop_message__code"
    )
    assert [(*one[:3], str(one[3]), one[4]) for one in held] == [
        ("23", "100000007", "Jones Brothers", "-12.50", None),
        ("23", "123456780", "Smith-Jones, OBE", "0.00", "63"),
        ("23", "301122331", "Brook", "145.20", None),
    ]
