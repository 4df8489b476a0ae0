"""Making up references that hold under a rule."""

import random
import string
from typing import TYPE_CHECKING

from .check_digits import compile_check_character
from .references import PRINTABLE, ReferenceInvalid, RuleFacts, compile_facts


if TYPE_CHECKING:
    from .models import ReferenceRule


#: Patterns can't be solved, only tried: a pattern that few references fit yields few examples.
MOST_TRIES = 2_000

#: What is tried first where several characters may stand: examples ought to look ordinary.
_USUAL = frozenset(string.ascii_uppercase + string.digits)


def make_examples(rule: "ReferenceRule", *, count: int = 5, seed: int = 1) -> list[str]:
    """Return up to ``count`` different references that hold, in normal form.

    There are fewer when the rule lets fewer pass, or when its pattern is hard to meet by chance.
    The same seed makes the same examples.
    """
    facts = RuleFacts.of(rule)
    check = compile_facts(facts)
    chance = random.Random(seed)  # noqa: S311 (nothing secret)
    found: dict[str, None] = {}
    for _try in range(MOST_TRIES):
        if len(found) >= count:
            break
        text = _with_check_character(facts, _draw(facts, chance))
        try:
            found[check(text)] = None
        except ReferenceInvalid:
            continue
    return list(found)


def _draw(facts: RuleFacts, chance: random.Random) -> str:
    allowed = facts.characters() - set(string.ascii_lowercase)
    places = facts.places()
    if not places:
        places = (PRINTABLE,) * chance.choice(facts.lengths() or [1])
    return "".join(
        chance.choice(sorted((place & allowed & _USUAL) or (place & allowed) or place))
        for place in places
    )


def _with_check_character(facts: RuleFacts, text: str) -> str:
    place = facts.check_place()
    if place is None or facts.check_digit is None or not text:
        return text
    # What stands in the check place may itself count; a few rounds settle that, or nothing does.
    expected = compile_check_character(facts.check_digit)
    place %= len(text)
    for _round in range(3):
        right = expected(text)
        if right is None or len(right) != 1 or right == text[place]:
            break
        text = text[:place] + right + text[place + 1 :]
    return text
