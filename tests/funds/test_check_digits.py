"""Check digits, by both algorithms."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from example_site.bench import literal
from ims_wagtail.funds.models import CheckDigit, ReferenceRule
from ims_wagtail.funds.references import ReferenceInvalid, check_character, compile_rule
from tests.casebook import cases
from tests.funds.strategies import check_digits


CONFIGURATIONS = {
    case["input"]["configuration"]: case["input"]
    for case, _ in (parameters.values for parameters in cases("check_digit.demo_config"))
    if "type" in case["input"]
}


def config_of(case_input) -> CheckDigit:
    pairs = (case_input.get("result_substitutions") or "").split(",")
    return CheckDigit(
        name="case",
        algorithm={"WeightedSum": "weighted_sum", "DynixLibrary": "dynix"}[case_input["type"]],
        modulus=case_input["modulus"],
        weights=[int(weight) for weight in case_input["weightings"].split(",") if weight],
        source_prefix=case_input.get("source_substitutions") or "",
        substitutions=dict(pair.split(":") for pair in pairs if pair),
        subtract=case_input.get("apply_subtraction", False),
    )


def accepts(*, config: CheckDigit, reference: str, mask: str = "") -> bool:
    rule = ReferenceRule(minimum_length=1, maximum_length=36, mask=mask, check_digit=config)
    try:
        return compile_rule(rule)(reference) == reference.upper()
    except ReferenceInvalid as invalid:
        assert invalid.code == "check_digit"
        return False


@pytest.mark.parametrize(("case", "correction"), cases("check_digit.demo_config"))
def test_worked_examples_with_their_masks(case, correction):
    given_ = CONFIGURATIONS[case["input"]["configuration"]] | case["input"]
    expected = case["expected"]
    config = config_of(given_)
    mask = given_["input_mask"]

    assert accepts(config=config, reference=given_["reference"], mask=mask) is expected["valid"]
    if "calculated_check_digit" in expected:
        assert check_character(config, given_["reference"]) == expected["calculated_check_digit"]


@pytest.mark.parametrize(
    ("case", "correction"), cases("check_digit.weighted_sum") + cases("check_digit.dynix_library")
)
def test_worked_examples_without_a_mask_check_the_last_character(case, correction):
    given_, expected = case["input"], case["expected"]
    config = config_of(given_)

    assert accepts(config=config, reference=given_["reference"]) is expected["valid"]
    if "calculated_check_digit" in expected:
        assert check_character(config, given_["reference"]) == expected["calculated_check_digit"]


@pytest.mark.parametrize("last", "0123456789XZ")
def test_the_character_in_the_check_place_does_not_change_what_belongs_there(last):
    dynix = CheckDigit(algorithm="dynix", modulus=10, weights=[2, 0] * 7, substitutions={"10": "0"})

    assert check_character(dynix, "2123400567891" + last) == "7"


@pytest.mark.parametrize(("case", "correction"), cases("check_digit.config_parsing"))
def test_weights_and_substitutions_are_typed_data(case, correction):
    """The earlier system kept both as free text and read it again at every check."""
    text, count = next(iter(case["input"].values())), case["expected"]["count"]
    if "weightings" in case["input"]:
        field = CheckDigit._meta.get_field("weights").formfield()
        if count:
            assert len(field.clean(text)) == count
        else:
            with pytest.raises(ValidationError):
                field.clean(text or "")
    else:
        config = config_of({**WEIGHTED, "result_substitutions": text})
        config.clean()
        assert len(config.substitutions) == count


WEIGHTED = {"type": "WeightedSum", "modulus": 13, "weightings": "9,8,7,6,5,4,3,2,1,0"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weights": [100] * 9}, "weights"),
        ({"weights": [-1] * 9}, "weights"),
        ({"source_prefix": "é"}, "source_prefix"),
        ({"source_prefix": "0123456789"}, "source_prefix"),
        ({"algorithm": "dynix", "source_prefix": "05"}, "source_prefix"),
        ({"substitutions": {"10": "AB"}}, "substitutions"),
        ({"substitutions": {"10": ""}}, "substitutions"),
        ({"substitutions": {"10": "-"}}, "substitutions"),
        ({"substitutions": {"14": "A"}}, "substitutions"),
        ({"substitutions": {"ten": "A"}}, "substitutions"),
        ({"substitutions": ["10:A"]}, "substitutions"),
        ({"modulus": 1}, "modulus"),
        ({"modulus": 0}, "modulus"),
        ({"weights": []}, "weights"),
    ],
)
def test_a_check_digit_that_cannot_work_is_refused_at_its_field(changes, field):
    config = config_of(WEIGHTED)
    for name, value in changes.items():
        setattr(config, name, value)

    with pytest.raises(ValidationError) as refused:
        config.full_clean(validate_unique=False, validate_constraints=False)

    assert field in refused.value.error_dict


def test_too_few_weights_refuse_the_reference_rather_than_fail():
    config = config_of({**WEIGHTED, "weightings": "1,2,3"})

    assert not accepts(config=config, reference="12345")
    with pytest.raises(ValueError, match="do not fit"):
        check_character(config, "12345")


@given(check_digits(), st.text(alphabet="AZ0159-", min_size=1, max_size=16))
@settings(max_examples=800, deadline=None)
def test_the_tables_agree_with_the_literal_working(config, reference):
    expected = literal.check_character(config, reference)

    try:
        assert check_character(config, reference) == expected
    except ValueError:
        assert expected is None


@given(st.integers(0, 10**8 - 1), st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_in_a_council_tax_reference_is_always_caught(number, place, change):
    config = config_of(
        {
            "type": "WeightedSum",
            "modulus": 10,
            "weightings": "3,7,1,3,7,1,3,7,0",
            "result_substitutions": "10:0",
            "apply_subtraction": True,
        }
    )
    body = f"{number:08d}"
    right = body + check_character(config, body + "0")
    wrong_digit = str((int(right[place]) + change) % 10)
    wrong = right[:place] + wrong_digit + right[place + 1 :]

    assert accepts(config=config, reference=right)
    assert not accepts(config=config, reference=wrong)
