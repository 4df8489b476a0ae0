"""Account references: a rule compiles once to one plain function, for a resident or a million rows.

Nothing here touches the database, and no second implementation exists to be kept equal.
"""

import re
import string
from collections.abc import Callable, Set
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from .check_digits import CheckDigitFacts, check_character, compile_walk
from .enums import CharacterType
from .reference_messages import describe


if TYPE_CHECKING:
    from .models import ReferenceRule


__all__ = ["ReferenceInvalid", "RuleFacts", "check_character", "compile_rule", "open_reference"]

#: Longer texts are refused before anything else looks at them.
LONGEST_TEXT = 100
#: How patterns are read: for a whole reference, in capitals or not.
PATTERN_FLAGS = re.ASCII | re.IGNORECASE

#: What people's keyboards and copied letters hold for a space and a hyphen.
SPACES = " \t\u00a0\u202f"
HYPHENS = "-\u2010\u2011\u2013"

_LETTERS = frozenset(string.ascii_uppercase)
_DIGITS = frozenset(string.digits)
PRINTABLE = frozenset(chr(number) for number in range(32, 127))

CHARACTERS: dict[str, frozenset[str]] = {
    CharacterType.LETTERS: _LETTERS,
    CharacterType.LETTERS_SPACE: _LETTERS | {" "},
    CharacterType.DIGITS: _DIGITS,
    CharacterType.DIGITS_SPACE: _DIGITS | {" "},
    CharacterType.LETTERS_DIGITS: _LETTERS | _DIGITS,
    CharacterType.LETTERS_DIGITS_SPACE: _LETTERS | _DIGITS | {" "},
}

MASK = {
    "$": _LETTERS,
    "#": _DIGITS,
    "?": _LETTERS | _DIGITS,
    "*": _LETTERS | _DIGITS | set(" /-"),
    "@": PRINTABLE,
}


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """What a ``ReferenceRule`` row says, free of the database and fit to be a cache key."""

    minimum_length: int = 1
    maximum_length: int = 36
    character_type: str = ""
    pattern: str = ""
    mask: str = ""
    check_digit: CheckDigitFacts | None = None
    ignore_spaces: bool = False
    ignore_hyphens: bool = False
    example: str = ""

    @classmethod
    def of(cls, rule: "ReferenceRule") -> "RuleFacts":
        return cls(
            minimum_length=rule.minimum_length,
            maximum_length=rule.maximum_length,
            character_type=rule.character_type,
            pattern=rule.pattern,
            mask=rule.mask,
            check_digit=CheckDigitFacts.of(rule.check_digit) if rule.check_digit else None,
            ignore_spaces=rule.ignore_spaces,
            ignore_hyphens=rule.ignore_hyphens,
            example=rule.example,
        )

    def dropped(self) -> str:
        """Return the characters left out before checking.

        A mask that can hold a space or a hyphen keeps it: there it is part of the reference.
        """
        characters = ""
        if self.ignore_spaces and not {" ", "*"} & set(self.mask):
            characters += SPACES
        if self.ignore_hyphens and not {"-", "*"} & set(self.mask):
            characters += HYPHENS
        return characters

    def characters(self) -> frozenset[str]:
        """Return the characters a normalised reference may hold, any mask apart."""
        return CHARACTERS.get(self.character_type, PRINTABLE)

    def places(self) -> tuple[frozenset[str], ...]:
        """Return the characters the mask takes at each place."""
        return tuple(MASK.get(symbol) or frozenset([symbol.upper()]) for symbol in self.mask)

    def lengths(self) -> range:
        """Return the lengths a normalised reference may have, any mask apart."""
        return range(self.minimum_length, self.maximum_length + 1)

    def check_place(self) -> int | None:
        """Return where the check character stands, counted from 0, or -1 for the end."""
        if self.check_digit is None and "@" not in self.mask:
            return None
        return self.mask.find("@")

    def is_specific(self) -> bool:
        """Tell whether the rule says more than "some characters"."""
        return bool(
            self.check_digit
            or self.mask
            or self.pattern
            or self.minimum_length == self.maximum_length
        )


class ReferenceInvalid(ValueError):
    """A reference breaks its rule. ``code`` is blank, length, characters, pattern, mask or
    check_digit; the message never repeats what was typed."""

    def __init__(self, code: str, rule: RuleFacts) -> None:
        super().__init__(code)
        self.code = code
        self.rule = rule

    def message_for(self, label: str) -> str:
        """Say in the reader's language what is wrong and what right looks like."""
        return describe(code=self.code, rule=self.rule, label=label)

    @property
    def message(self) -> str:
        return self.message_for("")

    def __str__(self) -> str:
        return self.message


def compile_rule(rule: "ReferenceRule") -> Callable[[str], str]:
    """Return the rule as a function from what was typed to the normalised reference.

    The function raises ``ReferenceInvalid``. Rules of the same content share one function.
    """
    return compile_facts(RuleFacts.of(rule))


