"""Telling a person step by step what a rule makes of a reference."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from .check_digits import Working, work_out
from .enums import CharacterType
from .reference_messages import describe
from .references import (
    MASK,
    ReferenceInvalid,
    RuleFacts,
    compile_pattern,
    fits_mask,
    normalise,
)


if TYPE_CHECKING:
    from .models import ReferenceRule


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was looked at: what it is, what was found, and whether that is right."""

    #: As ``ReferenceInvalid.code``; empty for what can't go wrong.
    code: str
    title: str
    found: str
    holds: bool
    #: Further lines, such as one for each place of the mask.
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Every step, and what comes of them."""

    steps: tuple[Step, ...]
    #: The normalised reference; empty when nothing could be made of what was typed.
    reference: str
    #: What a resident would be told; empty when the reference holds.
    problem: str

    @property
    def code(self) -> str:
        """Return what is wrong first, as ``ReferenceInvalid.code``; empty when nothing is."""
        return next((step.code for step in self.steps if not step.holds), "")


def explain(rule: "ReferenceRule", text: str) -> Explanation:
    """Say what every part of the rule makes of a reference, also after the first that fails."""
    return explain_facts(RuleFacts.of(rule), text)


def explain_facts(facts: RuleFacts, text: str) -> Explanation:
    """Explain by ``facts``, as ``explain`` does for a row."""
    try:
        reference = normalise(facts, text)
    except ReferenceInvalid as invalid:
        problem = describe(code=invalid.code, rule=facts, label="")
        step = Step(invalid.code, _("Read as"), _("nothing that could be checked"), False)
        return Explanation((step,), "", problem)
    steps = [
        Step("", _("Read as"), reference, True),
        _characters(facts, reference),
        _length(facts, reference),
    ]
    if facts.pattern:
        steps.append(_pattern(facts, reference))
    if facts.mask:
        steps.append(_mask(facts, reference))
    if facts.check_place() is not None:
        steps.append(_check_digit(facts, reference))
    wrong = next((step.code for step in steps if not step.holds), "")
    problem = describe(code=wrong, rule=facts, label="") if wrong else ""
    return Explanation(tuple(steps), reference, problem)


def _characters(facts: RuleFacts, reference: str) -> Step:
    allowed = facts.characters()
    label = CharacterType(facts.character_type).label if facts.character_type else _("Any plain")
    strange = [
        _("%(character)s at place %(place)d is not allowed")
        % {"character": _shown(character), "place": place}
        for place, character in enumerate(reference, 1)
        if character not in allowed
    ]
    return Step("characters", _("Characters"), str(label), not strange, tuple(strange))


def _length(facts: RuleFacts, reference: str) -> Step:
    found = _("%(length)d, and %(least)d to %(most)d are asked for") % {
        "length": len(reference),
        "least": facts.minimum_length,
        "most": facts.maximum_length,
    }
    return Step("length", _("Length"), found, len(reference) in facts.lengths())


def _pattern(facts: RuleFacts, reference: str) -> Step:
    holds = compile_pattern(facts.pattern)(reference) is not None
    return Step("pattern", _("Pattern"), facts.pattern, holds)


def _mask(facts: RuleFacts, reference: str) -> Step:
    meanings = {
        "$": _("a letter"),
        "#": _("a digit"),
        "?": _("a letter or digit"),
        "*": _("a letter, digit, space, / or -"),
        "@": _("the check character"),
    }
    lines = []
    places = facts.places()
    for place in range(max(len(reference), len(places))):
        symbol = facts.mask[place : place + 1]
        lines.append(
            _("%(place)d: %(character)s, asked for: %(asked)s (%(verdict)s)")
            % {
                "place": place + 1,
                "character": _shown(reference[place : place + 1]),
                "asked": (meanings[symbol] if symbol in MASK else symbol.upper())
                if symbol
                else _("nothing"),
                "verdict": _("right")
                if place < min(len(reference), len(places)) and reference[place] in places[place]
                else _("wrong"),
            }
        )
    return Step("mask", _("Mask"), facts.mask, fits_mask(facts, reference), tuple(lines))


def _check_digit(facts: RuleFacts, reference: str) -> Step:
    title = _("Check character")
    place = facts.check_place()
    working = work_out(facts.check_digit, reference) if facts.check_digit else None
    if place is None or working is None or place >= len(reference):
        return Step("check_digit", title, _("none could be right here"), False)
    lines = [_arithmetic(working), _remainder(working)]
    if working.number != working.remainder:
        lines.append(f"{working.modulus} − {working.remainder} = {working.number}")
    if str(working.number) != working.expected:
        lines.append(
            _("%(number)d is written as %(character)s")
            % {"number": working.number, "character": working.expected}
        )
    found = _("expected %(expected)s, found %(found)s") % {
        "expected": working.expected,
        "found": _shown(reference[place]),
    }
    return Step("check_digit", title, found, working.expected == reference[place], tuple(lines))


def _arithmetic(working: Working) -> str:
    terms = []
    for term in working.terms:
        if not (term.read_as.isdigit() and (term.weight or term.value)):
            continue
        plain = int(term.read_as) * term.weight
        terms.append(
            f"{term.read_as} × {term.weight}"
            if plain == term.value
            else f"{term.read_as} → {term.value}"
        )
    return f"{' + '.join(terms) or '0'} = {working.total}"


def _remainder(working: Working) -> str:
    return _("%(total)d divided by %(modulus)d leaves %(remainder)d") % {
        "total": working.total,
        "modulus": working.modulus,
        "remainder": working.remainder,
    }


def _shown(character: str) -> str:
    if character == " ":
        return _("a space")
    return character or _("nothing")
