"""Money leaves suspense once, for accounts that may be given it, and both sides are equal."""

from decimal import Decimal
from uuid import uuid4

import pytest

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.accounts.enums import StopEffect
from ims_wagtail.approvals.exceptions import NotAllowed
from ims_wagtail.approvals.services import reject
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.suspense.exceptions import SuspenseRefused
from ims_wagtail.suspense.models import Allocation, SuspenseItem
from ims_wagtail.suspense.undoing import request_undo
from tests.corrections.making import breaches, held, make_mover, move, to
from tests.factories import make_account_holder, make_fund, make_stop_message
from tests.staff.people import ALL_FUNDS

from .making import (
    allocate,
    approval_of,
    approve_allocation,
    book_of,
    left_of,
    make_matcher,
    unmatched,
)


pytestmark = pytest.mark.django_db


def test_one_item_goes_to_many_accounts_with_a_credit_note(council, alone):
    """The reference's own example: 100.00 and a credit note of 20.00 become 70.00 and 50.00."""
    [item] = unmatched(council)
    made = allocate(
        {item: "100.00"},
        to(council.waste, "70.00", "A"),
        to(council.tax, "50.00", "C"),
        by=alone,
        credit_notes=[to(council.library, "20.00", "B")],
    )

    assert book_of(made) == [
        ("SP", "UNKNOWN", "-100.00"),
        ("GW", "A", "70.00"),
        ("23", "C", "50.00"),
        ("LB", "B", "-20.00"),
    ]
    assert (made.posting.kind, made.posting.total) == (PostingKind.SUSPENSE_ALLOCATION, 0)
    assert made.amount == Decimal("120.00")
    assert left_of(item) == ["0.00"]
    assert SuspenseItem.objects.get().cleared
    assert not breaches()


def test_many_items_go_to_one_account_each_by_its_own_amount(council, alone):
    """The reference debited the largest item alone and lost the others."""
    first, second = unmatched(council, "70.00", "30.00")
    made = allocate({first: "70.00", second: "20.00"}, to(council.waste, "90.00"), by=alone)

    assert left_of(first, second) == ["0.00", "10.00"]
    assert [amount for fund, _account, amount in book_of(made) if fund == "SP"] == [
        "-70.00",
        "-20.00",
    ]
    assert not breaches()


def test_the_narrative_of_one_item_goes_with_its_money(council, alone):
    [item] = unmatched(council, narrative="CTAX 301122331")
    made = allocate({item: "100.00"}, to(council.waste, "100.00"), by=alone)
    lines = made.posting.lines.order_by("line_number")
    assert [line.narrative for line in lines] == ["Reference in the narrative", "CTAX 301122331"]


def test_what_is_owed_is_settled_with_other_money_or_by_a_credit_note(council, alone):
    owed, received = unmatched(council, "-30.00", "100.00")
    allocate({owed: "-10.00", received: "100.00"}, to(council.waste, "90.00"), by=alone)
    assert left_of(owed, received) == ["-20.00", "0.00"]

    made = allocate({owed: "-20.00"}, by=alone, credit_notes=[to(council.library, "20.00", "B")])
    assert book_of(made) == [("SP", "UNKNOWN", "20.00"), ("LB", "B", "-20.00")]
    assert left_of(owed) == ["0.00"]
    assert not breaches()


def test_over_the_limit_it_waits_for_somebody_else_and_is_held_meanwhile(council, asker, approver):
    owed, received = unmatched(council, "-30.00", "100.00")
    made = allocate({received: "100.00", owed: "-30.00"}, to(council.waste, "70.00"), by=asker)

    assert (made.state, made.posting) == ("waiting", None)
    assert left_of(owed, received) == ["0.00", "0.00"]
    for item, amount in ((owed, "-1.00"), (received, "1.00")):
        with pytest.raises(SuspenseRefused, match=r"only £0\.00 of its"):
            allocate({item: amount}, to(council.waste, "1.00"), by=asker, **_note(council, amount))
    with pytest.raises(NotAllowed):
        approve_allocation(made, by=asker)
    approve_allocation(made, by=approver)

    assert made.state == "posted"
    assert made.posting.entered_by == asker
    assert held() == 0
    assert not breaches()


def _note(council, amount):
    return {"credit_notes": [to(council.library, "2.00", "B")]} if amount < "0" else {}


def test_one_that_is_not_approved_gives_everything_back(council, asker, approver):
    owed, received = unmatched(council, "-30.00", "100.00")
    made = allocate({received: "100.00", owed: "-30.00"}, to(council.waste, "70.00"), by=asker)
    reject(approval_id=approval_of(made).pk, by=approver, note="Whose is it?")
    assert left_of(owed, received) == ["-30.00", "100.00"]
    assert held() == 0


@pytest.mark.parametrize(
    ("takes", "gives", "notes", "told"),
    [
        ("100.01", "100.01", "", r"only £100\.00 of its £100\.00 is left"),
        ("-5.00", "5.00", "10.00", r"only £100\.00 of its"),
        ("0.005", "0.005", "", "pounds and pence"),
        ("0.00", "0.00", "", r"more than £0\.00"),
    ],
)
def test_amounts_that_can_not_be_are_refused(council, alone, takes, gives, notes, told):
    [item] = unmatched(council)
    credit = [to(council.library, notes, "B")] if notes else []
    with pytest.raises(SuspenseRefused, match=told):
        allocate({item: takes}, to(council.waste, gives), by=alone, credit_notes=credit)
    assert not Allocation.objects.exists()


def test_no_items_and_no_reason_are_refused(council, alone):
    [item] = unmatched(council)
    with pytest.raises(SuspenseRefused, match="at least one item"):
        allocate({}, to(council.waste, "1.00"), by=alone)
    with pytest.raises(SuspenseRefused, match="Say why"):
        allocate({item: "1.00"}, to(council.waste, "1.00"), by=alone, reason=" ")


