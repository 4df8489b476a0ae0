"""What moving, transferring, writing off and undoing leave in the book."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.accounts.enums import StopEffect
from ims_wagtail.clock import accounting_date
from ims_wagtail.corrections.enums import CorrectionState
from ims_wagtail.corrections.exceptions import CorrectionRefused
from ims_wagtail.corrections.models import Correction
from ims_wagtail.corrections.requesting import request_undo
from ims_wagtail.funds.models import MethodOfPayment
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.holds import hold
from ims_wagtail.ledger.models import Hold, Posting
from tests.factories import (
    make_account_holder,
    make_council_tax_rule,
    make_fund,
    make_stop_message,
    make_vat_code,
)
from tests.staff.people import make_person

from .making import (
    MAY_ASK,
    book_of,
    breaches,
    held,
    left_of,
    make_mover,
    move,
    paid,
    to,
    transfer,
    write_off,
)


pytestmark = pytest.mark.django_db


def test_part_of_a_line_moves_with_the_vat_of_each_side(council, alone):
    [line] = paid(council.tax, council, "120.00")

    made = move({line: "60.00"}, to(council.waste, "60.00", "GARDEN1"), by=alone)

    taken, given = made.posting.lines.order_by("line_number")
    assert made.state == CorrectionState.POSTED
    assert (made.posting.kind, made.posting.total) == (PostingKind.JOURNAL, 0)
    assert (taken.amount, taken.vat_amount, taken.corrects_id) == (-60, -10, line.pk)
    assert (given.fund, given.amount, given.vat_amount) == (council.waste, 60, 0)
    assert (taken.method.kind, given.method.kind) == ("journal", "journal_reallocation")
    assert {taken.receipt_number, given.receipt_number} == {line.receipt_number}
    assert left_of(line, given) == ["60.00", "60.00"]
    assert made.posting.entered_by == alone
    assert not breaches()


def test_a_correction_is_dated_the_day_it_is_made_not_the_day_of_the_money(council, alone):
    [line] = paid(council.tax, council)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        made = move({line: "10.00"}, to(council.waste, "10.00"), by=alone)

        assert made.posting.accounting_date == accounting_date()
    assert line.accounting_date < made.posting.accounting_date


def test_a_whole_payment_is_reallocated_to_several_accounts(council, alone):
    first, second = paid(council.tax, council, "70.00", "30.00")

    made = move(
        {first: "70.00", second: "30.00"},
        to(council.waste, "50.00", "A"),
        to(council.library, "50.00", "B", narrative="Half each"),
        by=alone,
    )

    assert book_of(made) == [
        ("23", "301122331", "-70.00"),
        ("23", "301122331", "-30.00"),
        ("GW", "A", "50.00"),
        ("LB", "B", "50.00"),
    ]
    narratives = list(
        made.posting.lines.order_by("line_number").values_list("narrative", flat=True)
    )
    assert narratives == ["Wrong account", "Wrong account", "Wrong account", "Half each"]
    assert left_of(first, second) == ["0.00", "0.00"]


def test_moved_money_can_be_moved_on(council, alone):
    [line] = paid(council.tax, council)
    moved = move({line: "100.00"}, to(council.waste, "100.00"), by=alone)
    there = moved.posting.lines.get(amount__gt=0)

    move({there: "100.00"}, to(council.library, "100.00"), by=alone)

    assert left_of(line, there) == ["0.00", "0.00"]
    with pytest.raises(CorrectionRefused, match="only £0.00 is left: the rest has been"):
        request_undo(posting=moved.posting, reason="No", by=alone)


def test_only_the_vat_code_changes_where_the_fund_lets_staff_choose(council, alone):
    [line] = paid(council.library, council, "12.00")
    reduced = make_vat_code("R5", rate="0.05")

    made = move(
        {line: "12.00"}, to(council.library, "12.00", "301122331", vat_code=reduced), by=alone
    )

    given = made.posting.lines.get(amount__gt=0)
    assert (given.vat_code, given.vat_rate, given.vat_amount) == (
        reduced,
        Decimal("0.05"),
        Decimal("0.57"),
    )


def test_another_vat_code_is_refused_where_the_fund_does_not_let_staff_choose(council, alone):
    [line] = paid(council.library, council)
    with pytest.raises(CorrectionRefused, match="another VAT code for this fund"):
        move(
            {line: "1.00"},
            to(council.waste, "1.00", vat_code=make_vat_code("R5", rate="0.05")),
            by=alone,
        )


def test_a_transfer_takes_what_the_book_holds_newest_first_and_balances(council, alone):
    [old] = paid(council.waste, council, "40.00", account_reference="A")
    [new] = paid(council.waste, council, "25.00", account_reference="A")
    [other] = paid(council.library, council, "10.00", account_reference="B")

    made = transfer(
        [(council.waste, " a ", "30.00"), (council.library, "B", "10.00")],
        to(council.library, "15.00", "C"),
        to(council.waste, "25.00", "D"),
        by=alone,
    )

    assert (made.posting.kind, made.posting.total) == (PostingKind.TRANSFER, 0)
    assert left_of(old, new, other) == ["35.00", "0.00", "0.00"]
    methods = MethodOfPayment.objects.filter(transactions__posting=made.posting)
    assert set(methods.values_list("kind", flat=True)) == {"transfer_out", "transfer_in"}
    assert not breaches()


def test_a_transfer_never_takes_more_than_the_account_has(council, alone):
    paid(council.waste, council, "40.00", account_reference="A")

    with pytest.raises(CorrectionRefused, match=r"take £40.01, but only £40.00 can be moved"):
        transfer([(council.waste, "A", "40.01")], to(council.waste, "40.01", "B"), by=alone)
    with pytest.raises(CorrectionRefused, match=r"only £40.00"):
        transfer(
            [(council.waste, "A", "30.00"), (council.waste, "A", "20.00")],
            to(council.waste, "50.00", "B"),
            by=alone,
        )
    assert not Correction.objects.exists()


def test_a_transfer_looks_past_many_lines_that_have_nothing_left(
    council, alone, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr("ims_wagtail.corrections.drawing._AT_ONCE", 2)
    [first] = paid(council.waste, council, "5.00", account_reference="A")
    for _n in range(5):
        [line] = paid(council.waste, council, "1.00", account_reference="A")
        move({line: "1.00"}, to(council.library, "1.00"), by=alone)

    transfer([(council.waste, "A", "5.00")], to(council.waste, "5.00", "B"), by=alone)

    assert left_of(first) == ["0.00"]


def test_a_write_off_is_a_journal_with_permissions_of_its_own(council):
    [line] = paid(council.waste, council, "0.03")
    clerk = make_mover("ims_corrections.request_journal", alone="100.00")
    writer = make_mover("ims_corrections.request_write_off", alone="100.00")

    with pytest.raises(CorrectionRefused, match="right to move money in every fund"):
        write_off({line: "0.03"}, to(council.library, "0.03", "WRITTEN-OFF"), by=clerk)
    made = write_off({line: "0.03"}, to(council.library, "0.03", "WRITTEN-OFF"), by=writer)

    assert (made.kind, made.posting.kind) == ("write_off", PostingKind.JOURNAL)


def test_undoing_gives_everything_back_dated_today_by_who_undoes(council, alone):
    [line] = paid(council.tax, council)
    moved = move({line: "30.00"}, to(council.waste, "30.00"), by=alone)
    other = make_mover(alone="1000.00")

    undone = request_undo(posting=moved.posting, reason="It was right", by=other)

    assert undone.posting.kind == PostingKind.REVERSAL
    assert (undone.posting.reverses, undone.posting.entered_by) == (moved.posting, other)
    assert book_of(undone) == [("23", "301122331", "30.00"), ("GW", "ELSEWHERE", "-30.00")]
    assert left_of(line, moved.posting.lines.get(amount__gt=0)) == ["100.00", "0.00"]
    assert not breaches()


def test_a_transfer_is_undone_like_a_journal(council, alone):
    [line] = paid(council.waste, council, "40.00", account_reference="A")
    made = transfer([(council.waste, "A", "30.00")], to(council.library, "30.00", "B"), by=alone)

    request_undo(posting=made.posting, reason="It was right", by=alone)

    assert left_of(line) == ["40.00"]
    assert not breaches()


def test_what_was_undone_stays_undone_and_can_be_moved_again_once(council, alone):
    [line] = paid(council.tax, council)
    moved = move({line: "100.00"}, to(council.waste, "100.00"), by=alone)
    undone = request_undo(posting=moved.posting, reason="No", by=alone)

    with pytest.raises(CorrectionRefused, match="undone already"):
        request_undo(posting=moved.posting, reason="No", by=alone)
    with pytest.raises(CorrectionRefused, match="Only journals and transfers"):
        request_undo(posting=undone.posting, reason="No", by=alone)
    # The line that gave back is no money of its own: the money is on the first line again.
    gave_back = undone.posting.lines.get(amount__gt=0)
    with pytest.raises(CorrectionRefused, match="corrects another line"):
        move({gave_back: "100.00"}, to(council.library, "100.00"), by=alone)
    move({line: "100.00"}, to(council.library, "100.00"), by=alone)
    assert not breaches()


def test_undoing_a_payment_is_refused(council, alone):
    [line] = paid(council.tax, council)
    with pytest.raises(CorrectionRefused, match="Only journals and transfers"):
        request_undo(posting=line.posting, reason="No", by=alone)


def test_an_undo_is_not_kept_back_by_a_stop_on_where_the_money_was(council, alone):
    [line] = paid(council.waste, council, account_reference="A")
    moved = move({line: "30.00"}, to(council.library, "30.00"), by=alone)
    stop = make_stop_message(fund=council.waste)
    make_account_holder(fund=council.waste, reference="A", stop_message=stop)

    request_undo(posting=moved.posting, reason="No", by=alone)

    assert left_of(line) == ["100.00"]


# Refusals


def test_what_is_available_is_said_when_it_is_too_little(council, alone):
    [line] = paid(council.tax, council)
    hold(source="refund:1", amounts={line.pk: Decimal("40.00")})

    with pytest.raises(CorrectionRefused) as refused:
        move({line: "60.01"}, to(council.waste, "60.01"), by=alone)

    assert "You want to move £60.01" in str(refused.value)
    assert "only £60.00 of its £100.00 can be moved" in str(refused.value)
    assert "held for something under way" in str(refused.value)
    assert held() == Decimal("40.00")


@pytest.mark.parametrize(
    ("taken", "given", "told"),
    [
        ("10.00", "9.99", "You take £10.00 and put down £9.99"),
        ("10.00", "10.01", "You take £10.00 and put down £10.01"),
        ("0.00", "0.00", "more than £0.00"),
        ("-5.00", "-5.00", "more than £0.00"),
        ("0.001", "0.001", "pounds and pence"),
        ("NaN", "NaN", "more than £0.00"),
    ],
)
def test_amounts_that_are_none_and_sides_that_differ_are_refused(
    council, alone, taken, given, told
):
    [line] = paid(council.waste, council)
    with pytest.raises(CorrectionRefused, match=told):
        move({line: taken}, to(council.library, given), by=alone)
    assert not Hold.objects.exists()
    assert not Correction.objects.exists()


def test_nothing_is_moved_without_a_reason_or_a_place_to_go(council, alone):
    [line] = paid(council.waste, council)
    with pytest.raises(CorrectionRefused, match="Say why"):
        move({line: "1.00"}, to(council.library, "1.00"), by=alone, reason="  ")
    with pytest.raises(CorrectionRefused, match="200 characters"):
        move({line: "1.00"}, to(council.library, "1.00"), by=alone, reason="x" * 201)
    with pytest.raises(CorrectionRefused, match="Say where"):
        move({line: "1.00"}, by=alone)
    with pytest.raises(CorrectionRefused, match="Enter an amount to take"):
        move({}, to(council.library, "1.00"), by=alone)


def test_targets_keep_the_rules_of_a_payment_every_problem_is_told(council, alone):
    [line] = paid(council.waste, council)
    tax = make_fund("CT", reference_rule=make_council_tax_rule())
    small = make_fund("SM", maximum_amount=Decimal("5.00"))

    with pytest.raises(CorrectionRefused) as refused:
        move({line: "20.00"}, to(tax, "10.00", "301122332"), to(small, "10.00"), by=alone)

    assert "301122332 in CT" in str(refused.value)
    assert "£5.00 or less" in str(refused.value)


def test_a_stopped_account_takes_no_moved_money(council, alone):
    [line] = paid(council.waste, council)
    stop = make_stop_message(fund=council.library, staff_text="Court: take nothing")
    make_account_holder(fund=council.library, reference="C1", stop_message=stop)

    with pytest.raises(CorrectionRefused, match="Court: take nothing"):
        move({line: "20.00"}, to(council.library, "20.00", "c1"), by=alone)
    stop.staff_effect = StopEffect.WARN
    stop.save()
    move({line: "20.00"}, to(council.library, "20.00", "c1"), by=alone)


def test_money_moves_neither_to_suspense_nor_to_a_closed_fund_nor_nowhere(council, alone):
    [line] = paid(council.waste, council)
    with pytest.raises(CorrectionRefused, match="back to suspense"):
        move({line: "1.00"}, to(council.suspense, "1.00"), by=alone)
    with pytest.raises(CorrectionRefused, match="takes no money any more"):
        move({line: "1.00"}, to(make_fund("XX", enabled=False), "1.00"), by=alone)
    with pytest.raises(CorrectionRefused, match="where the money is now"):
        move({line: "1.00"}, to(council.waste, "1.00", "301122331"), by=alone)


def test_the_right_is_needed_in_every_fund_on_both_sides(council):
    [line] = paid(council.waste, council)
    half = make_person(*MAY_ASK, funds=(council.waste,))

    with pytest.raises(CorrectionRefused, match="in every fund"):
        move({line: "1.00"}, to(council.library, "1.00"), by=half)
    with pytest.raises(CorrectionRefused, match="in every fund"):
        transfer([(council.library, "A", "1.00")], to(council.waste, "1.00"), by=half)
    assert move({line: "1.00"}, to(council.waste, "1.00"), by=half).state == "waiting"


def test_without_methods_of_payment_for_it_nothing_is_moved_and_it_is_said(council, alone):
    [line] = paid(council.waste, council)
    MethodOfPayment.objects.filter(kind="journal_reallocation").update(enabled=False)
    with pytest.raises(CorrectionRefused, match="method of payment"):
        move({line: "1.00"}, to(council.library, "1.00"), by=alone)


def test_what_was_asked_for_is_in_the_audit_log(council, alone):
    [line] = paid(council.waste, council)
    made = move({line: "1.00"}, to(council.library, "1.00"), by=alone)

    entry = AuditEntry.objects.get(action="request journal")
    assert (entry.user, entry.object_id) == (alone, str(made.pk))
    assert entry.after["amount"] == "1.00"
    assert Posting.objects.filter(source=f"correction:{made.pk}").count() == 1
