"""A million references against one rule, beside the least and the most work that could take."""

import random
import re
import time
from collections.abc import Callable, Iterable
from statistics import median
from typing import Any

from ims_wagtail.funds.models import CheckDigit, ReferenceRule
from ims_wagtail.funds.references import ReferenceInvalid, compile_rule

from . import literal


COUNT = 1_000_000
#: The literal reading takes seconds for each 100,000; its part of the list is as good as all.
LITERAL_COUNT = 100_000
RUNS = 5
#: One in so many references has a wrong check character.
WRONG_ONE_IN = 50

CHECK_DIGIT = CheckDigit(
    name="Parking fines",
    algorithm="weighted_sum",
    modulus=11,
    weights=[9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    source_prefix="05",
    substitutions={"10": "A"},
)
RULE = ReferenceRule(
    name="Parking fines",
    minimum_length=10,
    maximum_length=10,
    character_type="letters_digits",
    pattern="BJ[0-9]{7}[0-9A]",
    mask="BJ#######@",
    check_digit=CHECK_DIGIT,
)


def make_references(count: int) -> list[str]:
    """Return so many references in no order, the same ones each time."""
    chance = random.Random(1)  # noqa: S311 (nothing secret)
    references = []
    for number in range(count):
        body = f"BJ{chance.randrange(10_000_000):07}"
        right = literal.check_character(CHECK_DIGIT, body + "0") or ""
        if number % WRONG_ONE_IN == 0:
            right = "1" if right == "0" else "0"
        references.append(body + right)
    return references


def measure(references: list[str]) -> dict[str, float]:
    """Return checks a second of a bare match, of our function and of the literal reading.

    They take turns, so that a busy machine slows all of them; medians of several runs. Seconds are
    the processor's: while it works for others, none of the three is held to blame.
    """
    bare = re.compile(RULE.pattern, re.ASCII | re.IGNORECASE).fullmatch
    check = compile_rule(RULE)

    def match_all(texts: Iterable[str]) -> None:
        for text in texts:
            bare(text)

    def check_all(texts: Iterable[str]) -> None:
        for text in texts:
            try:
                check(text)
            except ReferenceInvalid:
                pass

    def read_all(texts: Iterable[str]) -> None:
        for text in texts:
            literal.outcome(RULE, text)

    some = references[:LITERAL_COUNT]
    rates: dict[str, list[float]] = {"bare": [], "rule": [], "literal": []}
    for _run in range(RUNS):
        rates["bare"].append(_rate(match_all, references))
        rates["rule"].append(_rate(check_all, references))
        rates["literal"].append(_rate(read_all, some))
    return {name: median(measured) for name, measured in rates.items()}


def _rate(work: Callable[[list[str]], Any], references: list[str]) -> float:
    began = time.process_time()
    work(references)
    return len(references) / (time.process_time() - began)
