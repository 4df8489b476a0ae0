"""Over what one person may do alone a second one decides; meanwhile the money is held."""

from decimal import Decimal

import pytest

from ims_wagtail.accounts.enums import StopEffect
from ims_wagtail.approvals.enums import ApprovalState
from ims_wagtail.approvals.exceptions import NotAllowed
from ims_wagtail.approvals.services import approve, reject, withdraw
from ims_wagtail.corrections.enums import CorrectionState
from ims_wagtail.corrections.exceptions import CorrectionRefused
from ims_wagtail.corrections.requesting import request_undo
from ims_wagtail.ledger.models import Posting
from tests.factories import make_account_holder, make_stop_message
from tests.staff.people import ALL_FUNDS, make_person

from .making import (
    KINDS,
    MAY_APPROVE,
    MAY_ASK,
    approval_of,
    approve_correction,
    breaches,
    held,
    left_of,
    make_approver,
    make_mover,
    move,
    paid,
    to,
    transfer,
    write_off,
)


pytestmark = pytest.mark.django_db


def asked_for(kind, council, by):
    [line] = paid(council.waste, council, account_reference="A")
    if kind == "transfer":
        return line, transfer([(council.waste, "A", "40.00")], to(council.library, "40.00"), by=by)
    do = move if kind == "journal" else write_off
    return line, do({line: "40.00"}, to(council.library, "40.00"), by=by)


@pytest.mark.parametrize("kind", KINDS)
def test_what_waits_is_held_and_posted_when_a_second_person_approves(
    kind, council, asker, approver
):
    line, made = asked_for(kind, council, asker)

    assert (made.kind, made.state, made.posting) == (kind, CorrectionState.WAITING, None)
    assert approval_of(made).kind == kind
    assert (held(), left_of(line)) == (Decimal("40.00"), ["60.00"])
    assert not breaches()
    approve_correction(made, by=approver)
    assert made.state == CorrectionState.POSTED
    assert made.posting.entered_by == asker
    assert (held(), left_of(line)) == (0, ["60.00"])
    assert not breaches()


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_approves_their_own_even_with_every_right(kind, council):
    both = make_person(*MAY_ASK, *MAY_APPROVE, funds=(ALL_FUNDS,))
    _line, made = asked_for(kind, council, both)

    with pytest.raises(NotAllowed, match="Somebody else has to decide"):
        approve(approval_id=approval_of(made).pk, by=both)
    made.refresh_from_db()
    assert made.state == CorrectionState.WAITING


def test_up_to_the_limit_of_the_own_group_it_goes_through_at_once(council):
    small = make_mover(alone="40.00")
    _line, made = asked_for("journal", council, small)
    assert approval_of(made).state == ApprovalState.NOT_NEEDED
    assert made.state == CorrectionState.POSTED
    [other] = paid(council.waste, council)
    assert move({other: "40.01"}, to(council.library, "40.01"), by=small).state == "waiting"


def test_an_undo_over_the_limit_takes_two_people_as_well(council, asker, approver):
    line, made = asked_for("journal", council, asker)
    approve_correction(made, by=approver)

    undo = request_undo(posting=made.posting, reason="It was right", by=asker)

    assert (undo.state, left_of(line)) == (CorrectionState.WAITING, ["60.00"])
    with pytest.raises(CorrectionRefused, match=f"asked for already: {undo.reference}"):
        request_undo(posting=made.posting, reason="Me too", by=asker)
    approve_correction(undo, by=approver)
    assert undo.posting.reverses == made.posting
    assert left_of(line) == ["100.00"]
    assert not breaches()


@pytest.mark.parametrize("how", ["rejected", "withdrawn"])
def test_what_is_given_up_is_free_again(how, council, asker, approver):
    line, made = asked_for("journal", council, asker)
    approval = approval_of(made)
    if how == "rejected":
        reject(approval_id=approval.pk, by=approver, note="Not this one")
    else:
        withdraw(approval_id=approval.pk, by=asker)
    made.refresh_from_db()
    assert (made.state, held(), left_of(line)) == (how, 0, ["100.00"])
    assert not Posting.objects.filter(source__startswith="correction:").exists()
    assert not breaches()


def test_an_undo_that_was_rejected_can_be_asked_for_again(council, asker, approver):
    _line, made = asked_for("journal", council, asker)
    approve_correction(made, by=approver)
    undo = request_undo(posting=made.posting, reason="It was right", by=asker)
    reject(approval_id=approval_of(undo).pk, by=approver, note="No")

    again = request_undo(posting=made.posting, reason="Yes, it was", by=asker)

    assert approve_correction(again, by=approver).state == CorrectionState.POSTED


def test_a_target_that_was_stopped_meanwhile_is_not_paid_and_the_approver_is_told(
    council, asker, approver
):
    line, made = asked_for("journal", council, asker)
    stop = make_stop_message(fund=council.library, staff_text="Court: take nothing")
    make_account_holder(fund=council.library, reference="ELSEWHERE", stop_message=stop)

    with pytest.raises(NotAllowed, match="Court: take nothing"):
        approve(approval_id=approval_of(made).pk, by=approver)
    made.refresh_from_db()
    assert (made.state, left_of(line)) == (CorrectionState.WAITING, ["60.00"])
    assert not breaches()
    stop.staff_effect = StopEffect.WARN
    stop.save()
    assert approve_correction(made, by=approver).state == CorrectionState.POSTED


def test_an_approver_needs_the_right_in_both_funds(council, asker):
    _line, made = asked_for("journal", council, asker)
    half = make_approver(funds=(council.waste,))
    with pytest.raises(NotAllowed, match="funds in which you don't have"):
        approve(approval_id=approval_of(made).pk, by=half)


def test_what_waits_can_not_be_moved_or_asked_for_again(council, asker, alone):
    line, _made = asked_for("journal", council, asker)
    with pytest.raises(CorrectionRefused, match="only £60.00"):
        move({line: "60.01"}, to(council.library, "60.01"), by=alone)
    move({line: "60.00"}, to(council.library, "60.00"), by=alone)
    assert left_of(line) == ["0.00"]


def test_each_kind_takes_its_own_permission_to_approve(council, asker):
    _line, made = asked_for("write_off", council, asker)
    journals = make_person("ims_corrections.approve_journal", funds=(ALL_FUNDS,))
    with pytest.raises(NotAllowed, match="requests of this kind"):
        approve(approval_id=approval_of(made).pk, by=journals)
