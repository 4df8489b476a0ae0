"""Reference rules: everything a rule says is checked, always, and the answer says what is wrong."""

import pytest
from hypothesis import event, given, settings

from example_site.bench import literal
from ims_wagtail.funds.models import CheckDigit, ReferenceRule
from ims_wagtail.funds.references import ReferenceInvalid, compile_rule
from tests.casebook import cases
from tests.funds.strategies import rules_and_texts


CHARACTER_TYPES = {
    "Alpha": "letters",
    "AlphaWhiteSpace": "letters_space",
    "Numeric": "digits",
    "NumericWhiteSpace": "digits_space",
    "AlphaNumeric": "letters_digits",
    "AlphaNumericWhiteSpace": "letters_digits_space",
}
ENDS_STRIPPED = "spaces around a reference are no part of it"
LONE_SPACE = "a lone space is nothing typed"


def rule_of(**values) -> ReferenceRule:
    defaults = {"minimum_length": 1, "maximum_length": 36, "ignore_spaces": False}
    return ReferenceRule(**{**defaults, **values})


def council_tax() -> ReferenceRule:
    return rule_of(
        minimum_length=9,
        maximum_length=9,
        character_type="digits",
        mask="########@",
        check_digit=CheckDigit(
            algorithm="weighted_sum",
            modulus=10,
            weights=[3, 7, 1, 3, 7, 1, 3, 7, 0],
            substitutions={"10": "0"},
            subtract=True,
        ),
        ignore_spaces=True,
        ignore_hyphens=True,
        example="301122331",
    )


def code_of(rule: ReferenceRule, typed: str) -> str:
    """Return why the rule refuses what was typed, empty when it doesn't."""
    try:
        compile_rule(rule)(typed)
    except ReferenceInvalid as invalid:
        return invalid.code
    return ""


def message_of(rule: ReferenceRule, typed: str, label: str = "Account number") -> str:
    with pytest.raises(ReferenceInvalid) as refused:
        compile_rule(rule)(typed)
    return refused.value.message_for(label)


@pytest.mark.parametrize(
    ("case", "correction"),
    cases(
        "reference.character_type",
        corrected={
            "Alpha rejects ' Reference'": ENDS_STRIPPED,
            "Alpha rejects 'Reference '": ENDS_STRIPPED,
            "NumericWhiteSpace accepts ' '": LONE_SPACE,
            "AlphaWhiteSpace accepts ' '": LONE_SPACE,
        },
    ),
)
def test_only_characters_of_the_type_are_accepted(case, correction):
    rule = rule_of(character_type=CHARACTER_TYPES[case["input"]["character_type"]])

    accepted = code_of(rule, case["input"]["reference"]) == ""

    assert accepted is (case["expected"]["valid"] != bool(correction))


@pytest.mark.parametrize(
    ("case", "correction"),
    cases("reference.input_mask", corrected={"mask '*' accepts ' '": LONE_SPACE}),
)
def test_the_mask_decides_each_place(case, correction):
    rule = rule_of(mask=case["input"]["input_mask"])

    accepted = code_of(rule, case["input"]["reference"]) == ""

    assert accepted is (case["expected"]["valid"] != bool(correction))


@pytest.mark.parametrize(("case", "correction"), cases("reference.length"))
def test_the_length_always_counts(case, correction):
    rule = rule_of(
        minimum_length=case["input"]["min_length"], maximum_length=case["input"]["max_length"]
    )

    assert (code_of(rule, case["input"]["reference"]) == "") is case["expected"]["valid"]


@pytest.mark.parametrize(("case", "correction"), cases("reference.regex"))
def test_the_pattern_holds_for_the_whole_reference(case, correction):
    rule = rule_of(pattern=case["input"]["regex"] or "")

    assert (code_of(rule, case["input"]["reference"]) == "") is case["expected"]["valid"]


