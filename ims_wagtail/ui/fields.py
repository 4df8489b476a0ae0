"""From a bound form field to its markup: one drawing function per kind of widget.

The widget decides the component. A site that has a widget of its own registers a function for it::

    @draw.register
    def _(widget: MyWidget, field: BoundField, question: Question, look: Look) -> SafeString: ...
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import singledispatch

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from .components import choices, inputs
from .components.html import attributes, join_classes, safe, text
from .components.question import Question
from .widgets import AmountInput, DateInput, KeptFileInput


@dataclass(frozen=True, slots=True)
class Look:
    """How one question is shown, where that is not the usual way."""

    size: str = ""
    heading: bool = False
    prefix: str = ""
    suffix: str = ""
    #: Width of the input in characters: 2, 3, 4, 5, 10, 20 or 30.
    width: int | None = None
    inline: bool = False
    #: Hints of single answers, by value.
    hints: Mapping[str, str] = field(default_factory=dict)
    #: Ready-made HTML shown only with one answer, by value.
    reveal: Mapping[str, SafeString] = field(default_factory=dict)


def render_field(bound: BoundField, look: Look | None = None) -> SafeString:
    """Draw one form field with its label, hint, error and control."""
    widget = bound.field.widget
    if widget.is_hidden:
        return _hidden(bound)
    look = look or Look()
    errors = bound.errors
    question = Question(
        id=control_id(bound),
        name=bound.html_name,
        label=str(bound.label),
        hint=str(bound.help_text),
        # One message at a time: the next one often goes away with the first.
        error=str(errors[0]) if errors else "",
        size=look.size,
        heading=look.heading,
    )
    return draw(widget, bound, question, look)


def control_id(bound: BoundField) -> str:
    """Return the id that label, hint and error of a field are built on."""
    return str(bound.field.widget.attrs.get("id") or bound.auto_id or bound.html_name)


def focus_id(bound: BoundField) -> str:
    """Return the id of the control an error link must land on: always one that takes the focus."""
    id = control_id(bound)
    if isinstance(bound.field.widget, DateInput):
        return f"{id}-{('day', 'month', 'year')[wrong_parts(bound)[0]]}"
    return id


def wrong_parts(bound: BoundField) -> tuple[int, ...]:
    """Return which of day, month and year (0, 1, 2) the first error of a date is about."""
    errors = bound.errors.as_data()
    parts = errors[0].params.get("parts", ()) if errors and errors[0].params else ()
    return tuple(parts) or (0, 1, 2)


@singledispatch
def draw(widget: forms.Widget, field: BoundField, question: Question, look: Look) -> SafeString:
    """Draw the control for one kind of widget. Raises ``TypeError`` for a kind nobody drew yet."""
    raise TypeError(f"The ims_govuk pack has no drawing for {type(widget).__name__}.")


@draw.register
def _(widget: forms.widgets.Input, field: BoundField, question: Question, look: Look) -> SafeString:
    attrs, classes = _attrs(field, look)
    return inputs.text_input(
        question,
        value=_value(field),
        input_type=str(attrs.pop("type", widget.input_type)),
        classes=classes,
        prefix=look.prefix,
        suffix=look.suffix,
        attrs=attrs,
    )


@draw.register
def _(widget: forms.NumberInput, field: BoundField, question: Question, look: Look) -> SafeString:
    # A number box drops what it can't read and changes value under a mouse wheel, so figures are
    # typed into a text box with the right keyboard.
    attrs, classes = _attrs(field, look)
    whole = isinstance(field.field, forms.IntegerField) and not isinstance(
        field.field, forms.DecimalField | forms.FloatField
    )
    attrs = {"inputmode": "numeric" if whole else "decimal", "spellcheck": "false", **attrs}
    for name in ("min", "max", "step", "type"):
        attrs.pop(name, None)
    return inputs.text_input(
        question,
        value=_value(field),
        classes=classes,
        prefix=look.prefix,
        suffix=look.suffix,
        attrs=attrs,
    )


@draw.register
def _(widget: AmountInput, field: BoundField, question: Question, look: Look) -> SafeString:
    attrs, classes = _attrs(field, look)
    return inputs.text_input(
        question, value=_value(field), classes=classes, prefix="£", suffix=look.suffix, attrs=attrs
    )


@draw.register
def _(widget: forms.Textarea, field: BoundField, question: Question, look: Look) -> SafeString:
    attrs, classes = _attrs(field, look)
    attrs.pop("cols", None)
    rows = int(str(attrs.pop("rows", 5)))
    value = _value(field) or ""
    limit = getattr(field.field, "max_length", None)
    if limit:
        return inputs.character_count(
            question, max_length=limit, value=value, rows=rows, classes=classes, attrs=attrs
        )
    return inputs.textarea(question, value=value, rows=rows, classes=classes, attrs=attrs)


@draw.register
def _(widget: forms.Select, field: BoundField, question: Question, look: Look) -> SafeString:
    attrs, classes = _attrs(field, look)
    groups = [
        (
            str(name or ""),
            [
                inputs.Option(value=o["value"], text=o["label"], selected=o["selected"])
                for o in options
            ],
        )
        for name, options, _place in widget.optgroups(question.name, _chosen(field))
    ]
    return inputs.select(question, groups=groups, classes=classes, attrs=attrs)


@draw.register
def _(widget: forms.RadioSelect, field: BoundField, question: Question, look: Look) -> SafeString:
    return choices.radios(
        question,
        choices=_choices(field, look),
        classes="govuk-radios--inline" if look.inline else "",
    )


@draw.register
def _(
    widget: forms.CheckboxSelectMultiple, field: BoundField, question: Question, look: Look
) -> SafeString:
    return choices.checkboxes(question, choices=_choices(field, look))


@draw.register
def _(widget: forms.CheckboxInput, field: BoundField, question: Question, look: Look) -> SafeString:
    # One box needs no legend: its label is the question.
    alone = Question(id=question.id, name=question.name, label="", error=question.error)
    box = choices.Choice(
        value="on",
        text=question.label,
        hint=question.hint,
        checked=widget.check_test(field.value()),
        disabled=field.field.disabled,
        reveal=look.reveal.get("on", safe("")),
    )
    return choices.checkboxes(alone, choices=[box])


@draw.register
def _(widget: DateInput, field: BoundField, question: Question, look: Look) -> SafeString:
    value = field.value()
    values = value if isinstance(value, list) else widget.decompress(value)
    return inputs.date_input(question, values=values, wrong=wrong_parts(field))


@draw.register
def _(widget: forms.FileInput, field: BoundField, question: Question, look: Look) -> SafeString:
    attrs, _classes = _attrs(field, look)
    return inputs.file_upload(question, attrs=attrs)


@draw.register
def _(widget: KeptFileInput, field: BoundField, question: Question, look: Look) -> SafeString:
    attrs, _classes = _attrs(field, look)
    removal = safe("")
    if widget.kept:
        box = Question(
            id=f"{question.id}-remove", name=widget.removal_name(question.name), label=""
        )
        words = gettext("Remove “%(name)s”") % {"name": widget.kept}
        removal = choices.checkboxes(box, choices=[choices.Choice(value="on", text=words)])
    return inputs.file_upload(question, attrs=attrs, below=removal)


def _attrs(bound: BoundField, look: Look) -> tuple[dict[str, object], str]:
    attrs = {**bound.field.widget.attrs}
    # A box that stops taking characters cuts a pasted reference short without a word; the field
    # says so after sending instead.
    for name in ("maxlength", "minlength", "id"):
        attrs.pop(name, None)
    if bound.field.disabled:
        attrs["disabled"] = True
    width = f"govuk-input--width-{look.width}" if look.width else ""
    return attrs, join_classes(str(attrs.pop("class", "")), width)


def _value(bound: BoundField) -> object:
    return bound.field.widget.format_value(bound.value())


def _chosen(bound: BoundField) -> list[str]:
    return bound.field.widget.format_value(bound.value())


def _choices(bound: BoundField, look: Look) -> list[choices.Choice]:
    widget = bound.field.widget
    return [
        choices.Choice(
            value=option["value"],
            text=option["label"],
            hint=look.hints.get(str(option["value"]), ""),
            checked=option["selected"],
            disabled=bound.field.disabled,
            reveal=look.reveal.get(str(option["value"]), safe("")),
        )
        for _name, options, _place in widget.optgroups(bound.html_name, _chosen(bound))
        for option in options
    ]


def _hidden(bound: BoundField) -> SafeString:
    value = _value(bound)
    own = attributes({"value": value, "id": control_id(bound)})
    return safe(f'<input type="hidden" name="{text(bound.html_name)}"{own}>')