def test_accounts_keep_the_rules_of_a_correction(council, alone):
    [item] = unmatched(council)
    stop = make_stop_message(fund=council.waste, staff_effect=StopEffect.BLOCK, staff_text="Court")
    make_account_holder(fund=council.waste, reference="STOPPED", stop_message=stop)
    for target, told in (
        (to(council.suspense, "100.00"), "back to suspense"),
        (to(council.waste, "100.00", "STOPPED"), "Court"),
        (to(make_fund("XX", account_must_exist=True), "100.00"), "no account with this"),
        (to(make_fund("YY", enabled=False), "100.00"), "takes no money"),
    ):
        with pytest.raises(SuspenseRefused, match=told):
            allocate({item: "100.00"}, target, by=alone)
    with pytest.raises(SuspenseRefused, match="allows no credit notes"):
        allocate(
            {item: "100.00"},
            to(council.waste, "105.00"),
            by=alone,
            credit_notes=[to(council.waste, "5.00", "B")],
        )
    assert left_of(item) == ["100.00"]


def test_an_account_that_is_stopped_meanwhile_stops_the_approval(council, asker, approver):
    [item] = unmatched(council)
    made = allocate({item: "100.00"}, to(council.waste, "100.00", "A"), by=asker)
    stop = make_stop_message(fund=council.waste, staff_effect=StopEffect.BLOCK, staff_text="Court")
    make_account_holder(fund=council.waste, reference="A", stop_message=stop)
    with pytest.raises(NotAllowed, match="Court"):
        approve_allocation(made, by=approver)
    made.refresh_from_db()
    assert made.state == "waiting"
    assert held() == Decimal("100.00")


def test_it_takes_the_right_in_suspense_and_in_every_fund_it_reaches(council):
    [item] = unmatched(council)
    for funds in ((council.suspense,), (council.waste,), (council.suspense, council.library)):
        with pytest.raises(SuspenseRefused, match="in every fund"):
            allocate({item: "1.00"}, to(council.waste, "1.00"), by=make_matcher(funds=funds))
    both = make_matcher(funds=(council.suspense, council.waste))
    assert allocate({item: "1.00"}, to(council.waste, "1.00"), by=both).state == "waiting"


def test_the_second_of_two_is_told_who_has_the_item(council, alone):
    [item] = unmatched(council)
    SuspenseItem.objects.update(owner=make_matcher(name="zoe"), owned_since=item.received_at)
    with pytest.raises(SuspenseRefused, match="zoe looks after"):
        allocate({item: "1.00"}, to(council.waste, "1.00"), by=alone)


def test_a_form_that_is_sent_twice_allocates_once(council, alone):
    [item] = unmatched(council)
    key = uuid4()
    made = [
        allocate({item: "40.00"}, to(council.waste, "40.00"), by=alone, form_key=key)
        for _click in range(2)
    ]
    assert made[0] == made[1]
    assert left_of(item) == ["60.00"]


def test_an_allocation_is_taken_back_as_a_whole_and_can_be_made_again(council, alone):
    owed, received = unmatched(council, "-30.00", "100.00")
    made = allocate(
        {owed: "-30.00", received: "100.00"},
        to(council.waste, "90.00", "A"),
        by=alone,
        credit_notes=[to(council.library, "20.00", "B")],
    )
    back = request_undo(allocation=made, reason="Wrong account", by=alone)

    assert back.state == "posted"
    assert book_of(back)[-1] == ("LB", "B", "20.00")
    assert left_of(owed, received) == ["-30.00", "100.00"]
    assert not SuspenseItem.objects.filter(cleared=True).exists()
    for again, told in ((made, "undone already"), (back, "allocate the money again")):
        with pytest.raises(SuspenseRefused, match=told):
            request_undo(allocation=again, reason="No", by=alone)
    allocate({received: "100.00"}, to(council.waste, "100.00", "B"), by=alone)
    assert not breaches()


def test_what_was_moved_on_since_can_not_be_taken_back(council, alone):
    [item] = unmatched(council)
    made = allocate({item: "100.00"}, to(council.waste, "100.00", "A"), by=alone)
    line = made.posting.lines.get(corrects=None)
    mover = make_mover(alone="100.00", funds=(ALL_FUNDS,))
    move({line: "0.01"}, to(council.library, "0.01"), by=mover)
    with pytest.raises(SuspenseRefused, match="refunded or moved since"):
        request_undo(allocation=made, reason="Wrong account", by=alone)


def test_an_undo_waits_for_approval_like_what_it_undoes(council, alone, asker, approver):
    [item] = unmatched(council)
    made = allocate({item: "100.00"}, to(council.waste, "100.00", "A"), by=alone)
    back = request_undo(allocation=made, reason="Wrong account", by=asker)
    with pytest.raises(SuspenseRefused, match="asked for already"):
        request_undo(allocation=made, reason="Wrong account", by=asker)
    assert held() == Decimal("100.00")
    approve_allocation(back, by=approver)
    assert left_of(item) == ["100.00"]
    assert not breaches()


def test_who_asked_and_who_decided_stands_in_the_audit_log(council, asker, approver):
    [item] = unmatched(council)
    approve_allocation(
        allocate({item: "100.00"}, to(council.waste, "100.00"), by=asker), by=approver
    )
    said = AuditEntry.objects.order_by("pk").values_list("action", "user_name")
    assert list(said) == [
        ("request suspense allocation", "ada"),
        ("ask suspense_allocation", "ada"),
        ("approve suspense_allocation", "bea"),
    ]