@pytest.mark.parametrize("typed", ["AB12345Z0", "0AB12345Z", "AB12345Z\nX"])
def test_a_pattern_found_somewhere_inside_is_not_enough(typed):
    assert code_of(rule_of(pattern=r"AB\d{5}(\d|Y|Z)"), typed) != ""


def test_a_pattern_written_in_small_letters_still_matches():
    assert compile_rule(rule_of(pattern="ab[0-9]{2}"))("ab12") == "AB12"


@pytest.mark.parametrize(
    ("pattern", "typed", "code"),
    [
        ("BJ[0-9]{3}", "BJ123", ""),
        (r"bj\d{3}", "Bj123", ""),
        ("BJ[0-4]{3}", "BJ125", "pattern"),
        ("BJ[0-4-]{3}", "BJ12-", "mask"),
        ("BK[0-9]{3}", "BJ123", "pattern"),
        ("BJ[0-9]{4}", "BJ123", "pattern"),
        ("BJ[0-9]{4}", "BJ1234", "mask"),
        ("BJ[0-9]{3}|X", "BJ123", ""),
        ("BJ[0-9]{3}|X", "X", "mask"),
        ("BJ.{3}", "BJ12A", "mask"),
    ],
)
def test_a_pattern_and_a_mask_must_both_hold(pattern, typed, code):
    assert code_of(rule_of(mask="BJ###", pattern=pattern), typed) == code


@pytest.mark.parametrize("pattern", ["[A-Z]{2}[0-9]{2}", "[A-Z]{2}[0-9]+"])
@pytest.mark.parametrize(
    ("typed", "code"), [("AB12", ""), ("ab12", ""), ("AB123", "length"), ("A112", "pattern")]
)
def test_a_pattern_does_not_widen_the_lengths(pattern, typed, code):
    assert code_of(rule_of(maximum_length=4, pattern=pattern), typed) == code


@pytest.mark.parametrize("typed", ["30112233", "3011223", "3", "3011223310"])
def test_a_reference_shorter_or_longer_than_its_mask_is_refused(typed):
    """The earlier system let a short reference through without its check digit."""
    rule = council_tax()
    rule.minimum_length, rule.maximum_length = 1, 20

    assert code_of(rule, typed) == "mask"


def test_a_literal_in_the_mask_matches_in_either_case():
    """In the earlier system a small letter in a mask could never match."""
    assert compile_rule(rule_of(mask="fp####"))("Fp1234") == "FP1234"


@pytest.mark.parametrize(
    "typed", ["301122331", " 301122331 ", "301 122 331", "301-122-331", "301\u00a0122\u2013331\t"]
)
def test_spaces_and_hyphens_are_left_out_where_the_rule_allows(typed):
    assert compile_rule(council_tax())(typed) == "301122331"


@pytest.mark.parametrize("typed", ["301 122 331", "301-122-331"])
def test_spaces_and_hyphens_are_refused_where_the_rule_does_not_allow(typed):
    rule = council_tax()
    rule.ignore_spaces = rule.ignore_hyphens = False

    assert code_of(rule, typed) == "characters"


@pytest.mark.parametrize(
    ("mask", "typed"), [("AB-##", "AB-12"), ("AB ##", "AB 12"), ("****", "A -1"), ("#/#", "1/2")]
)
def test_spaces_and_hyphens_that_the_mask_can_hold_stay(mask, typed):
    rule = rule_of(mask=mask, ignore_spaces=True, ignore_hyphens=True)

    assert compile_rule(rule)(typed) == typed


@pytest.mark.parametrize("typed", ["３０１１２２３３１", "٣٠١١٢٢٣٣١", "30112233¹", "30112233ı"])
def test_digits_of_other_scripts_are_refused(typed):
    assert code_of(council_tax(), typed) == "characters"
    assert code_of(rule_of(), typed) == "characters"


@pytest.mark.parametrize("typed", ["ı", "ß", "ﬁ", "ſ"])
def test_letters_that_turn_plain_when_put_in_capitals_are_refused(typed):
    assert code_of(rule_of(character_type="letters"), typed) == "characters"


