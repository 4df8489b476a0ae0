"""Rules and references for property tests."""

import re
from itertools import groupby

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


#: What a person might write for a place of a mask, the plainest first; other places stand for
#: themselves.
PATTERNS_OF_PLACES = {
    "$": ["[A-Z]", "[a-z]", "[A-Q]", "[AQZ]"],
    "#": ["[0-9]", r"\d", "[0-8]", "[017-]", "."],
    "?": ["[A-Z0-9]", "[a-z0-9]", r"(\d|[A-Z])", r"\w"],
    "*": ["[-A-Z0-9/ ]", "."],
    "@": ["[0-9A-Z]", r"[\da]", r"[^B]", r"(?:\d|A|X)"],
}
FREE_PATTERNS = ["[A-Z0-9]+", "[a-z0-9]{4}", r"\d{1,8}", "[A-Z0-9/]*[0-9AX]", r"(a|z|\d)+", "A?.*"]


@st.composite
def patterns(draw, mask: str) -> str:
    """A pattern that says nearly what the mask says, or any."""
    if not mask:
        return draw(st.sampled_from(FREE_PATTERNS))
    ways = 1 if draw(st.booleans()) else None
    written = {
        place: draw(st.sampled_from(PATTERNS_OF_PLACES.get(place, [re.escape(place)])[:ways]))
        for place in mask
    }
    parts = [written[place] for place in mask]
    if draw(st.booleans()):
        runs = [(part, len(list(run))) for part, run in groupby(parts)]
        parts = [part if times == 1 else f"{part}{{{times}}}" for part, times in runs]
    if draw(st.integers(0, 4)) == 4:
        parts.append(draw(st.sampled_from(["[A-Z]", "0?", "|A1"])))
    return "".join(parts)


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
        pattern=draw(st.just("") | patterns(mask)),
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
