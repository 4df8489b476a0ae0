"""What councils' earlier system did with imports, and where ours does the right thing instead."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError

from ims_wagtail.imports import checking, formats
from ims_wagtail.imports.deciding import confirm, undo
from ims_wagtail.imports.enums import DateFormat, ImportKind, ImportState, OnProblems
from ims_wagtail.imports.exceptions import ImportRefused
from ims_wagtail.imports.formats.contract import Format, Totals
from ims_wagtail.imports.formats.ims_transactions import IMS_TRANSACTIONS
from ims_wagtail.imports.models import Import, ImportRow, ImportType, Layout
from ims_wagtail.imports.totals import check_totals
from ims_wagtail.imports.working import work_on
from ims_wagtail.ledger.models import Transaction
from tests.casebook import cases, scenario

from .making import external_method, make_import_type
from .running import book, bring, file_of, line, outcomes, post, problems_of


pytestmark = pytest.mark.django_db

KINDS = {"Transaction": ImportKind.TRANSACTIONS, "AccountHolder": ImportKind.ACCOUNT_HOLDERS}


@pytest.fixture
def holders_format(monkeypatch) -> Format:
    """A format of account holders, whichever are installed."""
    made = Format(
        key="any-holders",
        name="Holders",
        open=IMS_TRANSACTIONS.open,
        sample="",
        kind=ImportKind.ACCOUNT_HOLDERS,
    )
    monkeypatch.setitem(formats._formats, made.key, made)
    return made


@pytest.mark.parametrize(("case", "correction"), cases("import.validate"))
def test_what_cannot_be_right_is_refused(case, correction, council, holders_format, tmp_path):
    given = case["input"]
    if "import_type" in given:
        path = tmp_path / "a.csv"
        path.write_bytes(file_of(line(1)))
        with pytest.raises(CommandError, match="No import type unknown"):
            call_command("ims_import", "unknown", str(path))
    elif "number_of_rows" in given:
        said = Totals(count=given["number_of_rows"])
        (problem,) = check_totals(said, count=given["rows"], amount=Decimal(1), unread=0)
        assert problem.column == "Number of rows"
        assert (problem.found[0], problem.expected[0]) == ("2", "3")
    else:
        of_kind = {
            ImportKind.TRANSACTIONS: "ims-transactions",
            ImportKind.ACCOUNT_HOLDERS: holders_format.key,
        }
        wrong = ImportType(
            code="wrong",
            name="Wrong",
            kind=KINDS[given["data_type"]],
            format=of_kind[KINDS[given["import_type_data_type"]]],
            method=external_method(),
        )
        with pytest.raises(ValidationError, match="the other kind"):
            wrong.full_clean()


STATES = {
    "Received": ImportState.RECEIVED,
    "InProgress": ImportState.CHECKING,
    "Succeeded": ImportState.POSTED,
    "Reverted": ImportState.UNDONE,
}


@pytest.mark.parametrize(("case", "correction"), cases("import.status"))
def test_a_file_is_in_one_state_at_a_time(case, correction, council, transfers):
    expected = STATES[case["expected"].get("status") or case["expected"]["current"]]
    from django.core.files.base import ContentFile

    from ims_wagtail.imports.leases import claim
    from ims_wagtail.imports.receiving import receive

    if expected in (ImportState.RECEIVED, ImportState.CHECKING):
        file = receive(
            import_type=transfers,
            file=ContentFile(file_of(line(1))),
            file_name="a.csv",
            at_once=True,
        )
        if expected == ImportState.CHECKING:
            claim(file.pk)
    else:
        file = post(bring(transfers, file_of(line(1))))
        if expected == ImportState.UNDONE:
            undo(import_id=file.pk, reason="Wrong file", at_once=True)
            work_on(import_id=file.pk)
    file.refresh_from_db()
    assert file.state == expected


LIFECYCLE = cases(
    "import.lifecycle",
    corrected={
        "errors supplied by the caller: rows are stored but neither validated nor processed": (
            "rows that can't be read don't keep the others from being checked"
        ),
        "unexpected exception is masked": "it is logged, and says that nothing was posted",
    },
)


@pytest.mark.parametrize(("case", "correction"), LIFECYCLE)
def test_whatever_goes_wrong_nothing_is_posted(case, correction, council, transfers, monkeypatch):
    content = file_of(line(1), line(2, amount="x"))
    if "import_errors" in case["input"]:
        file = bring(transfers, content)
        assert outcomes(file) == ["posted", "rejected"]
        with pytest.raises(ImportRefused):
            post(file)
    elif case["input"].get("raises") == "unexpected":
        monkeypatch.setattr(checking, "compile_verdicts", lambda _type: 1 / 0)
        file = bring(transfers, content)
        assert (file.state, "did not foresee" in file.failure) == (ImportState.FAILED, True)
    else:
        file = bring(transfers, content + b"\xff")
        assert file.state == ImportState.FAILED
        assert "0xFF" in file.failure
    assert book() == 0
    assert not Transaction.objects.exists()


def trailed() -> ImportType:
    """Files whose trailer says how many rows and pounds they hold."""
    layout = Layout.objects.create(name="Trailed", trailer_starts="T,", date_format=DateFormat.ISO)
    for place, field in enumerate(("date", "fund", "reference", "amount", "external_id"), start=1):
        layout.columns.create(field=field, place=place)
    layout.columns.create(part="trailer", field="row_count", place=2)
    layout.columns.create(part="trailer", field="total", place=3)
    return make_import_type("trailed", format="laid-out", layout=layout)


ROWS = b"2026-11-20,23,301122331,10.00,1\n2026-11-20,23,123456780,5.00,2\n"


def test_totals_that_agree_let_a_file_through(council):
    file = post(bring(trailed(), ROWS + b"T,2,15.00\n"))

    assert (file.state, book()) == (ImportState.POSTED, 15)


@pytest.mark.parametrize(
    ("content", "column", "found"),
    [
        (ROWS + b"T,2,15.01\n", "Total", "£15.00 in the rows"),
        (ROWS + b"T,3,15.00\n", "Number of rows", "2 in the rows"),
        (ROWS, "The trailer line", "no line that begins with “T,”"),
    ],
)
def test_a_penny_a_row_or_the_end_that_is_missing_keeps_the_whole_file_out(
    council, content, column, found
):
    assert "the totals found and expected" in scenario("FS087")["expected"]
    file = bring(trailed(), content)

    assert problems_of(file) == [(0, column, found)]
    with pytest.raises(ImportRefused):
        confirm(import_id=file.pk, on_problems=OnProblems.REFUSE)
    assert book() == 0

    # An officer may take the good rows all the same, and that is written down.
    post(file, OnProblems.SUSPENSE)
    assert book() == 15


def test_rows_in_the_book_and_what_came_in_stay_as_they_were(council, transfers):
    from django.db import IntegrityError, transaction

    file = post(bring(transfers, file_of(line(1))))
    rows = ImportRow.objects.filter(of_import=file)
    for change in (
        lambda: rows.delete(),
        lambda: rows.update(amount=1),
        lambda: Import.objects.filter(pk=file.pk).update(sha256="x"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    rows.update(raw="", payer="")