@pytest.mark.parametrize("typed", ["12\x0034", "12\n34", "12\x7f"])
def test_control_characters_are_refused(typed):
    assert code_of(rule_of(), typed) == "characters"


def test_a_very_long_text_is_refused_before_anything_else():
    assert code_of(rule_of(), " " * 50 + "1" + " " * 50) == "length"
    assert code_of(rule_of(), " " * 50 + "1" + " " * 49) == ""


def test_a_mask_with_a_check_place_but_no_check_digit_lets_nothing_pass():
    assert code_of(rule_of(mask="####@"), "12345") == "check_digit"


def test_every_refusal_says_what_is_wrong_and_what_right_looks_like():
    rule = council_tax()

    assert message_of(rule, "") == "Enter your account number, like 301122331"
    assert message_of(rule, "30112233") == "Account number must be 9 digits, like 301122331"
    assert (
        message_of(rule, "30112233A")
        == "Account number must only include digits 0 to 9, like 301122331"
    )
    assert message_of(rule, "301122332") == (
        "Check your account number: one of its characters is wrong or two are swapped. "
        "It looks like 301122331"
    )
    assert (
        message_of(rule_of(mask="BJ#######", example="BJ1234567"), "XX1234567", "PCN number")
        == "PCN number must look like BJ1234567"
    )


def test_without_an_example_the_rule_itself_says_what_right_looks_like():
    assert (
        message_of(rule_of(minimum_length=5, maximum_length=30), "1")
        == "Account number must be between 5 and 30 characters"
    )
    assert "BJ999" in message_of(rule_of(mask="BJ###"), "XX123")
    assert message_of(rule_of(), "", "PCN") == "Enter your PCN"
    assert message_of(rule_of(), "", "") == "Enter your reference"


@pytest.mark.parametrize("typed", ["4111111111111111", "30112233Z", "999 999 998", "\u200b12"])
def test_a_refusal_never_repeats_what_was_typed(typed):
    assert typed not in message_of(council_tax(), typed)


@given(rules_and_texts())
@settings(max_examples=1500, deadline=None)
def test_a_compiled_rule_agrees_with_its_literal_reading(rule_and_text):
    rule, typed = rule_and_text
    expected = literal.outcome(rule, typed)
    event(expected.split()[0])

    try:
        actual = "ok " + compile_rule(rule)(typed)
    except ReferenceInvalid as invalid:
        actual = invalid.code
        assert invalid.message

    assert actual == expected


@given(rules_and_texts())
@settings(max_examples=300, deadline=None)
def test_a_normalised_reference_is_its_own_normal_form(rule_and_text):
    rule, typed = rule_and_text
    check = compile_rule(rule)
    try:
        reference = check(typed)
    except ReferenceInvalid:
        return
    assert check(reference) == reference
    assert check(reference.lower()) == reference


@pytest.mark.parametrize("place", range(6))
def test_the_check_character_may_stand_anywhere(place):
    config = CheckDigit(
        algorithm="weighted_sum",
        modulus=11,
        weights=[7, 6, 5, 4, 3, 2],
        substitutions={"10": "X", "1": "0"},
    )
    mask = "#" * place + "@" + "#" * (5 - place)
    rule = rule_of(mask=mask, check_digit=config)

    accepted = 0
    for number in range(2000):
        body = f"{number * 37:05}"
        for character in "0123456789X":
            reference = body[:place] + character + body[place:]
            holds = code_of(rule, reference) == ""
            assert holds is (literal.check_character(config, reference) == character)
            accepted += holds
    assert accepted > 1000


def test_rules_of_the_same_content_share_one_function():
    assert compile_rule(council_tax()) is compile_rule(council_tax())
    changed = council_tax()
    changed.check_digit.weights = [1] * 9
    assert compile_rule(changed) is not compile_rule(council_tax())
