"""The acceptance cases on suspense."""

from decimal import Decimal

import pytest

from ims_wagtail.suspense.enums import Show
from ims_wagtail.suspense.exceptions import SuspenseRefused
from ims_wagtail.suspense.filters import SuspenseFilterSet
from ims_wagtail.suspense.models import Allocation, SuspenseItem
from ims_wagtail.suspense.remaining import with_remaining
from tests.casebook import cases
from tests.corrections.making import to

from .making import allocate, unmatched


pytestmark = pytest.mark.django_db

BOTH_FIGURES = "the words say what both sides come to"
OF_EACH_ITEM = "the words name the item that has nothing left, and how much it had"


@pytest.mark.parametrize(("case", "correction"), cases("suspense.allocate"))
def test_an_allocation_makes_one_line_for_each_item_account_and_credit_note(
    case, correction, council, alone
):
    given, expected = case["input"], case["expected"]
    items = unmatched(council, *["10.00"] * given["suspense_items"])
    notes = [to(council.library, "5.00", f"B{n}") for n in range(given["credit_notes"])]
    whole = Decimal(10 * len(items) + 5 * len(notes))
    each = str((whole / given["journals"]).quantize(Decimal("0.01")))
    gives = [to(council.waste, each, f"A{n}") for n in range(given["journals"])]

    made = allocate(dict.fromkeys(items, "10.00"), *gives, by=alone, credit_notes=notes)

    assert made.posting.line_count == expected["processed_transactions_created"]


@pytest.mark.parametrize(("case", "correction"), cases("suspense.status"))
def test_the_state_of_an_item_follows_from_what_was_allocated(case, correction, council, alone):
    given, expected = case["input"], case["expected"]
    [item] = unmatched(council, given["amount"])
    for amount in given["allocated"]:
        allocate({item: amount}, to(council.waste, amount), by=alone)
    shown = SuspenseFilterSet({"state": Show.UNTOUCHED}, with_remaining(SuspenseItem.objects.all()))
    assert (item in shown.qs) == (expected["status"] == "Unallocated")


@pytest.mark.parametrize(
    ("case", "correction"),
    cases(
        "suspense.validate",
        corrected={"totals differ": BOTH_FIGURES, "nothing left to allocate": OF_EACH_ITEM},
    ),
)
def test_an_allocation_is_checked(case, correction, council, alone):
    given, expected = case["input"], case["expected"]
    items = unmatched(council, *["10.00"] * len(given["suspense"]))
    for item, left in zip(items, given["suspense"], strict=True):
        if left == "0":
            allocate({item: "10.00"}, to(council.waste, "10.00"), by=alone)
    before = Allocation.objects.count()
    notes = [
        to(council.library, note["amount"] if isinstance(note, dict) else note, "B")
        for note in given["credit_notes"]
    ]
    gives = [to(council.waste, amount) for amount in given["journals"]]
    takes = dict.fromkeys(items, "10.00")

    if expected["valid"]:
        assert allocate(takes, *gives, by=alone, credit_notes=notes).state == "posted"
        return
    told = {
        BOTH_FIGURES: r"come to £20\.00 and you put down £30\.00",
        OF_EACH_ITEM: r"only £0\.00 of its £10\.00 is left",
    }
    with pytest.raises(SuspenseRefused, match=told[correction]):
        allocate(takes, *gives, by=alone, credit_notes=notes)
    assert Allocation.objects.count() == before