@lru_cache(maxsize=512)
def compile_facts(facts: RuleFacts) -> Callable[[str], str]:
    """Return ``facts`` as a function, as ``compile_rule`` does for a row."""
    fits = compile_form(facts)
    place = facts.check_place()
    lengths = [len(facts.mask)] if facts.mask else facts.lengths()
    walk_for = cache(partial(compile_walk, facts.check_digit, place=place or 0))
    only_walk = walk_for(length=lengths[0]) if place is not None and len(lengths) == 1 else None

    def check(typed: str) -> str:
        text = typed
        # Most references of a file are in their normal form already.
        if fits(text) is None:
            text = normalise(facts, typed)
            if fits(text) is None:
                raise ReferenceInvalid(problem_of_form(facts, text), facts)
        if place is not None:
            row: Any = only_walk or walk_for(length=len(text))
            for byte in text.encode():
                row = row[byte]
            if not row:
                raise ReferenceInvalid("check_digit", facts)
        return text

    return check


def normalise(facts: RuleFacts, typed: str) -> str:
    """Return what was typed in the form that is checked and kept.

    Raises ``ReferenceInvalid`` when nothing can be made of it.
    """
    if len(typed) > LONGEST_TEXT:
        raise ReferenceInvalid("length", facts)
    text = typed.translate(dict.fromkeys(map(ord, facts.dropped()))).strip()
    if not text:
        raise ReferenceInvalid("blank", facts)
    # Before upper-casing, which turns some letters outside ASCII into letters inside it.
    if not text.isascii():
        raise ReferenceInvalid("characters", facts)
    return text.upper()


def problem_of_form(facts: RuleFacts, text: str) -> str:
    """Return the code of the first thing wrong with the form of a normalised reference, if any."""
    if not facts.characters().issuperset(text):
        return "characters"
    if len(text) not in facts.lengths():
        return "length"
    if facts.pattern and compile_pattern(facts.pattern)(text) is None:
        return "pattern"
    if facts.mask and not fits_mask(facts, text):
        return "mask"
    return ""


def fits_mask(facts: RuleFacts, text: str) -> bool:
    """Tell whether a normalised reference has the right kind of character at every place."""
    places = facts.places()
    return len(text) == len(places) and all(map(frozenset.__contains__, places, text))


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> Callable[[str], re.Match[str] | None]:
    """Return a function that matches a rule's pattern against a whole reference."""
    return re.compile(pattern, PATTERN_FLAGS).fullmatch


def compile_form(facts: RuleFacts) -> Callable[[str], re.Match[str] | None]:
    """Return one matcher for all that a normalised reference must be, its check character apart.

    It matches nothing that normalising would change.
    """
    allowed = facts.characters() - set(facts.dropped()) - set(string.ascii_lowercase)
    lengths = facts.lengths()
    plain = _places_of_pattern(facts.pattern)
    known = [places for places in (facts.places(), plain) if places]
    if not known:
        body = f"{_kind(allowed)}{{{lengths.start},{lengths.stop - 1}}}" if lengths else _NOTHING
    elif len(known[0]) in lengths and len(known[0]) == len(known[-1]):
        kinds = [_kind(allowed.intersection(*here)) for here in zip(*known, strict=True)]
        body = "".join(kind + _times(len(list(run))) for kind, run in groupby(kinds))
    else:
        body = _NOTHING
    if " " in allowed:
        body = rf"(?! ){body}(?<! )"
    if facts.pattern and not plain:
        body = rf"(?={body}\Z)(?i:{facts.pattern})"
    return re.compile(body, re.ASCII).fullmatch


#: A letter, a digit or a choice of them, so many times.
_PLAIN_PART = re.compile(r"([A-Za-z0-9]|\\d|\[[A-Za-z0-9-]+\])(?:\{([1-9][0-9]?)\})?")


def _places_of_pattern(pattern: str) -> tuple[frozenset[str], ...]:
    """Return the characters a pattern takes at each place, nothing if it is not that plain.

    Most patterns are, and laid over the mask they are matched in one go, not in two.
    """
    if re.fullmatch(f"(?:{_PLAIN_PART.pattern})+", pattern) is None:
        return ()
    places: list[frozenset[str]] = []
    for part, times in _PLAIN_PART.findall(pattern):
        matches = re.compile(part, PATTERN_FLAGS).fullmatch
        places += [frozenset(filter(matches, PRINTABLE))] * int(times or 1)
    return tuple(places)


_NOTHING = "(?!)"


def _kind(characters: Set[str]) -> str:
    if not characters:
        return _NOTHING
    inside = "".join(map(re.escape, sorted(characters)))
    return inside if len(characters) == 1 else f"[{inside}]"


def _times(count: int) -> str:
    return "" if count == 1 else f"{{{count}}}"


#: For funds without a rule: any printable text that fits the ledger.
open_reference = compile_facts(RuleFacts())
