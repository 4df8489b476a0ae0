"""Files that are posted without a preview: the same as with one, or a person looks at them."""

import pytest

from ims_wagtail.imports import checking
from ims_wagtail.imports.deciding import undo
from ims_wagtail.imports.enums import ImportState, OnProblems
from ims_wagtail.imports.models import Import, ImportKey, ImportRow
from ims_wagtail.imports.straight import Straight
from ims_wagtail.imports.working import work_on
from ims_wagtail.ledger import bulk
from ims_wagtail.ledger.models import Transaction

from .running import accounts, book, breaches, bring, file_of, line, outcomes, post, problems_of


pytestmark = pytest.mark.django_db(transaction=True)

LINE = (
    "posting__source",
    "posting__total",
    "posting__line_count",
    "posting__accounting_date",
    "line_number",
    "fund_id",
    "account_reference",
    "method_id",
    "amount",
    "vat_code_id",
    "vat_amount",
    "narrative",
    "psp_reference",
    "accounting_date",
)
#: Days, accounts that are unknown, signs, characters that files are written with.
MIXED = [
    line(n, moved=f"2026-11-{18 + n % 3} 10:00:00", amount=f"{n - 7.5:.2f}", narrative=words)
    for n, words in enumerate(("Payment", "A\\b", "Tab\there", "Rent", "") * 50)
] + [line(900, account="bad"), line(901, fund="", account="")]


def lines_of(file: Import) -> list[tuple]:
    """What is in the book of a file, without what every posting numbers anew."""
    lines = Transaction.objects.filter(posting__import_posting__of_import=file)
    number = f"import:{file.pk}:"
    return [
        (source.removeprefix(number), *rest)
        for source, *rest in lines.order_by("line_number").values_list(*LINE)
    ]


@pytest.fixture
def went_straight(monkeypatch) -> list[bool]:
    """Whether each file that tried was posted while it was read."""
    found: list[bool] = []
    finish = Straight.finish

    def watched(self, *args, **kwargs):
        found.append(finish(self, *args, **kwargs))
        return found[-1]

    monkeypatch.setattr(Straight, "finish", watched)
    return found


def test_a_file_posted_at_once_becomes_what_it_would_after_a_preview(
    council, transfers, monkeypatch, went_straight
):
    monkeypatch.setattr(checking, "BATCH", 30)
    monkeypatch.setattr(bulk, "_HUNDREDS", 1)
    content = file_of(*MIXED)
    looked_at = post(bring(transfers, content), OnProblems.SUSPENSE)
    expected, rows = lines_of(looked_at), outcomes(looked_at)
    undo(import_id=looked_at.pk, reason="Again, at once", at_once=True)
    work_on(import_id=looked_at.pk)
    before = accounts()

    file = bring(transfers, content, on_problems=OnProblems.SUSPENSE, post_at_once=True)

    assert went_straight == [True]
    assert file.state == ImportState.POSTED
    assert lines_of(file) == expected
    assert outcomes(file) == rows
    assert (file.row_count, file.amount, file.problem_count) == (
        looked_at.row_count,
        looked_at.amount,
        looked_at.problem_count,
    )
    assert problems_of(file) == problems_of(looked_at)
    assert not breaches()
    undo(import_id=file.pk, reason="Wrong file", at_once=True)
    work_on(import_id=file.pk)
    assert accounts() == before
    assert not breaches()


@pytest.mark.parametrize("wrong", [line(200, account="bad"), "cut off", line(200, amount="0")])
def test_a_file_with_a_problem_anywhere_waits_for_a_person_with_nothing_posted(
    council, transfers, monkeypatch, wrong
):
    monkeypatch.setattr(checking, "BATCH", 30)
    good = [line(number) for number in range(1, 150)]
    file = bring(transfers, file_of(*good, wrong, line(300)), post_at_once=True)

    assert file.state == ImportState.PREVIEWED
    assert (file.row_count, book()) == (151, 0)
    assert not ImportKey.objects.exists()
    assert post(file, OnProblems.SUSPENSE).state == ImportState.POSTED
    assert not breaches()


def test_rows_that_came_before_or_twice_are_told_apart_and_the_file_is_posted(
    council, transfers, went_straight
):
    post(bring(transfers, file_of(line(1), line(2))))
    file = bring(transfers, file_of(line(2), line(3), line(3)), post_at_once=True)

    assert went_straight == [False]
    assert file.state == ImportState.POSTED
    assert outcomes(file) == ["duplicate", "posted", "duplicate"]
    assert book() == 30
    assert not breaches()


def test_a_file_cancelled_while_it_is_posted_leaves_nothing(council, transfers, monkeypatch):
    monkeypatch.setattr(checking, "BATCH", 30)
    send = Straight.send

    def cancel_meanwhile(self):
        Import.objects.filter(pk=self.file.pk).update(state=ImportState.CANCELLED)
        return send(self)

    monkeypatch.setattr(Straight, "send", cancel_meanwhile)
    content = file_of(*(line(number) for number in range(1, 200)))
    file = bring(transfers, content, post_at_once=True)

    assert file.state == ImportState.CANCELLED
    assert not ImportRow.objects.exists()
    assert not ImportKey.objects.exists()
    assert book() == 0
