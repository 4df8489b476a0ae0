"""Rules and references for property tests."""

from hypothesis import strategies as st

from example_site.bench import literal
from ims_wagtail.funds.enums import CharacterType, CheckDigitAlgorithm
from ims_wagtail.funds.models import CheckDigit, ReferenceRule


TYPED = "AZbz0159 /-.\u2013\u00a0\té１ı"


@st.composite
def check_digits(draw) -> CheckDigit:
    modulus = draw(st.integers(2, 13))
    algorithm = draw(st.sampled_from(CheckDigitAlgorithm.values))
    return CheckDigit(
        name="generated",
        algorithm=algorithm,
        modulus=modulus,
        weights=draw(st.lists(st.integers(0, 12), min_size=2, max_size=14)),
        source_prefix=draw(st.sampled_from(["", "", "05", "9", "A7"]))
        if algorithm == CheckDigitAlgorithm.WEIGHTED_SUM
        else "",
        substitutions=draw(
            st.dictionaries(
                st.integers(0, modulus).map(str), st.sampled_from("0AXz"), max_size=modulus
            )
        ),
        subtract=draw(st.booleans()),
    )


@st.composite
def rules(draw) -> ReferenceRule:
    mask = draw(st.text(alphabet="$#?*AB05-/ b", max_size=10))
    config = draw(st.none() | check_digits())
    if mask and config and draw(st.booleans()):
        place = draw(st.integers(0, len(mask)))
        mask = mask[:place] + "@" + mask[place:]
    shortest = draw(st.integers(1, 8))
    if mask:
        shortest = min(shortest, len(mask))
    return ReferenceRule(
        name="generated",
        minimum_length=shortest,
        maximum_length=max(shortest, len(mask), draw(st.integers(1, 14))),
        character_type=draw(st.sampled_from(["", "", *CharacterType.values])),
        mask=mask,
        check_digit=config,
        ignore_spaces=draw(st.booleans()),
        ignore_hyphens=draw(st.booleans()),
    )


@st.composite
def rules_and_texts(draw) -> tuple[ReferenceRule, str]:
    """A rule with any text at all, or with one made to fit it as far as a person could."""
    rule = draw(rules())
    if draw(st.integers(0, 3)) == 3:
        return rule, draw(st.text(alphabet=TYPED, max_size=16) | st.text(max_size=120))
    fitting = {"$": "AQz", "#": "0179", "?": "A07z", "*": "A0 /-", "@": "0123456789AX"}
    kinds = {
        CharacterType.DIGITS: "0147",
        CharacterType.LETTERS: "AQz",
        "": "A0z7/",
    }
    if rule.mask:
        text = "".join(draw(st.sampled_from(fitting.get(place, place))) for place in rule.mask)
    else:
        size = draw(st.integers(rule.minimum_length, rule.maximum_length))
        alphabet = kinds.get(rule.character_type, "A0z7")
        text = draw(st.text(alphabet=alphabet, min_size=size, max_size=size))
    if rule.check_digit and text and draw(st.booleans()):
        place = rule.mask.index("@") if "@" in rule.mask else len(text) - 1
        right = literal.check_character(rule.check_digit, text.upper())
        if right and len(right) == 1:
            text = text[:place] + right + text[place + 1 :]
    return rule, draw(st.sampled_from(["", " "])) + text + draw(st.sampled_from(["", " ", "\n"]))
