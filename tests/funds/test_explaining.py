"""A rule explains itself: what it reads, what it asks at each place, and its arithmetic."""

import pytest
from hypothesis import given, settings

from ims_wagtail.funds.explaining import explain
from ims_wagtail.funds.models import CheckDigit, ReferenceRule
from ims_wagtail.funds.references import ReferenceInvalid, compile_rule
from tests.funds.strategies import rules_and_texts
from tests.funds.test_references import council_tax


def step(explanation, code: str):
    return next(step for step in explanation.steps if step.code == code)


def test_a_reference_that_holds_is_explained_to_its_last_sum():
    explanation = explain(council_tax(), "301 122 331")

    assert explanation.reference == "301122331"
    assert explanation.code == explanation.problem == ""
    check = step(explanation, "check_digit")
    assert check.found == "expected 1, found 1"
    assert check.lines == (
        "3 × 3 + 0 × 7 + 1 × 1 + 1 × 3 + 2 × 7 + 2 × 1 + 3 × 3 + 3 × 7 = 59",
        "59 divided by 10 leaves 9",
        "10 − 9 = 1",
    )


def test_a_wrong_check_character_is_told_beside_the_right_one():
    explanation = explain(council_tax(), "301122332")

    assert explanation.code == "check_digit"
    assert step(explanation, "check_digit").found == "expected 1, found 2"
    assert explanation.problem.startswith("Check your reference")


def test_the_start_that_is_replaced_and_the_letter_for_ten_are_shown():
    rule = ReferenceRule(
        minimum_length=10,
        maximum_length=10,
        mask="FP#######@",
        check_digit=CheckDigit(
            algorithm="weighted_sum",
            modulus=11,
            weights=[9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
            source_prefix="12",
            substitutions={"10": "A"},
        ),
    )

    check = step(explain(rule, "FP1234567A"), "check_digit")

    assert check.lines[0].startswith("1 × 9 + 2 × 8 + 1 × 7") and check.lines[0].endswith("= 109")
    assert check.lines[-1] == "10 is written as A"
    assert check.holds


def test_every_place_of_the_mask_is_told_also_those_that_are_missing():
    lines = step(explain(council_tax(), "3A1"), "mask").lines

    assert lines[0] == "1: 3, asked for: a digit (right)"
    assert lines[1] == "2: A, asked for: a digit (wrong)"
    assert lines[8] == "9: nothing, asked for: the check character (wrong)"


@pytest.mark.parametrize(
    ("typed", "code"), [("", "blank"), ("9" * 101, "length"), ("é", "characters")]
)
def test_what_can_not_be_read_is_told_so(typed, code):
    explanation = explain(council_tax(), typed)

    assert explanation.code == code
    assert explanation.problem


@given(rules_and_texts())
@settings(max_examples=500, deadline=None)
def test_the_explanation_comes_to_what_the_compiled_rule_says(rule_and_text):
    rule, typed = rule_and_text
    try:
        expected = ("", compile_rule(rule)(typed))
    except ReferenceInvalid as invalid:
        expected = (invalid.code, None)

    explanation = explain(rule, typed)

    assert explanation.code == expected[0]
    if not explanation.code:
        assert explanation.reference == expected[1]
