"""Which fields of an entry form belong to the step that is shown."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS

from ims_wagtail.checkout.conditions import asked_keys
from ims_wagtail.checkout.questions import Question
from ims_wagtail.checkout.steps import Step
from ims_wagtail.ui.widgets import DateInput


if TYPE_CHECKING:
    from .entry import EntryForm


def fields_shown(form: "EntryForm") -> set[str]:
    """Return the names of the fields in the step of a form; of all without a step."""
    step = form.step
    if step is None:
        return set(form.fields)
    names = {question.field_name for question in questions_shown(form, step)}
    return names | what_fields(form) if step.is_first else names


def what_fields(form: "EntryForm") -> set[str]:
    """Return the names of the fields that are no questions: reference, amount and such."""
    return set(form.fields) - {question.field_name for question in form.questions}


def questions_shown(form: "EntryForm", step: Step) -> list[Question]:
    """Return the questions of a step that are asked, or may be by an answer in the step itself."""
    if form.shows_all:
        return list(step.questions)
    asked = keys_asked(form)
    shown: list[Question] = []
    for question in step.questions:
        here = {each.key for each in shown}
        if question.key in asked or (question.when and question.when.key in here):
            shown.append(question)
    return shown


def keys_asked(form: "EntryForm") -> set[str]:
    """Return the keys of what is asked, by the answers that a form holds."""
    given = form.cleaned_data if form.is_bound else form.initial
    return asked_keys(
        form.questions, {each.key: given.get(each.field_name) for each in form.questions}
    )


def steps_shown(form: "EntryForm", steps: tuple[Step, ...]) -> list[Step]:
    """Return the steps in which anything is asked."""
    asked = keys_asked(form)
    first = bool(what_fields(form))
    return [
        step
        for step in steps
        if (step.is_first and first) or any(each.key in asked for each in step.questions)
    ]


def show_step(form: "EntryForm", step: Step, *, tells_whole: bool = True) -> None:
    """Have a form show one step and what is wrong in it; of the form as a whole if so said."""
    form.step = step
    if form.is_bound:
        here = fields_shown(form) | ({NON_FIELD_ERRORS} if tells_whole else set())
        for name in set(form.errors) - here:
            del form.errors[name]


def controls(name: str, field: forms.Field) -> Iterator[str]:
    """Yield the names under which a browser sends a field: a date has three."""
    if isinstance(field.widget, DateInput):
        yield from (f"{name}{suffix}" for suffix in field.widget.widgets_names)
    else:
        yield name
