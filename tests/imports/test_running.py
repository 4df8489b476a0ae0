"""A file on its way: checked as a whole, shown, posted whole or not at all, undone."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from ims_wagtail.imports import checking
from ims_wagtail.imports.deciding import cancel, confirm, undo
from ims_wagtail.imports.enums import ImportState, OnProblems
from ims_wagtail.imports.exceptions import AlreadyImported, ImportRefused
from ims_wagtail.imports.models import Import, ImportRow
from ims_wagtail.imports.storage import private_storage
from ims_wagtail.imports.working import work_on
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.holds import hold
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.probes import Looks, findings
from tests.casebook import cases, scenario
from tests.factories import make_account_holder

from .making import make_import_type
from .running import (
    accounts,
    book,
    breaches,
    bring,
    check_now,
    file_of,
    line,
    outcomes,
    post,
    problems_of,
)


pytestmark = pytest.mark.django_db


def test_a_good_file_is_shown_first_and_then_posted(council, transfers):
    file = bring(transfers, file_of(line(1), line(2, amount="2.50", account="123456780")))

    assert file.state == ImportState.PREVIEWED
    assert (file.row_count, file.amount, file.problem_count) == (2, Decimal("12.50"), 0)
    assert book() == 0

    post(file)

    check_now()
    assert file.state == ImportState.POSTED
    assert accounts() == {
        ("23", "301122331"): Decimal("10.00"),
        ("23", "123456780"): Decimal("2.5"),
    }
    posting = Posting.objects.get()
    assert (posting.kind, posting.total, posting.line_count) == (
        PostingKind.IMPORT,
        Decimal("12.50"),
        2,
    )
    assert posting.accounting_date == date(2026, 11, 20)
    assert posting.office == council.office
    assert not breaches()


def test_each_day_of_a_file_is_a_posting_of_that_day(council, transfers):
    file = bring(
        transfers,
        file_of(
            line(1, moved="2026-11-18"), line(2, moved="2026-11-19"), line(3, moved="2026-11-18")
        ),
    )
    post(file)

    check_now()
    assert list(
        Posting.objects.order_by("accounting_date").values_list("accounting_date", "line_count")
    ) == [(date(2026, 11, 18), 2), (date(2026, 11, 19), 1)]


def test_no_posting_is_too_long_to_be_looked_at(council, transfers):
    file = post(bring(transfers, file_of(*(line(number) for number in range(1, 252)))))

    check_now()
    counts = Posting.objects.order_by("pk").values_list("line_count", flat=True)
    assert list(counts) == [100, 100, 51]
    assert (book(), file.postings.count()) == (2510, 3)
    assert Transaction.objects.values("entered_at").distinct().count() == 3
    assert not breaches()


def test_a_row_leads_to_its_line_and_back(council, transfers):
    file = post(bring(transfers, file_of(line(1), line(2, account="", fund=""))))

    for row in ImportRow.objects.filter(of_import=file):
        entered = Transaction.objects.get(
            posting__import_posting__of_import=file, line_number=row.ordinal
        )
        assert (entered.amount, entered.fund_id) == (row.amount, row.fund_id)


@pytest.mark.parametrize(("case", "correction"), cases("import.transaction"))
def test_rows_without_a_fund_go_to_suspense_with_their_text(case, correction, council, transfers):
    given = case["input"]
    file = bring(
        transfers,
        file_of(line(1, fund=given["fund_code"], amount=given["amount"], narrative="J SMITH")),
    )

    assert outcomes(file) == ["suspense"] * case["expected"]["suspense"]
    post(file)
    entered = Transaction.objects.get()
    assert (entered.fund, entered.amount) == (council.suspense, Decimal(given["amount"]))
    assert entered.narrative == "J SMITH"


def test_all_or_nothing_posts_nothing_of_a_file_with_one_bad_reference(council, transfers):
    file = bring(transfers, file_of(line(1), line(2, account="301122332")))

    with pytest.raises(ImportRefused):
        confirm(import_id=file.pk, on_problems=OnProblems.REFUSE)
    assert book() == 0
    ((number, column, found),) = problems_of(file)
    assert (number, column, found) == (2, "Account reference", "301122332")


def test_by_choice_the_good_rows_are_posted_and_the_rest_waits_in_suspense(council, transfers):
    file = bring(
        transfers,
        file_of(line(1), line(2, account="301122332"), line(3, amount="ten")),
    )
    post(file, OnProblems.SUSPENSE)

    check_now()
    assert outcomes(file) == ["posted", "suspense", "rejected"]
    assert accounts() == {("23", "301122331"): 10, ("SP", "301122332"): 10}
    assert ImportRow.objects.get(outcome="rejected").raw == line(3, amount="ten")
    assert not breaches()


def test_every_bad_row_of_a_file_is_named_not_the_first_ten(council, transfers):
    (case, _correction), *_rest = (p.values for p in cases("import.file"))
    bad = case["input"]["bad_rows"]
    file = bring(transfers, file_of(*(line(n, account="1") for n in range(1, bad + 1))))

    assert len(problems_of(file)) == bad
    assert book() == case["expected"]["rows_imported"]


def test_the_same_file_under_another_name_is_refused_and_the_first_named(council, transfers):
    assert "refused naming the earlier import" in scenario("FS086")["expected"]
    content = file_of(line(1))
    first = post(bring(transfers, content, "monday.csv"))

    with pytest.raises(AlreadyImported, match=f"monday.csv.*import {first.pk}"):
        bring(transfers, content, "tuesday.csv")
    with pytest.raises(AlreadyImported):
        bring(make_import_type("other"), content)
    assert book() == 10


def test_rows_that_came_before_are_left_out_of_a_longer_file(council, transfers):
    post(bring(transfers, file_of(line(1), line(2))))
    file = bring(transfers, file_of(line(2), line(3)))

    assert outcomes(file) == ["duplicate", "posted"]
    post(file)
    assert book() == 30


def test_rows_without_a_number_of_their_own_are_known_by_all_they_say(council, transfers):
    alike = line(1, reference="")
    post(bring(transfers, file_of(alike, alike)))
    file = bring(transfers, file_of(alike, alike, alike))

    assert outcomes(file) == ["duplicate", "duplicate", "posted"]


def test_a_senders_number_twice_in_a_file_is_one_payment(council, transfers):
    file = bring(transfers, file_of(line(1), line(1)))

    assert outcomes(file) == ["posted", "duplicate"]


def test_of_two_files_with_the_same_row_the_second_is_looked_at_again(council, transfers):
    first = bring(transfers, file_of(line(1), line(2)))
    second = bring(transfers, file_of(line(2), line(3)))
    post(first)
    post(second)

    assert second.state == ImportState.PREVIEWED
    assert "Another import" in second.failure
    assert outcomes(second) == ["duplicate", "posted"]
    assert book() == 20
    post(second)
    assert book() == 30


def test_a_cancelled_file_leaves_nothing_and_may_come_again(council, transfers):
    content = file_of(line(1))
    file = bring(transfers, content)
    cancel(import_id=file.pk)

    assert not ImportRow.objects.exists()
    with pytest.raises(ImportRefused):
        confirm(import_id=file.pk, on_problems=OnProblems.REFUSE)
    assert bring(transfers, content).state == ImportState.PREVIEWED


def test_a_file_cancelled_while_it_is_checked_stops_and_leaves_nothing(
    council, transfers, monkeypatch
):
    monkeypatch.setattr(checking, "BATCH", 2)
    write_rows = checking.write_rows

    def cancel_meanwhile(rows):
        write_rows(rows)
        Import.objects.update(state=ImportState.CANCELLED)

    monkeypatch.setattr(checking, "write_rows", cancel_meanwhile)
    file = bring(transfers, file_of(*(line(n) for n in range(1, 8))))

    assert file.state == ImportState.CANCELLED
    assert not ImportRow.objects.exists()


def test_undoing_brings_every_account_back_to_where_it_was(council, transfers):
    post(bring(transfers, file_of(line(1, amount="7.00"))))
    before = accounts()
    content = file_of(line(2), line(3, account="bad"), line(4, amount="-3.00"))
    file = post(bring(transfers, content), OnProblems.SUSPENSE)

    undo(import_id=file.pk, reason="Wrong month", at_once=True)
    work_on(import_id=file.pk)

    check_now()
    file.refresh_from_db()
    assert file.state == ImportState.UNDONE
    assert accounts() == before
    assert not breaches()
    assert bring(transfers, content).state == ImportState.PREVIEWED


def test_an_import_is_not_undone_once_some_of_its_money_is_held(council, transfers):
    file = post(bring(transfers, file_of(line(1), line(2))))
    held = Transaction.objects.order_by("pk").first()
    hold(source="refund:1", amounts={held.pk: Decimal("1.00")})

    undo(import_id=file.pk, reason="Wrong month", at_once=True)
    work_on(import_id=file.pk)

    file.refresh_from_db()
    assert file.state == ImportState.POSTED
    assert held.reference in file.failure
    assert book() == 20


def test_types_that_are_not_reversible_are_not_undone(council):
    file = post(bring(make_import_type(reversible=False), file_of(line(1))))

    with pytest.raises(ImportRefused):
        undo(import_id=file.pk, reason="Wrong month")


def test_money_stays_out_of_funds_the_type_is_not_for(council):
    bounded = make_import_type(funds=(council.sundry,))
    file = bring(bounded, file_of(line(1, fund="24"), line(2, fund="23")))

    assert outcomes(file) == ["posted", "problem"]


def test_a_fund_that_takes_known_accounts_only_keeps_others_out(council, transfers):
    council.tax.account_must_exist = True
    council.tax.save()
    make_account_holder(fund=council.tax, reference="301122331")
    file = bring(transfers, file_of(line(1), line(2, account="123456780")))

    assert outcomes(file) == ["posted", "problem"]
    assert problems_of(file) == [(2, "Account reference", "123456780")]


def test_a_file_that_cannot_be_read_fails_and_leaves_no_rows(council, transfers):
    file = bring(transfers, file_of(line(1)) + b"N2,caf\xe9\n")

    assert file.state == ImportState.FAILED
    assert not ImportRow.objects.exists()
    ((number, column, found),) = problems_of(file)
    assert (number, column) == (2, "character 7")
    assert "0xE9" in found


def test_no_other_type_of_file_is_taken_once_it_is_switched_off(council):
    with pytest.raises(ImportRefused):
        bring(make_import_type(enabled=False), file_of(line(1)))


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_an_empty_file_posts_nothing(council, transfers, content):
    if not content:
        with pytest.raises(ImportRefused, match="empty"):
            bring(transfers, content)
        return
    file = bring(transfers, content)
    assert file.problem_count
    with pytest.raises(ImportRefused):
        post(file, OnProblems.SUSPENSE)


def test_a_file_above_the_limit_is_not_kept(council, transfers, settings):
    settings.IMS = {**settings.IMS, "IMPORT_MEGABYTES": 0}

    with pytest.raises(ImportRefused, match="MB"):
        bring(transfers, file_of(line(1)))
    assert not private_storage().exists("imports") or not Import.objects.exists()


def test_files_are_removed_after_their_days_and_their_rows_stay(council, transfers, settings):
    posted = post(bring(transfers, file_of(line(1))))
    waiting = bring(transfers, file_of(line(2)))
    settings.IMS = {**settings.IMS, "IMPORT_FILE_DAYS": 0}
    stored = posted.stored_as

    call_command("ims_run_imports")

    posted.refresh_from_db()
    assert posted.stored_as == ""
    assert not private_storage().exists(stored)
    assert private_storage().exists(waiting.stored_as)
    assert ImportRow.objects.filter(of_import=posted).get().raw == line(1)


def test_health_tells_of_files_that_nobody_goes_on_with_and_of_no_place_for_them(
    council, transfers, settings
):
    def codes() -> set[str]:
        found = findings(Looks.SETTINGS, Looks.SETUP)
        return {one.code for one in found if one.code.startswith("ims_imports")}

    file = bring(transfers, file_of(line(1)))
    assert not codes()
    confirm(import_id=file.pk, on_problems=OnProblems.REFUSE)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert codes() == {"ims_imports.W001"}
        settings.STORAGES = {
            name: value for name, value in settings.STORAGES.items() if name != "ims_private"
        }
        assert codes() == {"ims_imports.W001", "ims_imports.E001"}


def test_files_are_kept_under_a_name_of_ours(council, transfers):
    file = bring(transfers, file_of(line(1)), "../../etc/passwd.csv")

    assert file.stored_as.startswith("imports/")
    assert ".." not in file.stored_as
    assert private_storage().open(file.stored_as).read() == file_of(line(1))
