"""A simulation says what a rule would have done, as running it does, and changes nothing."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Count, Sum
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ims_wagtail.approvals.services import approve
from ims_wagtail.imports.enums import RowOutcome
from ims_wagtail.imports.models import Import, ImportRow, ImportRule, RuleAction, RuleUse
from ims_wagtail.imports.rules import simulating
from ims_wagtail.imports.rules.enabling import ask_to_enable
from ims_wagtail.imports.rules.enums import ActionKind, Operator, RuleField
from ims_wagtail.imports.rules.simulating import simulate
from tests.factories import make_account_holder
from tests.staff.people import ALL_FUNDS, make_person

from .making import make_import_type
from .running import bring, file_of, line
from .test_rules import in_the_narrative, make_rule


pytestmark = pytest.mark.django_db


@pytest.fixture
def two_people():
    return (
        make_person("ims_imports.enable_importrule", funds=(ALL_FUNDS,)),
        make_person("ims_imports.approve_enable_importrule", funds=(ALL_FUNDS,)),
    )


def switch_on(rule, two_people):
    asker, approver = two_people
    approve(approval_id=ask_to_enable(rule=rule, reason="Moved", by=asker).pk, by=approver)


def to_fund(code: str):
    return ((ActionKind.FUND, code),)


def flows(found) -> dict[tuple[str, str, str, str], tuple[int, Decimal]]:
    """The totals by outcome and fund before and after."""
    return {
        (before, found.funds[of].code, after, found.funds[to].code): (flow.rows, flow.amount)
        for (before, of, after, to), flow in found.flows.items()
    }


def sums() -> Counter:
    """What the kept rows come to, by outcome and fund."""
    rows = ImportRow.objects.exclude(outcome=RowOutcome.REJECTED)
    found = rows.values("of_import", "outcome", "fund").annotate(sum=Sum("amount"), n=Count("pk"))
    newest = Import.objects.latest("pk").pk
    return Counter(
        {
            (row["outcome"], row["fund"]): row["sum"]
            for row in found.order_by()
            if row["of_import"] == newest
        }
    )


def test_a_rule_says_whose_money_would_go_where(council, transfers):
    bring(transfers, file_of(line(1), line(2, narrative="Other"), line(3, amount="2.50")))
    rule = make_rule(in_the_narrative(), actions=to_fund("24"))

    found = simulate(rule=rule, types=[transfers])

    assert (found.looked_at, found.acted, found.changed) == (3, 2, 2)
    assert flows(found) == {("posted", "23", "posted", "24"): (2, Decimal("12.50"))}
    assert [one.row.number for one in found.rows] == [3, 1]


def test_rows_are_taken_as_they_were_before_rules_changed_them(council, transfers, two_people):
    """Split rows as well, which are looked at whole; without the rule they stay where they were."""
    first = make_rule(in_the_narrative(), actions=to_fund("24"), name="First")
    RuleAction.objects.create(
        rule=first, kind=ActionKind.SPLIT, value="X1", amount="4.00", fund=council.tax
    )
    switch_on(first, two_people)
    bring(transfers, file_of(line(1), line(2, account="wrong")))
    assert ImportRow.objects.count() == 4

    found = simulate(rule=first, types=[transfers])

    assert (found.looked_at, found.acted) == (4, 2)
    assert flows(found) == {
        ("posted", "23", "posted", "24"): (1, Decimal("6.00")),
        ("posted", "23", "problem", "SP"): (1, Decimal("4.00")),
        ("problem", "SP", "posted", "24"): (1, Decimal("6.00")),
        # The account of the part is of no known kind either; it is another reference.
        ("problem", "SP", "problem", "SP"): (1, Decimal("4.00")),
    }


def test_what_a_row_named_counts_although_its_money_went_to_suspense(council, transfers):
    bring(transfers, file_of(line(1, account="wrong")))
    rule = make_rule(
        (RuleField.FUND, Operator.IS, "23"), actions=((ActionKind.REFERENCE, "301122331"),)
    )
    found = simulate(rule=rule, types=[transfers])
    assert list(flows(found).values()) == [(1, Decimal("10.00"))]
    assert next(iter(flows(found)))[2:] == ("posted", "23")


def test_accounts_that_are_missing_stay_out_of_funds_that_take_no_others(council, transfers):
    council.sundry.account_must_exist = True
    council.sundry.save()
    make_account_holder(fund=council.sundry, reference="KNOWN")
    bring(transfers, file_of(line(1), line(2, account="301122331")))
    for reference, outcome in (("KNOWN", "posted"), ("UNKNOWN", "problem")):
        rule = make_rule(
            name=reference, actions=((ActionKind.FUND, "24"), (ActionKind.REFERENCE, reference))
        )
        assert {way[2] for way in flows(simulate(rule=rule, types=[transfers]))} == {outcome}


def test_only_files_of_the_rule_and_the_reader_and_the_last_months_count(council, transfers):
    other = make_import_type("other")
    for number, import_type in enumerate((transfers, other), start=1):
        bring(import_type, file_of(line(number)))
    rule = make_rule(in_the_narrative(), actions=to_fund("24"))

    assert simulate(rule=rule, types=[transfers, other]).acted == 2
    assert simulate(rule=rule, types=[other]).acted == 1
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        assert simulate(rule=rule, types=[transfers, other]).looked_at == 0
    rule.import_types.add(other)
    assert simulate(rule=rule, types=[transfers]).looked_at == 0


def test_the_newest_rows_are_looked_at_when_there_are_too_many(council, transfers, monkeypatch):
    monkeypatch.setattr(simulating, "MOST", 2)
    bring(transfers, file_of(line(1)))
    rule = make_rule(actions=to_fund("24"))
    assert not simulate(rule=rule, types=[transfers]).is_cut
    bring(transfers, file_of(line(2), line(3)))

    found = simulate(rule=rule, types=[transfers])

    assert found.is_cut
    assert [one.row.number for one in found.rows] == [2, 1]
    assert found.looked_at == 2


def test_rules_that_set_the_same_thing_differently_are_named(council, transfers, two_people):
    for name, order, fund in (("Later", 200, "24"), ("Agrees", 300, "23")):
        switch_on(make_rule(name=name, order=order, actions=to_fund(fund)), two_people)
    bring(transfers, file_of(line(1), line(2)))
    rule = make_rule(in_the_narrative(), actions=to_fund("23"))

    (conflict,) = simulate(rule=rule, types=[transfers]).conflicts

    assert (conflict.other.name, conflict.field, conflict.rows, conflict.other_wins) == (
        "Later",
        "fund code",
        2,
        True,
    )


def test_a_rule_that_can_not_be_read_any_more_says_why(council, transfers):
    with pytest.raises(ValidationError, match="no such code"):
        simulate(rule=make_rule(actions=to_fund("gone")), types=[transfers])


CONDITIONS = st.sampled_from(
    [
        (RuleField.NARRATIVE, Operator.CONTAINS, "rent"),
        (RuleField.NARRATIVE, Operator.EMPTY, ""),
        (RuleField.AMOUNT, Operator.MORE, "9"),
        (RuleField.AMOUNT, Operator.MONEY_OUT, ""),
        (RuleField.REFERENCE, Operator.STARTS, "wr"),
        (RuleField.FUND, Operator.IS, "23"),
        (RuleField.FUND, Operator.EMPTY, ""),
    ]
)
ACTIONS = st.sampled_from(
    [
        (ActionKind.FUND, "24"),
        (ActionKind.FUND, "23"),
        (ActionKind.REFERENCE, "123456780"),
        (ActionKind.NARRATIVE, "Changed rent"),
        (ActionKind.EXTRACT, "[0-9]{9}"),
        (ActionKind.SUSPENSE, "A person looks"),
        (ActionKind.SPLIT, "X1"),
    ]
)
RULES = st.tuples(st.lists(CONDITIONS, max_size=2), st.lists(ACTIONS, min_size=1, max_size=2))
LINES = st.lists(
    st.fixed_dictionaries(
        {
            "narrative": st.sampled_from(["Payment", "Rent 301122331", "rent", ""]),
            "amount": st.sampled_from(["10.00", "2.50", "-3.00"]),
            "account": st.sampled_from(["301122331", "wrong"]),
            "fund": st.sampled_from(["23", "24", "", "none"]),
        }
    ),
    min_size=1,
    max_size=6,
)


def made(name: str, order: int, drawn, council) -> ImportRule:
    conditions, actions = drawn
    plain = [one for one in actions if one[0] != ActionKind.SPLIT]
    rule = make_rule(*conditions, name=name, order=order, actions=plain)
    if len(plain) < len(actions):
        RuleAction.objects.create(
            rule=rule, kind=ActionKind.SPLIT, value="X1", amount="4.00", fund=council.sundry
        )
    return rule


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lines=LINES, tried=RULES, other=RULES, order=st.sampled_from([1, 200]))
def test_simulating_changes_nothing_and_says_what_running_does(
    council, transfers, two_people, lines, tried, other, order
):
    with transaction.atomic():
        switch_on(made("Other", 100, other, council), two_people)
        rule = made("Tried", order, tried, council)
        first = [line(number, **cells) for number, cells in enumerate(lines, start=1)]
        bring(transfers, file_of(*first))
        expected = sums()

        with CaptureQueriesContext(connection) as asked:
            found = simulate(rule=rule, types=[transfers])
        verbs = {query["sql"].split()[0].upper() for query in asked.captured_queries}
        assert verbs <= {"SELECT", "DECLARE", "FETCH", "CLOSE"}

        for (before, of, after, to), flow in found.flows.items():
            expected[before, of] = expected.get((before, of), 0) - flow.amount
            expected[after, to] = expected.get((after, to), 0) + flow.amount
        switch_on(rule, two_people)
        again = [line(n, user="2", **cells) for n, cells in enumerate(lines, start=1)]
        file = bring(transfers, file_of(*again))
        assert drop_nothing(sums()) == drop_nothing(expected)
        used = RuleUse.objects.filter(rule=rule, of_import=file).values_list("count", flat=True)
        assert found.acted == sum(used)
        transaction.set_rollback(True)


def drop_nothing(found) -> dict:
    return {key: amount for key, amount in found.items() if amount}
