"""The acceptance cases on journals, transfers and what is available."""

from decimal import Decimal

import pytest

from ims_wagtail.corrections.exceptions import CorrectionRefused
from ims_wagtail.corrections.models import Correction
from ims_wagtail.corrections.requesting import request_undo
from ims_wagtail.corrections.undoing import why_not_undo
from ims_wagtail.ledger.holds import hold
from ims_wagtail.ledger.models import Transaction
from tests.casebook import cases
from tests.factories import make_council_tax_rule, make_fund

from .making import book_of, left_of, move, paid, to, transfer


pytestmark = pytest.mark.django_db

MORE_THAN_NOTHING = "amounts are told to be more than £0.00, whichever side of it they are"
BOTH_SIDES = "targets below the source unbalance the book, so they are refused"
WHAT_IS_LEFT = "the words name the account and say where the rest went"
NO_SUCH_LINE = "the words say that there is no such line"
TRANSFERS_COUNT = "whatever takes from a line lowers what it has, by whichever method"
DATED_TODAY = "the undo is dated today and of who undoes, and has the reason as its narrative"
ONLY_ITS_OWN = "a refund of one line takes nothing from another"


@pytest.mark.parametrize(("case", "correction"), cases("journal.create"))
def test_a_journal_carries_amount_and_narrative(case, correction, council, alone):
    given, expected = case["input"], case["expected"]
    [line] = paid(council.waste, council)
    made = move(
        {line: given["amount"]},
        to(council.library, given["amount"], narrative=given["narrative"]),
        by=alone,
    )
    arrived = made.posting.lines.get(amount__gt=0)
    assert arrived.amount == Decimal(expected["amount"])
    assert arrived.narrative == expected["narrative"]


@pytest.mark.parametrize(
    ("case", "correction"),
    cases(
        "journal.validate",
        corrected={"no transaction": NO_SUCH_LINE, "within available": TRANSFERS_COUNT},
    ),
)
def test_a_journal_is_checked(case, correction, council, alone):
    given, expected = case["input"], case["expected"]
    amount = given.get("amount", "10")
    if "line" in given:
        [line] = paid(council.waste, council, given["line"])
        for number, pending in enumerate(given["pending"]):
            hold(source=f"refund:{number}", amounts={line.pk: Decimal(pending)})
        for gone in (*given["processed_refunds"], *given["transfers_non_journal"]):
            move({line: gone}, to(council.library, gone), by=alone)
        assert left_of(line) == ["100.00"]
        assert move({line: amount}, to(council.library, amount), by=alone).state == "posted"
        return
    [line] = paid(council.waste, council, "200.00")
    fund = make_fund("CT", reference_rule=make_council_tax_rule())
    taken = line if given.get("transaction", "") is not None else Transaction(pk=0)
    target = to(fund, amount, "301122332" if "reference_error" in given else "301122331")
    with pytest.raises(CorrectionRefused) as refused:
        move({taken: amount}, target, by=alone)
    assert expected["valid"] is False
    told = "301122332 in CT" if "reference_error" in given else "no such line"
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("case", "correction"),
    cases(
        "journal.rollback",
        corrected={"copies are negated and share one rollback id": DATED_TODAY},
    ),
)
def test_a_journal_is_undone_once(case, correction, council, alone):
    given, expected = case["input"], case["expected"]
    [line] = paid(council.waste, council)
    moved = move({line: "10.00"}, to(council.library, "10.00"), by=alone)
    undone = request_undo(posting=moved.posting, reason="Journal (Undo)", by=alone)
    if "error" in expected:
        assert why_not_undo(moved.posting) == "It has been undone already."
        return
    assert [amount for _fund, _account, amount in book_of(moved)] == given["transfers"]
    assert [amount for _fund, _account, amount in book_of(undone)] == expected["new_amounts"]
    lines = undone.posting.lines.all()
    assert {line.narrative for line in lines} == {expected["narrative"]}
    assert undone.posting.reverses == moved.posting


@pytest.mark.parametrize(
    ("case", "correction"),
    cases(
        "transfer.validate",
        corrected={
            "targets less than source are accepted by the server": BOTH_SIDES,
            "negative source": MORE_THAN_NOTHING,
            "zero source": MORE_THAN_NOTHING,
            "targets exceed source": WHAT_IS_LEFT,
        },
    ),
)
def test_a_transfer_is_checked(case, correction, council, alone):
    given = case["input"]
    paid(council.waste, council, "1000.00", account_reference="A")
    takes = [(council.waste, "A", given["source"])] if given["source"] is not None else []
    targets = [to(council.library, amount) for amount in given["targets"]]
    told = {
        "negative source": "more than £0.00",
        "zero source": "more than £0.00",
        "targets exceed source": "You take £10.00 and put down £100.00",
        "targets less than source are accepted by the server": "You take £100.00 and put down",
        "no source": "Enter an amount to take",
        "no targets": "Say where the money goes",
    }[case["case"]]

    with pytest.raises(CorrectionRefused, match=told):
        transfer(takes, *targets, by=alone)
    assert not Correction.objects.exists()


@pytest.mark.parametrize(
    ("case", "correction"),
    cases(
        "transaction.available",
        corrected={
            "only journal-debit MOP counts, reallocation/transfer MOPs do not": TRANSFERS_COUNT
        },
    ),
)
def test_what_is_available_is_what_was_not_moved(case, correction, council, alone):
    given, expected = case["input"], case["expected"]
    [line] = paid(council.waste, council, given["lines"][0])
    moves = given.get("journals") or [item["amount"] for item in given["transfers"]]
    moved = move({line: moves[0][1:]}, to(council.library, moves[0][1:]), by=alone)
    if "journals" in given:
        request_undo(posting=moved.posting, reason="Undone", by=alone)
    assert left_of(line) == [expected["available"]]


@pytest.mark.parametrize(
    ("case", "correction"),
    cases(
        "transaction.line_available",
        corrected={"every pending refund of the payment reduces every line": ONLY_ITS_OWN},
    ),
)
def test_a_refund_on_its_way_lowers_its_own_line_only(case, correction, council, alone):
    given = case["input"]
    line, other = paid(council.waste, council, given["line"], given["other_line"])
    hold(source="refund:1", amounts={other.pk: Decimal("20.00")})
    assert left_of(line, other) == ["50.00", "30.00"]
    assert move({line: "50.00"}, to(council.library, "50.00"), by=alone).state == "posted"
