"""Questions that are asked only where an earlier one was answered in a certain way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from .enums import QuestionKind


if TYPE_CHECKING:
    from .questions import Question

#: What an earlier question may be for another to depend on it: its answers can be listed.
DECIDING = (QuestionKind.CHOICE, QuestionKind.YES_NO)


@dataclass(frozen=True, slots=True)
class Condition:
    """An earlier question, by its key, and the answers to it with which a question is asked."""

    key: str
    answers: tuple[str, ...]


def asked_keys(questions: Sequence["Question"], given: Mapping[str, Any]) -> set[str]:
    """Return the keys of the questions that are asked, from what was answered by key.

    A question whose earlier one is not asked itself is not asked either.
    """
    asked: set[str] = set()
    for question in questions:
        when = question.when
        if when is None or (when.key in asked and given.get(when.key) in when.answers):
            asked.add(question.key)
    return asked


def in_words(question: "Question", questions: Sequence["Question"]) -> str:
    """Say when a question is to be answered; nothing where it always is."""
    when = question.when
    earlier = next((each for each in questions if when and each.key == when.key), None)
    if when is None or earlier is None:
        return ""
    answers = _(" or ").join(f"“{_answer_in_words(earlier, answer)}”" for answer in when.answers)
    return _("Only if you answered %(answers)s to “%(question)s”.") % {
        "answers": answers,
        "question": earlier.label,
    }


def _answer_in_words(question: "Question", answer: str) -> str:
    if question.kind != QuestionKind.YES_NO:
        return answer
    return _("Yes") if answer == "yes" else _("No")
