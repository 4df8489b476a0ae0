"""Radios and checkboxes, with parts that belong to one answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.safestring import SafeString

from .html import attributes, join_classes, safe, text
from .question import Question, grouped, hint


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer. ``reveal`` is HTML of the questions that belong to it alone."""

    value: object
    text: str
    hint: str = ""
    checked: bool = False
    disabled: bool = False
    reveal: SafeString = safe("")


def radios(question: Question, *, choices: Sequence[Choice], classes: str = "") -> SafeString:
    """Draw radio buttons: one answer of several."""
    return _choices("radios", "radio", question, choices, classes)


def checkboxes(question: Question, *, choices: Sequence[Choice], classes: str = "") -> SafeString:
    """Draw checkboxes: any number of answers."""
    return _choices("checkboxes", "checkbox", question, choices, classes)


def _choices(
    block: Literal["radios", "checkboxes"],
    input_type: str,
    question: Question,
    choices: Sequence[Choice],
    classes: str,
) -> SafeString:
    # The first box carries the question's own id, so that the error summary's link lands on it.
    items = "".join(
        _item(
            block,
            input_type,
            question,
            choice,
            question.id if place == 1 else f"{question.id}-{place}",
        )
        for place, choice in enumerate(choices, start=1)
    )
    names = join_classes(f"govuk-{block}", classes)
    return grouped(question, f'<div class="{names}" data-module="govuk-{block}">{items}</div>')


def _item(block: str, input_type: str, question: Question, choice: Choice, id: str) -> str:
    described_by = f"{id}-item-hint" if choice.hint else ""
    if block == "checkboxes" and not question.label:
        described_by = join_classes(question.described_by, described_by)
    own = attributes(
        {
            "checked": choice.checked,
            "disabled": choice.disabled,
            "data-aria-controls": f"conditional-{id}" if choice.reveal else None,
            "aria-describedby": described_by or None,
        }
    )
    markup = (
        f'<div class="govuk-{block}__item">'
        f'<input class="govuk-{block}__input" id="{text(id)}" name="{text(question.name)}"'
        f' type="{input_type}" value="{text(choice.value)}"{own}>'
        f'<label class="govuk-label govuk-{block}__label" for="{text(id)}">{text(choice.text)}'
        f"</label>{hint(choice.hint, id=f'{id}-item-hint', classes=f'govuk-{block}__hint')}</div>"
    )
    if choice.reveal:
        hidden = "" if choice.checked else f" govuk-{block}__conditional--hidden"
        markup += (
            f'<div class="govuk-{block}__conditional{hidden}" id="conditional-{text(id)}">'
            f"{choice.reveal}</div>"
        )
    return markup
