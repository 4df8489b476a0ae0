"""Check characters of account references: both algorithms the councils' systems use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import getitem
from typing import TYPE_CHECKING

from .enums import CheckDigitAlgorithm


if TYPE_CHECKING:
    from .models import CheckDigit


@dataclass(frozen=True, slots=True)
class CheckDigitFacts:
    """What a ``CheckDigit`` row says, free of the database and fit to be a cache key."""

    algorithm: str
    modulus: int
    weights: tuple[int, ...]
    source_prefix: str
    substitutions: tuple[tuple[str, str], ...]
    subtract: bool

    @classmethod
    def of(cls, config: "CheckDigit") -> "CheckDigitFacts":
        return cls(
            algorithm=config.algorithm,
            modulus=config.modulus,
            weights=tuple(config.weights or ()),
            source_prefix=config.source_prefix,
            substitutions=tuple(
                sorted((str(k), str(v).upper()) for k, v in config.substitutions.items())
            ),
            subtract=config.subtract,
        )

    def longest_reference(self) -> int:
        """Return how many characters the weights reach."""
        if self.algorithm == CheckDigitAlgorithm.DYNIX:
            return len(self.weights) + 1
        return len(self.weights)


def compile_check_character(facts: CheckDigitFacts) -> Callable[[str], str | None]:
    """Return a function giving the check character a whole ASCII reference ought to carry.

    The reference includes its check character's place. ``None`` means that no character could be
    right: the weights do not reach its end, or the substituted start is longer than it.
    """
    tables, constant, results = _tables(facts)
    longest = len(tables)
    shortest = len(facts.source_prefix) if facts.algorithm != CheckDigitAlgorithm.DYNIX else 1
    drop_last = facts.algorithm == CheckDigitAlgorithm.DYNIX
    modulus = facts.modulus

    def expected(reference: str) -> str | None:
        weighed = reference[:-1] if drop_last else reference
        if not shortest <= len(reference) or len(weighed) > longest:
            return None
        total = constant + sum(map(getitem, tables, weighed.encode("ascii")))
        return results[total % modulus]

    return expected


def check_character(config: "CheckDigit", reference: str) -> str:
    """Return the check character for a whole reference; any character may hold its place.

    Raises ``ValueError`` when the reference is too short or too long for the weights.
    """
    expected = compile_check_character(CheckDigitFacts.of(config))(reference.upper())
    if expected is None:
        raise ValueError(f"The weights of {config.name} do not fit {len(reference)} characters")
    return expected


def _tables(
    facts: CheckDigitFacts,
) -> tuple[Sequence[Sequence[int]], int, tuple[str, ...]]:
    """Return a value for each position and byte, a constant, and a result for each remainder."""
    substitutions = dict(facts.substitutions)
    if facts.algorithm == CheckDigitAlgorithm.DYNIX:
        values = [
            [_dynix(digit, weight) if position % 2 == 0 else digit for digit in range(10)]
            for position, weight in enumerate(facts.weights)
        ]
        constant = 0
        subtract = True
    else:
        values = [[digit * weight for digit in range(10)] for weight in facts.weights]
        constant = sum(
            values[position][int(character)]
            for position, character in enumerate(facts.source_prefix[: len(values)])
            if character in "0123456789"
        )
        for position in range(min(len(facts.source_prefix), len(values))):
            values[position] = [0] * 10
        subtract = facts.subtract
    tables = [[0] * 48 + row + [0] * 70 for row in values]
    remainders = range(facts.modulus)
    texts = [str(facts.modulus - r if subtract else r) for r in remainders]
    return tables, constant, tuple(substitutions.get(text, text) for text in texts)


def _dynix(digit: int, weight: int) -> int:
    value = digit * weight
    if value > 10:
        value -= 10
    if digit > 4:
        value += 1
    return value
