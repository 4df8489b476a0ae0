"""Check characters of account references: both algorithms the councils' systems use."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import getitem
from typing import TYPE_CHECKING, Any

from .enums import CheckDigitAlgorithm


if TYPE_CHECKING:
    from .models import CheckDigit


#: A part of this many digits has ten thousand readings, all of which are kept once met.
_CHUNK = 4
#: Parts of letters have far more. Beyond so many for one place they are worked out each time.
_KEPT = 120_000


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


#: From a state and the next part of a reference to the next state; at the end, whether it holds.
State = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Walk:
    """How to check references of one length: go from state to state by looking up each part.

    A million references share few parts, and nothing is quicker in Python than a look-up. The walk
    is taken where references are checked, since even a call would be felt there.
    """

    start: State | bool
    parts: tuple[slice, ...]


ALWAYS = Walk(True, ())
NEVER = Walk(False, ())


def compile_walk(facts: CheckDigitFacts, *, place: int, length: int) -> Walk:
    """Return the walk that ends true when the check character at ``place`` is right.

    A negative place counts from the end. Only ASCII references of this length may be asked about.
    """
    if not facts.reaches(length):
        return NEVER
    place %= length
    tables = _tables(facts)
    values = [*tables.values[: length - facts.is_dynix], *([[0] * 128] * facts.is_dynix)]
    counted = [i for i, row in enumerate(values) if any(row) and i != place] or [place]
    first, end = min(counted), max(counted) + 1
    start = max(min(first, place), place - _CHUNK + 1)
    parts = [
        *_split(first, min(start, end)),
        *_split(max(first, place + 1), end),
        slice(start, place + 1),
    ]
    *before, last = parts
    states: list[dict[str, Any]] = [
        _Last(values[last], place - start, remainder, tables.results)
        for remainder in range(facts.modulus)
    ]
    for part in reversed(before):
        states = [_Part(values[part], remainder, states) for remainder in range(facts.modulus)]
    return Walk(states[tables.constant % facts.modulus], tuple(parts))


def _split(start: int, end: int) -> list[slice]:
    return [slice(at, min(at + _CHUNK, end)) for at in range(start, end, _CHUNK)]


class _Part(dict[str, dict[str, Any]]):
    """From each reading of a part to the state of the remainder that the sum then has."""

    def __init__(
        self, values: Sequence[Sequence[int]], remainder: int, following: list[dict[str, Any]]
    ) -> None:
        super().__init__()
        self._values, self._remainder, self._following = values, remainder, following

    def __missing__(self, part: str) -> dict[str, Any]:
        total = self._remainder + sum(map(getitem, self._values, part.encode("ascii")))
        found = self._following[total % len(self._following)]
        if len(self) < _KEPT // len(self._following):
            self[part] = found
        return found


class _Last(dict[str, bool]):
    """From each reading of the part with the check character to whether that is right."""

    def __init__(
        self,
        values: Sequence[Sequence[int]],
        place: int,
        remainder: int,
        results: tuple[str, ...],
    ) -> None:
        super().__init__()
        self._values, self._place, self._remainder = values, place, remainder
        self._results = results

    def __missing__(self, part: str) -> bool:
        total = self._remainder + sum(map(getitem, self._values, part.encode("ascii")))
        right = self._results[total % len(self._results)] == part[self._place]
        if len(self) < _KEPT // len(self._results):
            self[part] = right
        return right


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
