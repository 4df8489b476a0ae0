"""Patterns are judged before they are stored: the matcher has no time limit."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ims_wagtail.funds.patterns import PatternRefused, check_pattern
from ims_wagtail.funds.references import LONGEST_TEXT


@pytest.mark.parametrize(
    "pattern",
    [
        r"^AB\d{5}(\d|Y|Z)$",
        r"[A-Z0-9 ]{5,30}",
        r"[A-Z]{1,3}[0-9]{1,8}[A-Z]?",
        r"(\d{3}-?){2}\d{4}",
        r"ALS/\d{4}/\d{4}",
        r"(PL|BC)/\d{2}/\d{1,5}",
        r"(?i:ab)\d+",
        r"\d*",
        r"\d+/\d+",
        r"[A-Z]+\d+[A-Z]?",
    ],
)
def test_ordinary_patterns_are_accepted(pattern):
    check_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$",
        r"(a*)*",
        r"((a*)*)*",
        r"(a|a)*$",
        r"(a|ab)+c",
        r"(.*)(.*)(.*)(.*)x",
        r"(\d+\s?)+$",
        r"(a?){36}",
        r"(a|aa){40,60}",
        r"\d*\d*\d*!",
        r"(?:(?:a{1,5}){1,5}){1,5}",
        r"(?=.*\d).*",
        r"(x+x+)+y",
        r"^(([a-z])+.)+[A-Z]([a-z])+$",
        r"([a-zA-Z]+)*$",
        r"(a|aa)+$",
        r"(.*a){12}",
        r"([0-9]+-?)*[A-Z]",
        r".*.*.*.*=",
        r"(a)\1",
    ],
)
def test_patterns_that_could_run_away_are_refused(pattern):
    with pytest.raises(PatternRefused, match="very long"):
        check_pattern(pattern)


@pytest.mark.parametrize("pattern", ["(", "[a", "a{99999999999}", "*", "(?P<x>a)(?P<x>b)", "(?i)a"])
def test_what_is_no_regular_expression_is_refused(pattern):
    with pytest.raises(PatternRefused, match="not a regular expression"):
        check_pattern(pattern)


_PIECES = st.sampled_from(["a", "b", "[ab]", ".", r"\d", "a?", "a*", "b+", "a{1,4}", "(a|b)"])
_PATTERNS = st.recursive(
    st.lists(_PIECES, min_size=1, max_size=4).map("".join),
    lambda inner: st.builds(
        "({}){}{}".format, inner, st.sampled_from(["", "?", "*", "+", "{2,3}"]), inner
    ),
    max_leaves=4,
)


#: The longest that is ever matched: a reference that is too long is explained all the same.
_LONGEST = 100


@given(_PATTERNS, st.text(alphabet="ab1", max_size=_LONGEST - 1))
@settings(max_examples=300, deadline=None)
def test_an_accepted_pattern_answers_at_once_on_the_longest_text(pattern, text):
    try:
        check_pattern(pattern)
    except PatternRefused:
        return
    matcher = re.compile(pattern, re.ASCII | re.IGNORECASE)
    for beginning in (text, "a" * _LONGEST, "b" * _LONGEST, "1" * _LONGEST, "ab" * _LONGEST):
        reference = beginning[: _LONGEST - 1] + "!"
        # Processor time, and far more than it takes: one that runs away never comes back at all.
        started = time.process_time()
        matcher.fullmatch(reference)
        assert time.process_time() - started < 5


def test_the_longest_text_is_the_one_that_is_tried_against():
    assert _LONGEST == LONGEST_TEXT
