"""Facts a council defines for its exports: how each kind is typed, stored and read."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .enums import AttributeKind


if TYPE_CHECKING:
    from .models import Attribute

#: What a value is once it is read: a text, a number, a day, or yes or no.
Value = str | Decimal | date | bool

_YES, _NO = "yes", "no"


def field_for(attribute: "Attribute") -> forms.Field:
    """Return the form field by which a value of the attribute is typed and checked."""
    common: dict[str, Any] = {"label": attribute.label, "required": attribute.required}
    match attribute.kind:
        case AttributeKind.NUMBER:
            return forms.DecimalField(max_digits=15, decimal_places=4, **common)
        case AttributeKind.DATE:
            day = forms.DateInput(format="%Y-%m-%d")
            day.input_type = "date"
            return forms.DateField(widget=day, **common)
        case AttributeKind.CHOICE:
            pairs = [("", "---------"), *((choice, choice) for choice in attribute.choices)]
            return forms.ChoiceField(choices=pairs, **common)
        case AttributeKind.YES_NO:
            return forms.ChoiceField(
                choices=[("", "---------"), (_YES, _("yes")), (_NO, _("no"))], **common
            )
    return forms.CharField(max_length=200, **common)


def stored(value: Value | None) -> str:
    """Return what is kept of a cleaned value; nothing at all is ``""``."""
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def read(attribute: "Attribute", text: str) -> Value:
    """Return a stored value as what it is. Raises ``ValidationError`` when it doesn't fit."""
    value = field_for(attribute).clean(text)
    return value == _YES if attribute.kind == AttributeKind.YES_NO else value


def clean_attribute(attribute: "Attribute") -> None:
    """Raise ``ValidationError`` when the choices don't suit, or values that are there don't fit."""
    choices = attribute.choices or []
    if attribute.kind == AttributeKind.CHOICE:
        if not choices:
            raise ValidationError({"choices": _("Give the choices, separated by commas")})
        if len(set(choices)) != len(choices):
            raise ValidationError({"choices": _("Give each choice once")})
    elif choices:
        raise ValidationError({"choices": _("Only a choice has choices: leave this empty")})
    if attribute._state.adding:
        return
    values = attribute.values.all()
    wrong_owner = {"fund": "payment_type", "payment_type": "fund"}.get(attribute.applies_to)
    if wrong_owner and values.filter(**{f"{wrong_owner}__isnull": False}).exists():
        raise ValidationError({"applies_to": _("Values are there already: make another attribute")})
    for text in values.values_list("value", flat=True).distinct():
        try:
            read(attribute, text)
        except ValidationError as error:
            raise ValidationError(
                {
                    "choices" if attribute.kind == AttributeKind.CHOICE else "kind": _(
                        "“%(value)s” is in use and would no longer fit: change it first"
                    )
                    % {"value": text}
                }
            ) from error
