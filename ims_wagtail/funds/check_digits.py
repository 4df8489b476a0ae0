"""Check characters of account references: both algorithms the councils' systems use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import getitem
from typing import TYPE_CHECKING, Any

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

    @property
    def is_dynix(self) -> bool:
        """Tell whether the last character stands outside the sum."""
        return self.algorithm == CheckDigitAlgorithm.DYNIX

    @property
    def takes_from_modulus(self) -> bool:
        """Tell whether the result is the modulus less the remainder; Dynix always does that."""
        return self.is_dynix or self.subtract

    def longest_reference(self) -> int:
        """Return how many characters the weights reach."""
        return len(self.weights) + self.is_dynix

    def reaches(self, length: int) -> bool:
        """Tell whether a reference of this length can have a check character at all."""
        return max(len(self.source_prefix), 1) <= length <= self.longest_reference()


@dataclass(frozen=True, slots=True)
class _Tables:
    """What each byte counts for at each place, what the replaced start counts for, and results."""

    values: Sequence[Sequence[int]]
    constant: int
    results: tuple[str, ...]


def compile_check_character(facts: CheckDigitFacts) -> Callable[[str], str | None]:
    """Return a function giving the check character a whole ASCII reference ought to carry.

    The reference includes its check character's place. ``None`` means that no character could be
    right: the weights do not reach its end, or the substituted start is longer than it.
    """
    tables = _tables(facts)
    values, constant, results = tables.values, tables.constant, tables.results
    drop_last = facts.is_dynix

    def expected(reference: str) -> str | None:
        if not facts.reaches(len(reference)):
            return None
        weighed = reference[:-1] if drop_last else reference
        total = constant + sum(map(getitem, values, weighed.encode("ascii")))
        return results[total % facts.modulus]

    return expected


#: A list with the next row for each byte; in the last row, whether the reference holds.
Row = list[Any]


def compile_walk(facts: CheckDigitFacts | None, *, place: int, length: int) -> Row:
    """Return the first row of a walk along the bytes of a reference of this length.

    Each byte picks the next row, and the last one whether the character at ``place``, which counts
    from the end when negative, is right. Without a check digit, or with weights that do not fit,
    nothing is. The walk is taken where references are checked, since even a call would be felt
    there; its rows are small enough to stay at hand in the processor.
    """
    if facts is None or not facts.reaches(length):
        return _walk_to_nothing(length)
    place %= length
    modulus = facts.modulus
    tables = _tables(facts)
    values = [*tables.values[: length - facts.is_dynix], *([[0] * 128] * facts.is_dynix)]
    right_for: dict[str, set[int]] = {}
    for remainder, character in enumerate(tables.results):
        right_for.setdefault(character, set()).add(remainder)

    @cache
    def row_before(position: int, total: int) -> Row:
        """Return the row for a sum so far, up to the place of the check character."""
        if position < place:
            return _row(
                values[position],
                lambda value: row_before(position + 1, (total + value) % modulus),
            )
        return [
            row_after(
                place + 1,
                frozenset(
                    (right - total - value) % modulus for right in right_for.get(chr(byte), ())
                ),
            )
            for byte, value in enumerate(values[place])
        ]

    @cache
    def row_after(position: int, wanted: frozenset[int]) -> Row | bool:
        """Return the row for what the rest has to add, behind the check character."""
        if position == length:
            return 0 in wanted
        return _row(
            values[position],
            lambda value: row_after(
                position + 1, frozenset((rest - value) % modulus for rest in wanted)
            ),
        )

    return row_before(0, tables.constant % modulus)


def _row(values: Sequence[int], following: Callable[[int], Any]) -> Row:
    rows = {value: following(value) for value in set(values)}
    return [rows[value] for value in values]


def _walk_to_nothing(length: int) -> Row:
    row: Any = False
    for _position in range(length):
        row = [row] * 128
    return row


def check_character(config: "CheckDigit", reference: str) -> str:
    """Return the check character for a whole reference; any character may hold its place.

    Raises ``ValueError`` when the reference is too short or too long for the weights.
    """
    expected = compile_check_character(CheckDigitFacts.of(config))(reference.upper())
    if expected is None:
        raise ValueError(f"The weights of {config.name} do not fit {len(reference)} characters")
    return expected


@dataclass(frozen=True, slots=True)
class Term:
    """One character's part in the sum: what stands there, what it is read as, what it adds."""

    character: str
    read_as: str
    weight: int
    value: int


@dataclass(frozen=True, slots=True)
class Working:
    """The sum behind a check character, step by step."""

    terms: tuple[Term, ...]
    total: int
    modulus: int
    remainder: int
    #: The remainder, or the modulus less the remainder.
    number: int
    expected: str


def work_out(facts: CheckDigitFacts, reference: str) -> Working | None:
    """Show how the check character of an ASCII reference is found; ``None`` when it has none."""
    if not facts.reaches(len(reference)):
        return None
    tables = _tables(facts)
    weighed = reference[:-1] if facts.is_dynix else reference
    terms = []
    for position, character in enumerate(weighed):
        replaced = position < len(facts.source_prefix) and not facts.is_dynix
        read_as = facts.source_prefix[position] if replaced else character
        row = tables.values[position]
        value = _value(facts, position, read_as) if replaced else row[ord(character)]
        terms.append(Term(character, read_as, facts.weights[position], value))
    total = sum(term.value for term in terms)
    remainder = total % facts.modulus
    return Working(
        terms=tuple(terms),
        total=total,
        modulus=facts.modulus,
        remainder=remainder,
        number=facts.modulus - remainder if facts.takes_from_modulus else remainder,
        expected=tables.results[remainder],
    )


@lru_cache(maxsize=512)
def _tables(facts: CheckDigitFacts) -> _Tables:
    characters = [chr(byte) for byte in range(128)]
    places = range(len(facts.weights))
    values = [[_value(facts, place, character) for character in characters] for place in places]
    constant = 0
    if not facts.is_dynix:
        for place, character in zip(places, facts.source_prefix, strict=False):
            constant += _value(facts, place, character)
            values[place] = [0] * 128
    substitutions = dict(facts.substitutions)
    texts = [
        str(facts.modulus - remainder if facts.takes_from_modulus else remainder)
        for remainder in range(facts.modulus)
    ]
    return _Tables(values, constant, tuple(substitutions.get(text, text) for text in texts))


def _value(facts: CheckDigitFacts, position: int, character: str) -> int:
    """Return what a character adds to the sum at a position, from 0; only digits add."""
    if character not in "0123456789":
        return 0
    digit = int(character)
    if not facts.is_dynix:
        return digit * facts.weights[position]
    if position % 2:
        return digit
    value = digit * facts.weights[position]
    if value > 10:
        value -= 10
    return value + 1 if digit > 4 else value
