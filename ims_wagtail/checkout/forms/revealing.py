"""Where questions that depend on an answer stand: under its radio button, where there is one.

Under it the browser shows them only with that answer. Without JavaScript they are always there, and
so are those that can't stand under one button; the form doesn't insist on them.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from crispy_forms.layout import Layout, LayoutObject
from django import forms

from ims_wagtail.checkout.conditions import Condition, in_words
from ims_wagtail.checkout.questions import Question
from ims_wagtail.ui.layout import Choices, Field

from .amount import UNDER
from .shown import fields_shown


if TYPE_CHECKING:
    from .entry import EntryForm


def laid_out(form: "EntryForm") -> Iterator[LayoutObject]:
    """Yield the parts of a form in their order, those that hang on an answer inside its part."""
    hanging = {
        question.key: question.when
        for question in form.questions
        if question.when and is_revealed(form, question)
    }
    under = {
        name: at
        for name, at in UNDER.items()
        if form.reveals and name in form.fields and at.radios in form.fields
    }
    leads = {at.radios: {at.answer: name} for name, at in under.items()}
    own = {question.field_name: question for question in form.questions}
    shown = fields_shown(form)
    for name, field in form.fields.items():
        question = own.get(name)
        is_elsewhere = name not in shown or name in under
        if field.widget.is_hidden or is_elsewhere or (question and question.key in hanging):
            continue
        if name in leads:
            yield Choices(name, reveal=leads[name])
            continue
        yield _part(form, question, hanging) if question else Field(name)


def tell_conditions(form: "EntryForm") -> None:
    """Say in the hint of a question on what it depends, where that can't be seen."""
    for question in form.questions:
        if question.when and not is_revealed(form, question) and not _is_decided(form, question):
            field = form.fields.get(question.field_name)
            if field is None:
                continue
            told = in_words(question, form.questions)
            field.help_text = " ".join(filter(None, [told, str(field.help_text)]))


def is_revealed(form: "EntryForm", question: Question) -> bool:
    """Say whether a question can stand under the one answer it depends on."""
    when = question.when
    if when is None or len(when.answers) != 1 or not form.reveals:
        return False
    earlier = next((each for each in form.questions if each.key == when.key), None)
    return (
        earlier is not None
        and earlier.step == question.step
        and isinstance(form.fields[earlier.field_name].widget, forms.RadioSelect)
    )


def _is_decided(form: "EntryForm", question: Question) -> bool:
    """Say whether an earlier step settles whether a question is asked."""
    when = question.when
    return form.reveals and any(
        when and each.key == when.key and each.step != question.step for each in form.questions
    )


def _part(form: "EntryForm", question: Question, hanging: Mapping[str, Condition]) -> LayoutObject:
    """Draw a question with what hangs on its answers, whose own questions hang under them."""
    reveal: dict[str, list[LayoutObject]] = {}
    for other in form.questions:
        when = hanging.get(other.key)
        if when is not None and when.key == question.key:
            reveal.setdefault(when.answers[0], []).append(_part(form, other, hanging))
    if not reveal:
        return Field(question.field_name)
    parts = {answer: Layout(*under) for answer, under in reveal.items()}
    return Choices(question.field_name, reveal=parts)
