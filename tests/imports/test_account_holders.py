"""Files of account holders: what they do to our accounts, and what they may not do."""

import json
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ims_wagtail import imports
from ims_wagtail.access.models import AuditEntry
from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.accounts.selectors import address, full_name
from ims_wagtail.clock import LONDON
from ims_wagtail.imports.enums import ColumnField, HolderMode, ImportState, LayoutShape
from ims_wagtail.imports.exceptions import ImportRefused
from ims_wagtail.imports.holders.forgetting import forget_old_holders
from ims_wagtail.imports.holders.laid_out import LAID_OUT_HOLDERS
from ims_wagtail.imports.models import HolderTotal, Import, ImportHolder, ImportType, Layout
from tests.factories import make_fund, make_stop_message

from .holding import (
    COLUMNS,
    accounts_held,
    differences,
    everything_held,
    holders_file,
    load,
    make_holders_type,
    owed,
    take_back,
)
from .making import make_import_type
from .running import bring, check_now, problems_of


pytestmark = pytest.mark.django_db

SAMPLES = Path(imports.__file__).parent / "samples"


@pytest.fixture
def stop(council):
    return make_stop_message(fund=council.sundry, code="L1")


@pytest.fixture
def replacing(council) -> ImportType:
    """Full replacements of the accounts of one fund."""
    return make_holders_type(funds=(council.sundry,))


ROW = ("24", "A1", "Brook", "AB1 2CD", "12.50", "")
OTHER = ("24", "A2", "Smith", "", "", "")


def test_a_first_file_makes_the_accounts_and_the_next_only_writes_what_differs(
    council, replacing, stop
):
    first = bring(replacing, holders_file(ROW, OTHER))
    assert differences(first) == {"new": 2, "changed": 0, "same": 0, "gone": 0, "left_out": 0}
    assert not AccountHolder.objects.exists()
    load(first)
    assert accounts_held() == {
        ("24", "A1"): ("Brook", "AB1 2CD", owed("12.50"), None),
        ("24", "A2"): ("Smith", "", None, None),
    }
    written = dict(AccountHolder.objects.values_list("reference", "updated_at"))
    assert AccountHolder.objects.get(reference="A1").balance_at == first.received_at

    second = bring(replacing, holders_file(OTHER, ("24", "A3", "Vale", "", "0.00", "l1")))
    assert differences(second) == {"new": 1, "changed": 0, "same": 1, "gone": 1, "left_out": 0}
    load(second)
    assert accounts_held() == {
        ("24", "A2"): ("Smith", "", None, None),
        ("24", "A3"): ("Vale", "", owed("0.00"), "L1"),
    }
    assert AccountHolder.objects.get(reference="A2").updated_at == written["A2"]


def test_an_unchanged_balance_is_as_at_the_newest_file(council, replacing):
    load(bring(replacing, holders_file(ROW)))
    written = AccountHolder.objects.get().updated_at
    file = load(bring(replacing, holders_file(ROW)))

    assert differences(file)["same"] == 1
    held = AccountHolder.objects.get()
    assert (held.balance_as_at, held.updated_at) == (file.received_at, written)


def test_balances_are_not_as_at_a_file_that_left_some_out(council, replacing):
    load(bring(replacing, holders_file(ROW, OTHER)))
    was = AccountHolder.objects.get(reference="A1").balance_as_at
    load(bring(replacing, holders_file(ROW, (*OTHER[:5], "L9"))), rest=True)

    assert AccountHolder.objects.get(reference="A1").balance_as_at == was


def test_what_a_file_does_not_tell_stays_as_it_is(council, stop):
    load(bring(make_holders_type(funds=(council.sundry,)), holders_file((*ROW[:5], "L1"))))
    balances = make_holders_type(
        "balances",
        funds=(council.sundry,),
        columns=(ColumnField.REFERENCE, ColumnField.BALANCE),
        holder_mode=HolderMode.CHANGES,
    )

    load(bring(balances, b"A1,99.00\nA9,1.00\n"))

    assert accounts_held() == {
        ("24", "A1"): ("Brook", "AB1 2CD", owed("99.00"), "L1"),
        ("24", "A9"): ("", "", owed("1.00"), None),
    }


