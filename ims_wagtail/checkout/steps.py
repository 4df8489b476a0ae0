"""The steps in which a page asks: what is paid first, then the groups its editor made."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from .enums import QuestionKind
from .questions import Question


@dataclass(frozen=True, slots=True)
class Step:
    """Questions that are asked together. ``number`` counts from 1.

    Reference and amount are asked in the first, which has no heading.
    """

    number: int
    heading: str
    questions: tuple[Question, ...]

    @property
    def is_first(self) -> bool:
        """Whether it is the one in which reference and amount are asked."""
        return self.number == 1


def is_stepped(questions: Sequence[Question]) -> bool:
    """Say whether what is typed has to be kept before it is all there: for steps, or for files."""
    return any(question.step or question.kind == QuestionKind.FILE for question in questions)


def steps_of(questions: Sequence[Question]) -> tuple[Step, ...]:
    """Return the steps of a page; the first is there even where nothing is asked in it."""
    groups = [(heading, tuple(group)) for heading, group in groupby(questions, _heading)]
    if not groups or groups[0][0]:
        groups.insert(0, ("", ()))
    return tuple(
        Step(number=number, heading=heading, questions=group)
        for number, (heading, group) in enumerate(groups, start=1)
    )


def _heading(question: Question) -> str:
    return question.step
