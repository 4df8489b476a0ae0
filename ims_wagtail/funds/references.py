"""Account references: a rule compiles once to one plain function, for a resident or a million rows.

Nothing here touches the database, and no second implementation exists to be kept equal.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from .check_digits import CheckDigitFacts, check_character, compile_check_character
from .enums import CharacterType
from .reference_messages import describe


if TYPE_CHECKING:
    from .models import ReferenceRule


__all__ = ["ReferenceInvalid", "RuleFacts", "check_character", "compile_rule", "open_reference"]

#: Longer texts are refused before anything else looks at them.
LONGEST_TEXT = 100

#: What people's keyboards and copied letters hold for a space and a hyphen.
SPACES = " \t\u00a0\u202f"
HYPHENS = "-\u2010\u2011\u2013"

CHARACTERS: dict[str, str] = {
    CharacterType.LETTERS: "A-Z",
    CharacterType.LETTERS_SPACE: "A-Z ",
    CharacterType.DIGITS: "0-9",
    CharacterType.DIGITS_SPACE: "0-9 ",
    CharacterType.LETTERS_DIGITS: "A-Z0-9",
    CharacterType.LETTERS_DIGITS_SPACE: "A-Z0-9 ",
}
PRINTABLE = " -~"

MASK = {"$": "[A-Z]", "#": "[0-9]", "?": "[A-Z0-9]", "*": "[A-Z0-9 /-]", "@": "."}


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
    drop = str.maketrans("", "", facts.dropped())
    shortest, longest = facts.minimum_length, facts.maximum_length
    characters = re.compile(f"[{CHARACTERS.get(facts.character_type, PRINTABLE)}]+").fullmatch
    pattern = (
        re.compile(facts.pattern, re.ASCII | re.IGNORECASE).fullmatch if facts.pattern else None
    )
    mask = (
        re.compile("".join(MASK.get(c) or re.escape(c.upper()) for c in facts.mask)).fullmatch
        if facts.mask
        else None
    )
    place = facts.mask.find("@")
    # A mask that asks for a check character nobody defined lets nothing pass.
    expected = compile_check_character(facts.check_digit) if facts.check_digit else _never
    checked = facts.check_digit is not None or place >= 0

    def check(typed: str) -> str:
        if len(typed) > LONGEST_TEXT:
            raise ReferenceInvalid("length", facts)
        text = typed.strip()
        if drop and not text.isalnum():
            text = text.translate(drop)
        if not text:
            raise ReferenceInvalid("blank", facts)
        # Before upper-casing, which turns some letters outside ASCII into letters inside it.
        if not text.isascii():
            raise ReferenceInvalid("characters", facts)
        text = text.upper()
        if characters(text) is None:
            raise ReferenceInvalid("characters", facts)
        if not shortest <= len(text) <= longest:
            raise ReferenceInvalid("length", facts)
        if pattern is not None and pattern(text) is None:
            raise ReferenceInvalid("pattern", facts)
        if mask is not None and mask(text) is None:
            raise ReferenceInvalid("mask", facts)
        if checked and expected(text) != text[place]:
            raise ReferenceInvalid("check_digit", facts)
        return text

    return check


def _never(reference: str) -> str | None:
    return None


#: For funds without a rule: any printable text that fits the ledger.
open_reference = compile_facts(RuleFacts())