def test_a_file_that_would_remove_too_many_waits_until_somebody_says_why(council):
    kind = make_holders_type(funds=(council.sundry, council.tax), most_gone=10)
    rows = [("24", f"A{number}", "Brook", "", "", "") for number in range(1, 11)]
    taxed = ("23", "301122331", "Vale", "", "", "")
    load(bring(kind, holders_file(*rows, taxed)))

    # One of ten is as many as may go; a fund that is missing from the file is all of its accounts.
    load(bring(kind, holders_file(*rows[1:], taxed)))
    file = bring(kind, holders_file(*rows[1:]))
    before = everything_held()
    with pytest.raises(ImportRefused, match="1 of 1 in 23"):
        load(file)
    assert everything_held() == before

    load(file, gone_reason="Council tax has moved")
    assert {fund for fund, _reference in accounts_held()} == {"24"}
    entry = AuditEntry.objects.filter(action="post import").latest("pk")
    assert entry.after["gone_reason"] == "Council tax has moved"


def test_rows_with_problems_keep_the_whole_file_out_and_their_accounts_in(council, replacing):
    make_fund("25")
    load(bring(replacing, holders_file(ROW, OTHER, ("24", "A3", "Vale", "", "", ""))))
    file = bring(
        replacing,
        holders_file(
            ("24", "A1", "Brooks", "AB1 2CD", "12.50", ""),
            ("24", "A2", "Smith", "A POSTCODE TOO LONG", "", ""),
            ("25", "B1", "Elsewhere", "", "", ""),
            ("24", "A1", "Joint holder", "", "", ""),
            ("24", "A4", "Hill", "", "", "L9"),
        ),
    )

    assert differences(file) == {"new": 0, "changed": 1, "same": 0, "gone": 1, "left_out": 4}
    found = {(line, column) for line, column, _found in problems_of(file)}
    assert found == {
        (2, "postcode"),
        (3, "Fund"),
        (4, "Account reference"),
        (5, "Stop message"),
    }
    with pytest.raises(ImportRefused, match="nothing of it is posted"):
        load(file)

    load(file, rest=True)
    assert {key[1]: row[0] for key, row in accounts_held().items()} == {
        "A1": "Brooks",
        "A2": "Smith",
    }


def test_no_account_goes_while_a_row_does_not_say_whose_it_is(council, replacing):
    load(bring(replacing, holders_file(ROW, OTHER)))
    file = bring(replacing, holders_file(OTHER) + b"24,,Nobody,,,\n24,A7,Vale,,12.x,\n")

    assert (differences(file)["gone"], differences(file)["left_out"]) == (0, 2)
    load(file, rest=True)
    assert set(accounts_held()) == {("24", "A1"), ("24", "A2")}


def test_an_empty_file_removes_nothing(council, replacing):
    load(bring(replacing, holders_file(ROW)))
    file = bring(replacing, b"\n")

    assert problems_of(file) == [(0, "", "no rows")]
    with pytest.raises(ImportRefused, match="nothing to load"):
        load(file, gone_reason="All gone", rest=True)
    assert set(accounts_held()) == {("24", "A1")}


def test_a_file_cut_off_is_not_loaded(council, replacing):
    file = bring(replacing, holders_file(ROW) + b"24,A2\n")

    assert [line for line, *_rest in problems_of(file)] == [2]
    with pytest.raises(ImportRefused):
        load(file)


def test_a_reference_is_kept_as_residents_type_it_and_a_wrong_one_is_a_problem(council):
    kind = make_holders_type(funds=(council.tax,), holder_mode=HolderMode.CHANGES)
    file = bring(
        kind,
        holders_file(
            ("23", " 301122331 ", "Brook", "", "", ""), ("23", "301122332", "Vale", "", "", "")
        ),
    )

    assert [problem[:2] for problem in problems_of(file)] == [(2, "Account reference")]
    load(file, rest=True)
    assert set(accounts_held()) == {("23", "301122331")}


