"""The rules that come with the package, and examples made up for rules."""

import pytest
from hypothesis import given, settings

from ims_wagtail.funds import rule_library
from ims_wagtail.funds.examples import make_examples
from ims_wagtail.funds.models import CheckDigit, ReferenceRule
from ims_wagtail.funds.references import compile_rule
from tests.funds.strategies import rules


#: References printed in the documents the rules come from.
KNOWN = {
    "Council tax and business rates": "301122331",
    "Parking fines": "BJ12345673",
    "Fixed penalty notices": "FP1234567A",
    "Library charges": "21234005678917",
    "Landlord licences": "ALS/2021/1207",
}


@pytest.mark.parametrize("name", rule_library.names())
def test_a_rule_of_the_library_takes_the_examples_made_for_it(name):
    rule = rule_library.rule(name)

    examples = make_examples(rule, count=5)

    assert len(examples) == 5
    assert all(compile_rule(rule)(example) == example for example in examples)


@pytest.mark.parametrize(("name", "reference"), KNOWN.items())
def test_a_rule_of_the_library_takes_a_reference_known_to_be_right(name, reference):
    assert compile_rule(rule_library.rule(name))(reference) == reference


@pytest.mark.django_db
def test_rules_are_added_with_their_check_digits_and_never_twice():
    added = rule_library.add(["Parking fines", "Benefit overpayments"])
    again = rule_library.add(["Parking fines", "Housing rents"])

    assert [rule.name for rule in added] == ["Parking fines", "Benefit overpayments"]
    assert [rule.name for rule in again] == ["Housing rents"]
    assert set(CheckDigit.objects.values_list("name", flat=True)) == {
        "Parking fines",
        "Housing rents",
    }


@pytest.mark.django_db
def test_a_rule_the_council_has_changed_is_left_alone():
    ReferenceRule.objects.create(name="Market stalls", example="MINE")

    assert rule_library.add(["Market stalls"]) == []
    assert ReferenceRule.objects.get(name="Market stalls").example == "MINE"


@given(rules())
@settings(max_examples=60, deadline=None)
def test_every_example_holds_under_its_rule(rule):
    for example in make_examples(rule, count=2):
        assert compile_rule(rule)(example) == example
