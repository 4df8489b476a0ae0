"""Conditions of questions as editors write them: an earlier question and answers, in words.

Words can be read, copied and translated with the page. They are looked up among the questions above
every time, so that a condition on a question that was moved, renamed or removed is found out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.blocks import BoundBlock, StreamValue

from ims_wagtail.checkout.conditions import DECIDING
from ims_wagtail.checkout.enums import QuestionKind


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an editor wrote: the words of an earlier question and of the answers to it."""

    question: str
    answers: tuple[str, ...]


def wanted_of(block: BoundBlock) -> Wanted | None:
    """Return the condition written on a question; nothing where it is always asked."""
    written = block.value.get("only_when") or {}
    question = (written.get("question") or "").strip()
    lines = (written.get("answers") or "").splitlines()
    answers = tuple(line.strip() for line in lines if line.strip())
    return Wanted(question, answers) if question or answers else None


def place_of(wanted: Wanted, earlier: Sequence[BoundBlock]) -> int | None:
    """Return where among the earlier questions the one stands that decides, counted from 0."""
    for place, block in enumerate(earlier):
        if block.block_type in DECIDING and _same(block.value.get("label"), wanted.question):
            return place
    return None


def answers_of(wanted: Wanted, block: BoundBlock) -> tuple[str, ...]:
    """Return the answers as residents give them; those that can't be given are left out."""
    known = _known_answers(block)
    return tuple(known[said] for said in map(str.casefold, wanted.answers) if said in known)


def condition_problems(stream: StreamValue) -> dict[int, str]:
    """Return what is wrong with the condition of a question, by its place counted from 0."""
    blocks = list(stream)
    found = ((place, _problem(block, blocks[:place])) for place, block in enumerate(blocks))
    return {place: problem for place, problem in found if problem}


def _problem(block: BoundBlock, earlier: Sequence[BoundBlock]) -> str:
    wanted = wanted_of(block)
    if wanted is None:
        return ""
    if not wanted.question:
        return _("Write on which earlier question it depends, or take the answers away")
    place = place_of(wanted, earlier)
    if place is None:
        return _no_question(wanted, earlier)
    deciding = earlier[place]
    if not wanted.answers:
        return _("Write with which answers to “%(question)s” this is asked") % {
            "question": wanted.question
        }
    known = _known_answers(deciding)
    wrong = [said for said in wanted.answers if said.casefold() not in known]
    if wrong:
        return _("“%(question)s” can’t be answered with “%(answer)s”: only with %(answers)s") % {
            "question": wanted.question,
            "answer": wrong[0],
            "answers": _listed(_offered(deciding)),
        }
    return ""


def _no_question(wanted: Wanted, earlier: Sequence[BoundBlock]) -> str:
    offered = [block.value["label"] for block in earlier if block.block_type in DECIDING]
    if not offered:
        return _(
            "There is no choice or yes-or-no question above this one, so nothing can decide "
            "whether it is asked"
        )
    return _(
        "No choice or yes-or-no question above this one says “%(question)s”. There is: %(offered)s"
    ) % {"question": wanted.question, "offered": _listed(offered)}


def _known_answers(block: BoundBlock) -> dict[str, str]:
    """Return the answers residents can give, by what an editor may write for them."""
    if block.block_type == QuestionKind.CHOICE:
        return {choice.strip().casefold(): choice for choice in block.value["choices"] if choice}
    known: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            known |= {_("Yes").casefold(): "yes", _("No").casefold(): "no"}
    return known


def _offered(block: BoundBlock) -> Sequence[str]:
    if block.block_type == QuestionKind.CHOICE:
        return [choice for choice in block.value["choices"] if choice]
    return [_("Yes"), _("No")]


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def _same(label: str | None, words: str) -> bool:
    return " ".join((label or "").split()).casefold() == " ".join(words.split()).casefold()