def test_accounts_that_changed_after_the_preview_are_looked_at_again(council, replacing, stop):
    load(bring(replacing, holders_file(ROW)))
    file = bring(replacing, holders_file((*ROW[:2], "Brooks", *ROW[3:])))
    AccountHolder.objects.update(stop_message=stop)

    load(file)
    assert (file.state, "Look at the differences again" in file.failure) == (
        ImportState.PREVIEWED,
        True,
    )
    assert accounts_held()["24", "A1"][0] == "Brook"

    load(file)
    assert (file.state, accounts_held()["24", "A1"]) == (
        ImportState.POSTED,
        ("Brooks", "AB1 2CD", owed("12.50"), None),
    )


def test_a_file_is_not_loaded_into_a_fund_its_type_has_given_up(council):
    kind = make_holders_type(funds=(council.sundry, council.tax))
    file = bring(kind, holders_file(ROW))
    kind.funds.set([council.tax])

    with pytest.raises(ImportRefused, match="about other funds"):
        load(file)


def test_undoing_is_refused_once_what_the_file_wrote_was_written_over(council, replacing, stop):
    file = load(bring(replacing, holders_file(ROW, OTHER)))
    AccountHolder.objects.filter(reference="A1").update(stop_message=stop)

    take_back(file)
    assert (file.state, "A1" in file.failure, "A2" in file.failure) == (
        ImportState.POSTED,
        True,
        False,
    )
    assert set(accounts_held()) == {("24", "A1"), ("24", "A2")}


FIELD = st.sampled_from
FILES = st.lists(
    st.tuples(
        FIELD(["24", "25"]),
        FIELD(["A1", "A2", "A3", "A4", "A5", "A6"]),
        FIELD(["Brook", "Ō'Back\\slash", "", "Two  words"]),
        FIELD(["AB1 2CD", ""]),
        FIELD(["12.50", "-3.00", "0.00", ""]),
        FIELD(["", "L1"]),
    ),
    max_size=8,
    unique_by=lambda row: row[:2],
)


def told(rows) -> dict:
    """What the rows of a file say of their accounts."""
    return {
        row[:2]: (" ".join(row[2].split()), row[3], owed(row[4]), row[5] or None) for row in rows
    }


@pytest.mark.parametrize("mode", [HolderMode.REPLACE, HolderMode.CHANGES])
def test_accounts_equal_the_file_and_after_undoing_are_as_before(council, stop, mode):
    more = make_fund("25")
    make_stop_message(fund=more, code="L1")
    first = make_holders_type("first", funds=(council.sundry, more))
    second = make_holders_type("second", funds=(council.sundry, more), holder_mode=mode)
    AccountHolder.objects.create(fund=council.tax, reference="301122331", surname="Elsewhere")
    elsewhere = accounts_held()

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(before=FILES.filter(bool), after=FILES.filter(bool))
    def example(before, after):
        with transaction.atomic():
            load(bring(first, holders_file(*before)))
            was = everything_held()
            file = load(bring(second, holders_file(*after)))
            kept = told(before) if mode == HolderMode.CHANGES else {}
            assert accounts_held() == elsewhere | kept | told(after)
            check_now()
            take_back(file)
            assert file.state == ImportState.UNDONE
            assert everything_held() == was
            check_now()
            transaction.set_rollback(True)

    example()


def test_our_sample_is_read_whole_by_its_headings(council):
    layout = Layout.objects.create(name="Sample", has_headings=True)
    for field, heading in (
        ("reference", "Account"),
        ("title", "Title"),
        ("forename", "Forename"),
        ("surname", "Surname"),
        ("address_1", "Street"),
        ("address_2", "Town"),
        ("postcode", "Postcode"),
        ("balance", "Balance"),
        ("stop_message", "Stop"),
    ):
        layout.columns.create(field=field, heading=heading)
    kind = make_import_type(
        "sample",
        funds=(council.sundry,),
        method=None,
        kind=layout.kind,
        format=LAID_OUT_HOLDERS.key,
        layout=layout,
    )
    file = load(bring(kind, (SAMPLES / LAID_OUT_HOLDERS.sample).read_bytes()))

    assert (file.row_count, str(file.amount)) == (3, "132.70")
    jo = AccountHolder.objects.get(reference="123456780")
    assert (full_name(jo), address(jo)) == (
        "Ms Jo Smith-Jones",
        "22 Mill Lane, Anyborough, AB3 4EF",
    )


