"""Account references inside other text, such as what a payer told the bank."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from .references import HYPHENS, SPACES, ReferenceInvalid, RuleFacts, compile_facts


#: A reference written in groups is looked for across so many of them.
_GROUPS = 4
#: So much of a text is looked at: more than any bank's narrative holds.
_LONGEST = 400
_WORDS = re.compile(r"[A-Za-z0-9]+(?:[/-][A-Za-z0-9]+)*")
_DIGITS = re.compile(r"[0-9]+")
_BETWEEN_GROUPS = frozenset(SPACES + HYPHENS)


@lru_cache(maxsize=512)
def compile_finder(
    facts: RuleFacts, *, whole_words: bool = False
) -> Callable[[str], tuple[str, ...]]:
    """Return a rule as a function from a text to the valid references in it, each once.

    Whole words are looked at, and unless only these are asked for, digits inside them, and either
    in groups as people write numbers. A rule that nearly every word fits finds nothing: that would
    say nothing.
    """
    if not facts.is_specific():
        return lambda text: ()
    check = compile_facts(facts)
    lengths = [len(facts.mask)] if facts.mask else facts.lengths()
    shortest, longest = lengths[0], lengths[-1]
    candidates = _WORDS.findall if whole_words else _candidates

    def find(text: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for candidate in candidates(text[:_LONGEST]):
            if not shortest <= len(candidate) <= longest:
                continue
            try:
                found[check(candidate)] = None
            except ReferenceInvalid:
                continue
        return tuple(found)

    return find


def _candidates(text: str) -> Iterator[str]:
    for pattern in (_WORDS, _DIGITS):
        parts = list(pattern.finditer(text))
        for start, first in enumerate(parts):
            candidate, end = first[0], first.end()
            yield candidate
            for following in parts[start + 1 : start + _GROUPS]:
                if text[end : following.start()] not in _BETWEEN_GROUPS:
                    break
                candidate, end = candidate + following[0], following.end()
                yield candidate
