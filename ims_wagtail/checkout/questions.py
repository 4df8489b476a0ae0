"""Extra questions of a payable page: what is asked, its form field, the answer as it is kept."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ims_wagtail.ui.forms import DateField, LongTextField

from .answer_files import file_key, file_name
from .conditions import Condition
from .enums import QuestionKind
from .fields import AnswerFileField, PostcodeField, TelephoneField, WholeNumberField
from .typed_text import refuse_card_number, refuse_control_characters


SHORT_TEXT_LENGTH = 200
LONG_TEXT_LENGTH = 1000
EMAIL_LENGTH = 254
ADDRESS_LENGTH = 300
#: No number is bigger: nobody has so many bins.
MOST_NUMBER = 9999
#: What a file may have unless its question says otherwise.
DEFAULT_MEGABYTES = 5
#: More choices than this are easier to find in a drop-down list than among radio buttons.
MOST_RADIOS = 8

#: What is kept of a declaration that was agreed to.
_AGREED = "agreed"

#: One question and its answer as a basket line keeps them; ``value`` is "" when not answered.
Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """Something a page asks for besides reference and amount. ``key`` is unique on its page."""

    key: str
    label: str
    hint: str = ""
    kind: str = QuestionKind.SHORT_TEXT
    required: bool = True
    choices: tuple[str, ...] = ()
    #: Bounds of a whole number, both of them allowed.
    least: int = 0
    most: int = MOST_NUMBER
    #: What has to be answered before for this to be asked.
    when: Condition | None = None
    #: The heading of the step in which it is asked; empty in the first.
    step: str = ""
    #: Which kinds of files are taken, and how big.
    types: tuple[str, ...] = ()
    megabytes: int = DEFAULT_MEGABYTES

    @property
    def field_name(self) -> str:
        """Name of its form field, apart from the form's own names."""
        return f"question-{self.key}"


def question_field(question: Question) -> forms.Field:
    """Return the form field of a question; its errors name the question."""
    common: dict[str, Any] = {
        "label": question.label,
        "help_text": question.hint,
        "required": question.required,
    }

    def no_card_number(text: str) -> None:
        refuse_card_number(text, name=question.label)

    match question.kind:
        case QuestionKind.LONG_TEXT:
            return LongTextField(max_length=LONG_TEXT_LENGTH, validators=[no_card_number], **common)
        case QuestionKind.CHOICE:
            return _choice(question, [(choice, choice) for choice in question.choices], common)
        case QuestionKind.YES_NO:
            return _choice(question, [("yes", _("Yes")), ("no", _("No"))], common)
        case QuestionKind.NUMBER:
            return WholeNumberField(least=question.least, most=question.most, **common)
        case QuestionKind.DATE:
            asked = gettext("Answer “%(question)s” with a date, like 27 3 2026")
            messages = {"required": asked % {"question": question.label}}
            return DateField(error_messages=messages, **common)
        case QuestionKind.TELEPHONE:
            return TelephoneField(**common)
        case QuestionKind.EMAIL:
            return forms.EmailField(max_length=EMAIL_LENGTH, **common)
        case QuestionKind.POSTCODE:
            return PostcodeField(**common)
        case QuestionKind.ADDRESS:
            return LongTextField(
                max_length=ADDRESS_LENGTH,
                widget=forms.Textarea({"rows": 4, "autocomplete": "street-address"}),
                validators=[no_card_number],
                **common,
            )
        case QuestionKind.FILE:
            return AnswerFileField(question=question, **common)
        case QuestionKind.DECLARATION:
            return forms.BooleanField(**common)
        case _:
            return forms.CharField(
                max_length=SHORT_TEXT_LENGTH,
                validators=[no_card_number, refuse_control_characters],
                **common,
            )


def answers_from(questions: Sequence[Question], cleaned: Mapping[str, Any]) -> list[Answer]:
    """Return every question with the answer a form found valid, ready for a basket line."""
    return [
        {**asdict(question), "value": _kept(cleaned.get(question.field_name))}
        for question in questions
    ]


def questions_of(answers: Sequence[Answer]) -> tuple[Question, ...]:
    """Return the questions a basket line was added with, so that it can be changed later."""
    return tuple(
        Question(
            key=answer["key"],
            label=answer["label"],
            hint=answer["hint"],
            kind=answer["kind"],
            required=answer["required"],
            choices=tuple(answer["choices"]),
            # Lines that were added before there was such a thing have none of it.
            least=answer.get("least", 0),
            most=answer.get("most", MOST_NUMBER),
            when=_condition(answer.get("when")),
            step=answer.get("step", ""),
            types=tuple(answer.get("types", ())),
            megabytes=answer.get("megabytes", DEFAULT_MEGABYTES),
        )
        for answer in answers
    )


def initial_answers(answers: Sequence[Answer]) -> dict[str, Any]:
    """Return what a form to change the line starts with."""
    return {
        question.field_name: _typed(answer)
        for question, answer in zip(questions_of(answers), answers, strict=True)
    }


def shown_answers(answers: Sequence[Answer]) -> tuple[dict[str, str], ...]:
    """Return the answered questions as ``{key, label, value}``, in words of this language."""
    return tuple(
        {
            "key": answer["key"],
            "label": answer["label"],
            "value": _in_words(answer),
            **({"file": str(file_key(answer["value"]))} if _is_file(answer) else {}),
        }
        for answer in answers
        if answer["value"]
    )


def given_values(answers: Sequence[Answer]) -> dict[str, str]:
    """Return the bare answers by key, to tell whether two lines answer alike."""
    return {answer["key"]: answer["value"] for answer in answers if answer["value"]}


def _is_file(answer: Answer) -> bool:
    return bool(answer["kind"] == QuestionKind.FILE)


def _condition(kept: Mapping[str, Any] | None) -> Condition | None:
    return Condition(key=kept["key"], answers=tuple(kept["answers"])) if kept else None


def _choice(
    question: Question, choices: list[tuple[str, Any]], common: dict[str, Any]
) -> forms.Field:
    wrong = gettext("Choose one of the answers to “%(question)s”") % {"question": question.label}
    common["error_messages"] = {"required": wrong, "invalid_choice": wrong}
    if len(choices) > MOST_RADIOS:
        return forms.ChoiceField(choices=[("", ""), *choices], **common)
    if not question.required:
        choices = [*choices, ("", _("No answer"))]
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)


def _kept(value: Any) -> str:
    if isinstance(value, bool):
        return _AGREED if value else ""
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value)


def _typed(answer: Answer) -> Any:
    if answer["kind"] == QuestionKind.DATE and answer["value"]:
        return dt.date.fromisoformat(answer["value"])
    if answer["kind"] == QuestionKind.DECLARATION:
        return bool(answer["value"])
    return answer["value"]


def _in_words(answer: Answer) -> str:
    match answer["kind"]:
        case QuestionKind.DATE:
            return date_format(dt.date.fromisoformat(answer["value"]), "j F Y")
        case QuestionKind.YES_NO:
            return gettext("Yes") if answer["value"] == "yes" else gettext("No")
        case QuestionKind.DECLARATION:
            return gettext("Agreed")
        case QuestionKind.FILE:
            return file_name(answer["value"])
        case _:
            return str(answer["value"])