def test_balances_at_fixed_places_are_as_at_the_day_of_the_header(council):
    layout = Layout.objects.create(
        name="Fixed",
        shape=LayoutShape.FIXED,
        header_starts="H",
        trailer_starts="T",
        date_format="%d%m%Y",
        decimals=2,
        negative_signs="C",
    )
    for field, part, place, length in (
        ("date", "header", 2, 8),
        ("reference", "row", 1, 4),
        ("balance", "row", 5, 6),
        ("sign", "row", 11, 1),
        ("total", "trailer", 2, 6),
    ):
        layout.columns.create(field=field, part=part, place=place, length=length)
    kind = make_import_type(
        "fixed",
        funds=(council.sundry,),
        method=None,
        kind=layout.kind,
        format=LAID_OUT_HOLDERS.key,
        layout=layout,
    )
    file = bring(kind, b"H20112026\nA1  001250D\nA2  000100C\nA3  0001\nT001150\n")
    assert [line for line, *_rest in problems_of(file)] == [4]
    load(file, rest=True)

    held = dict(AccountHolder.objects.values_list("reference", "balance"))
    assert held == {"A1": owed("12.50"), "A2": owed("-1.00")}
    assert AccountHolder.objects.get(reference="A1").balance_at == datetime(
        2026, 11, 20, tzinfo=LONDON
    )


def run(*arguments: str) -> dict:
    out = StringIO()
    try:
        call_command("ims_import", *arguments, stdout=out)
    except CommandError as error:
        return json.loads(out.getvalue()) | {"error": str(error)}
    return json.loads(out.getvalue())


def test_the_command_says_what_a_file_does_to_each_fund(council, tmp_path):
    make_holders_type(funds=(council.sundry,), most_gone=10)
    path = tmp_path / "holders.csv"
    path.write_bytes(holders_file(ROW, OTHER))

    would = run("holders", str(path), "--dry-run")
    assert (would["outcome"], would["new"], would["balances"]) == ("would_post", 2, "12.50")
    assert not Import.objects.exists()
    assert not ImportHolder.objects.exists()
    assert run("holders", str(path))["outcome"] == "posted"

    path.write_bytes(holders_file(ROW))
    refused = run("holders", str(path))
    assert (refused["outcome"], "1 of 2 in 24" in refused["error"]) == ("refused", True)
    done = run("holders", str(path), "--remove-because", "It was closed")
    assert done["funds"] == {
        "24": {"known": 2, "new": 0, "changed": 0, "same": 1, "gone": 1, "left_out": 0}
    }
    assert set(accounts_held()) == {("24", "A1")}


def test_names_and_addresses_go_with_their_file_and_the_numbers_stay(council, replacing, settings):
    settings.IMS = {**settings.IMS, "IMPORT_FILE_DAYS": 1}
    file = load(bring(replacing, holders_file(ROW)))
    assert forget_old_holders() == 0
    settings.IMS = {**settings.IMS, "IMPORT_FILE_DAYS": 0}

    assert forget_old_holders() == 1
    assert not ImportHolder.objects.exists()
    assert HolderTotal.objects.get().new == 1
    assert "not kept any more" in take_back(file).failure
    assert set(accounts_held()) == {("24", "A1")}


def test_a_layout_of_money_is_not_for_account_holders(council, replacing):
    layout = replacing.layout
    layout.columns.exclude(field=COLUMNS[1]).delete()
    layout.columns.create(field=ColumnField.AMOUNT, place=9)
    with pytest.raises(ValidationError, match="of the other kind"):
        replacing.full_clean()
