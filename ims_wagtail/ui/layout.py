"""Layout objects for crispy-forms that draw govuk-frontend markup.

Crispy's own ``Fieldset`` and ``HTML`` compile their words as Django templates, so a legend written
by an editor could run template code. These never do.
"""

from collections.abc import Mapping
from dataclasses import replace

from crispy_forms.layout import Layout, LayoutObject
from crispy_forms.utils import render_field as render_part
from django.forms import BaseForm
from django.template import Context
from django.utils.safestring import SafeString

from .components import actions, question
from .components.html import safe
from .fields import Look, render_field


class Field(LayoutObject):
    """One form field, shown another way than usual.

    ``size`` (``s``, ``m``, ``l``, ``xl``) and ``heading`` are about the label or legend;
    ``prefix``, ``suffix`` and ``width`` (in characters) about an input.
    """

    def __init__(
        self,
        name: str,
        *,
        size: str = "",
        heading: bool = False,
        prefix: str = "",
        suffix: str = "",
        width: int | None = None,
    ) -> None:
        self.fields = [name]
        self.look = Look(size=size, heading=heading, prefix=prefix, suffix=suffix, width=width)

    def render(
        self, form: BaseForm, context: Context, template_pack: str = "", **kwargs: object
    ) -> SafeString:
        """Draw the field without going through a template."""
        return _drawn(form, self.fields[0], self.look)


class Choices(LayoutObject):
    """Radios or checkboxes, by the field's widget.

    ``reveal`` maps an answer's value to what is asked only with it: a field name or a layout
    object. Without JavaScript those parts are simply visible, so the form must not insist on them
    unless their answer was chosen. The value of a single box is ``on``. ``hints`` maps values to
    hints.
    """

    def __init__(
        self,
        name: str,
        *,
        reveal: Mapping[str, str | LayoutObject] | None = None,
        hints: Mapping[str, str] | None = None,
        inline: bool = False,
        size: str = "",
        heading: bool = False,
    ) -> None:
        self.values = list(reveal or {})
        self.fields = [name, *(reveal or {}).values()]
        self.look = Look(size=size, heading=heading, inline=inline, hints=hints or {})

    def render(
        self, form: BaseForm, context: Context, template_pack: str = "", **kwargs: object
    ) -> SafeString:
        """Draw the choices, each with the parts that belong to it."""
        name, *parts = self.fields
        reveal = {
            value: render_part(part, form, context, template_pack=template_pack)
            for value, part in zip(self.values, parts, strict=True)
        }
        return _drawn(form, name, replace(self.look, reveal=reveal))


class Fieldset(LayoutObject):
    """Several fields under one legend, such as the lines of an address."""

    def __init__(
        self, legend: str, *fields: str | LayoutObject, size: str = "m", heading: bool = False
    ) -> None:
        self.legend = legend
        self.fields = list(fields)
        self.size = size
        self.heading = heading

    def render(
        self, form: BaseForm, context: Context, template_pack: str = "", **kwargs: object
    ) -> SafeString:
        """Draw the legend and the fields under it."""
        return question.fieldset(
            self.get_rendered_fields(form, context, template_pack=template_pack),
            legend=str(self.legend),
            size=self.size,
            heading=self.heading,
        )


class Button(LayoutObject):
    """A button that sends the form. ``name`` and ``value`` say which of several was pressed."""

    def __init__(self, text: str, *, kind: str = "", name: str = "", value: str = "") -> None:
        self.fields: list[str] = []
        self.text = text
        self.kind = kind
        self.attrs = {"name": name or None, "value": value or None}

    def render(
        self, form: BaseForm, context: Context, template_pack: str = "", **kwargs: object
    ) -> SafeString:
        """Draw the button; a second click at once is ignored."""
        return actions.button(str(self.text), kind=self.kind, once=True, attrs=self.attrs)


class ButtonGroup(LayoutObject):
    """Buttons side by side."""

    def __init__(self, *buttons: Button) -> None:
        self.fields = list(buttons)

    def render(
        self, form: BaseForm, context: Context, template_pack: str = "", **kwargs: object
    ) -> SafeString:
        """Draw the buttons in one row that wraps."""
        inner = self.get_rendered_fields(form, context, template_pack=template_pack)
        return safe(f'<div class="govuk-button-group">{inner}</div>')


def _drawn(form: BaseForm, name: str, look: Look) -> SafeString:
    # Crispy keeps this set to find the hidden fields nobody placed.
    vars(form)["rendered_fields"].add(name)
    return render_field(form[name], look)


__all__ = ["Button", "ButtonGroup", "Choices", "Field", "Fieldset", "Layout"]
