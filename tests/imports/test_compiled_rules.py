"""Rules as finance writes them, compiled: what they find and what they do to a row."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from ims_wagtail.funds.finding import compile_finder
from ims_wagtail.funds.references import RuleFacts as ReferenceFacts
from ims_wagtail.imports.models import RuleCondition
from ims_wagtail.imports.rows import Row
from ims_wagtail.imports.rules.compiling import compile_rules
from ims_wagtail.imports.rules.enums import ActionKind, Match, Operator, RuleField
from ims_wagtail.imports.rules.facts import ActionFacts, ConditionFacts, Finder, RuleFacts
from ims_wagtail.imports.rules.reading import value_of
from tests.casebook import cases


DAY = date(2026, 11, 20)
OPERATORS = {
    "Contain": Operator.CONTAINS,
    "NotContain": Operator.NOT_CONTAINS,
    "StartWith": Operator.STARTS,
    "EndWith": Operator.ENDS,
    "Equal": Operator.IS,
    "BeGreaterThan": Operator.MORE,
    "BeLessThan": Operator.LESS,
}
FIELDS = {
    "AccountReference": RuleField.REFERENCE,
    "FundCode": RuleField.FUND,
    "Narrative": RuleField.NARRATIVE,
    "Amount": RuleField.AMOUNT,
}


def a_row(**given: Any) -> Row:
    return Row(**{"number": 1, "raw": "", "amount": Decimal("25.00"), "date": DAY, **given})


def rule(*conditions: ConditionFacts, actions: Any = (), pk: int = 1, **given: Any) -> RuleFacts:
    """Return a rule of one group, or of the groups given by name."""
    groups = given.pop("groups", (conditions,) if conditions else ())
    return RuleFacts(pk=pk, groups=groups, actions=tuple(actions), **given)


def when(field: RuleField, operator: Operator, value: Any = None) -> ConditionFacts:
    return ConditionFacts(field, operator, value)


def fund(code: str) -> ActionFacts:
    return ActionFacts(ActionKind.FUND, code)


def acted(row: Row, *rules: RuleFacts, **finders: Finder) -> tuple[int, ...]:
    return compile_rules(rules, finders=finders)(row)


@pytest.mark.parametrize(("case", "correction"), cases("rules.text_operator"))
def test_text_is_compared_as_the_earlier_system_did(case, correction):
    given = case["input"]
    condition = when(RuleField.NARRATIVE, OPERATORS[given["operator"]], given["value"])
    row = a_row(narrative=given["field_value"])
    assert (acted(row, rule(condition)) == (1,)) is case["expected"]


@pytest.mark.parametrize(("case", "correction"), cases("rules.decimal_operator"))
def test_amounts_are_compared_as_numbers(case, correction):
    given = case["input"]
    condition = when(RuleField.AMOUNT, OPERATORS[given["operator"]], Decimal(given["value"]))
    row = a_row(amount=Decimal(given["field_value"]))
    assert (acted(row, rule(condition)) == (1,)) is case["expected"]


def groups_of(conditions: list[dict[str, Any]]) -> tuple[Match, tuple[Any, ...]]:
    """Return conditions as the earlier system kept them, in our all-or-any groups.

    There groups were alternatives, and in a group conditions went from left to right.
    """
    by_group: dict[int, list[dict[str, Any]]] = {}
    for one in conditions:
        by_group.setdefault(one["group"], []).append(one)
    facts = {
        number: [when(FIELDS[c["field"]], OPERATORS[c["operator"]], c["value"]) for c in group]
        for number, group in by_group.items()
    }
    joined = {c["logical_operator"] for c in conditions} - {None}
    if joined <= {"AND"}:
        return Match.ANY, tuple(tuple(group) for group in facts.values())
    if joined == {"OR"}:
        return Match.ANY, tuple((one,) for group in facts.values() for one in group)
    ((first, second, third),) = facts.values()  # (first OR second) AND third
    return Match.ALL, ((first, second), (third,))


@pytest.mark.parametrize(
    ("case", "correction"),
    [
        parameter
        for parameter in cases("rules.engine")
        if "rules" not in parameter.values[0]["input"]
    ],
)
def test_groups_of_conditions_hold_as_in_the_earlier_system(case, correction):
    given = case["input"]
    match, groups = groups_of(given["conditions"])
    row = a_row(**{FIELDS[name].value: value for name, value in given["transaction"].items()})
    actions = [fund(action["value"]) for action in given["actions"]]
    acted(row, rule(match=match, groups=groups, actions=actions))
    assert row.fund == case["expected"]["FundCode"]


@pytest.mark.parametrize(
    ("case", "correction"),
    cases(
        "rules.demo",
        corrected={"demo rule: neither group matches": "amounts have no ending: they are numbers"},
    ),
)
def test_a_rule_none_of_whose_groups_holds_changes_nothing(case, correction):
    given = case["input"]
    amount = next(one for one in given["conditions"] if one["field"] == "Amount")
    with pytest.raises(ValidationError, match="doesn't go with the amount"):
        value_of(RuleCondition(field="amount", operator="ends", value=amount["value"]))

    as_number = amount | {"operator": "Equal", "value": Decimal(amount["value"])}
    match, groups = groups_of([as_number if one is amount else one for one in given["conditions"]])
    row = a_row(
        reference=given["transaction"]["AccountReference"],
        fund=given["transaction"]["FundCode"],
        amount=Decimal(given["transaction"]["Amount"]),
    )
    actions = [fund("23"), ActionFacts(ActionKind.REFERENCE, "774952620")]
    assert acted(row, rule(match=match, groups=groups, actions=actions)) == ()
    assert {"FundCode": row.fund, "AccountReference": row.reference} == case["expected"]


def test_later_rules_see_what_earlier_ones_did():
    row = a_row(fund="99")
    first = rule(when(RuleField.FUND, Operator.IS, "99"), actions=[fund("50")], pk=7)
    second = rule(
        when(RuleField.FUND, Operator.IS, "50"),
        actions=[ActionFacts(ActionKind.REFERENCE, "X")],
        pk=3,
    )
    assert acted(row, first, second) == (7, 3)
    assert (row.fund, row.reference) == ("50", "X")


def test_capitals_make_no_difference_to_text():
    row = a_row(narrative="dwp Payments")
    assert acted(row, rule(when(RuleField.NARRATIVE, Operator.STARTS, "DWP pay"))) == (1,)
    assert acted(row, rule(when(RuleField.NARRATIVE, Operator.MATCHES, r"^DWP\b"))) == (1,)
    listed = frozenset({"Dwp Payments", "HMRC"})
    assert acted(row, rule(when(RuleField.NARRATIVE, Operator.ONE_OF, listed))) == (1,)


def test_an_amount_of_25_is_25_pounds_however_it_is_written():
    """Corrected: the earlier system compared amounts as text, so 25 was not 25.00."""
    assert acted(a_row(), rule(when(RuleField.AMOUNT, Operator.IS, Decimal(25)))) == (1,)


def test_money_in_and_out_are_told_apart():
    into = rule(when(RuleField.AMOUNT, Operator.MONEY_IN))
    out = rule(when(RuleField.AMOUNT, Operator.MONEY_OUT), pk=2)
    assert acted(a_row(amount=Decimal("-5.00")), into, out) == (2,)


def test_a_rule_acts_on_rows_of_its_dates():
    winter = rule(actions=[fund("W")], starts=date(2026, 11, 1), ends=date(2026, 11, 20))
    assert acted(a_row(), winter) == (1,)
    assert acted(a_row(date=date(2026, 11, 21)), winter) == ()


def test_a_row_without_amount_is_left_alone():
    row = a_row(amount=None)
    assert acted(row, rule(actions=[fund("1")])) == ()
    assert row.fund == ""


def test_a_pattern_takes_the_reference_out_of_the_narrative():
    take = rule(actions=[ActionFacts(ActionKind.EXTRACT, r"REF[: ]*([0-9]{6})")])
    row = a_row(narrative="Rent ref: 123456 thank you", reference="?")
    acted(row, take)
    assert row.reference == "123456"
    other = a_row(narrative="no number", reference="kept")
    acted(other, take)
    assert other.reference == "kept"


COUNCIL_TAX = ReferenceFacts(pattern=r"77[0-9]{7}", minimum_length=9, maximum_length=9)


@pytest.mark.parametrize(
    ("narrative", "reference"),
    [
        ("CTAX 771234567 NOV", "771234567"),
        ("ctax771234567nov", "771234567"),
        ("A BROOK 77 123 4567", "771234567"),
        ("771234567 771234568", ""),
        ("7712345678", ""),
        ("nothing here", ""),
    ],
)
def test_a_valid_reference_inside_the_narrative_gives_account_and_fund(narrative, reference):
    """Two of them are no more use than none: a person decides."""
    council_tax = Finder(fund="23", find=compile_finder(COUNCIL_TAX))
    take = rule(
        when(RuleField.NARRATIVE, Operator.HOLDS_REFERENCE, "council-tax"),
        actions=[ActionFacts(ActionKind.TAKE_REFERENCE, "council-tax")],
    )
    row = a_row(narrative=narrative)
    compile_rules([take], finders={"council-tax": council_tax})(row)
    assert (row.reference, row.fund) == (reference, "23" if reference else "")


def test_nearly_anything_is_not_found_as_a_reference():
    assert compile_finder(ReferenceFacts())("any word at all") == ()


def test_sending_to_suspense_is_the_last_word():
    stop = rule(
        when(RuleField.NARRATIVE, Operator.CONTAINS, "ESTATE OF"),
        actions=[ActionFacts(ActionKind.SUSPENSE, "A person looks at estates")],
    )
    row = a_row(narrative="Estate of A Brook", fund="23")
    assert acted(row, stop, rule(actions=[fund("99")], pk=2)) == (1,)
    assert (row.suspense, row.fund) == ("A person looks at estates", "23")


@given(whole=st.decimals("-50", "50", places=2), part=st.decimals("0.01", "50", places=2))
def test_parts_of_a_split_add_up_to_the_row(whole, part):
    split = ActionFacts(ActionKind.SPLIT, "ACC2", amount=part, fund="F2")
    row = a_row(amount=whole, fund="F1", reference="ACC1")
    acted(row, rule(actions=[split]))
    if 0 < part < whole:
        rest, taken = row.parts
        assert rest.amount + taken.amount == whole
        assert (rest.fund, taken.fund, taken.reference, taken.amount) == ("F1", "F2", "ACC2", part)
    else:
        assert row.parts is None
    assert row.amount == whole


@given(
    text=st.text("ab '\"\\{}\n", max_size=8),
    value=st.text("ab '\"\\{}\n", min_size=1, max_size=4),
    operator=st.sampled_from(
        [Operator.CONTAINS, Operator.STARTS, Operator.ENDS, Operator.IS, Operator.IS_NOT]
    ),
)
def test_what_people_type_is_compared_and_never_run(text, value, operator):
    plain = {
        Operator.CONTAINS: value in text,
        Operator.STARTS: text.startswith(value),
        Operator.ENDS: text.endswith(value),
        Operator.IS: text == value,
        Operator.IS_NOT: text != value,
    }
    row = a_row(narrative=text)
    test = rule(when(RuleField.NARRATIVE, operator, value), actions=[fund(value)])
    assert (acted(row, test) == (1,)) is plain[operator]
    assert row.fund == (value if plain[operator] else "")
