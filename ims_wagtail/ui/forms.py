"""The base of every public form, and the fields the standard ones have no match for."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import pretty_name
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ims_wagtail.money import AmountError, parse_amount

from .fields import focus_id
from .layout import Button, Field, Layout
from .widgets import AmountInput, DateInput


class GovukForm(forms.Form):
    """A form drawn by ``{% crispy form %}`` with its own ``<form>``, CSRF token and button.

    Subclasses override ``layout`` to change the order or look of the fields. Errors at the top of
    the page come from ``{% govuk_error_summary form %}``, which base.html already holds.
    """

    #: Words on the button of the default layout.
    submit_label: ClassVar[Any] = _("Continue")
    #: What browsers may fill in, by field name: ``{"postcode": "postal-code"}``.
    autocomplete: ClassVar[Mapping[str, str]] = {}
    #: The browser's own bubbles are in the browser's language and vanish; ours are not used.
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.EmailField):
                field.widget.attrs.setdefault("autocomplete", "email")
                field.widget.attrs.setdefault("spellcheck", "false")
        for name, token in self.autocomplete.items():
            if name in self.fields:
                self.fields[name].widget.attrs["autocomplete"] = token

    def full_clean(self) -> None:
        """Check the answers, with messages that name their fields."""
        if self.is_bound:
            for name, field in self.fields.items():
                name_the_field(field, label=str(field.label or pretty_name(name)))
        super().full_clean()

    def layout(self) -> Layout:
        """Return what the form shows: by default every field and one button."""
        shown = [name for name, field in self.fields.items() if not field.widget.is_hidden]
        return Layout(*map(Field, shown), Button(self.submit_label))

    @cached_property
    def helper(self) -> FormHelper:
        """How crispy-forms draws this form. Set ``helper.form_tag = False`` inside another form."""
        helper = FormHelper()
        helper.layout = self.layout()
        helper.attrs = {"novalidate": True}
        helper.render_hidden_fields = True
        return helper

    def error_list(self) -> list[tuple[str, str]]:
        """Return what is wrong: message and address of the control, in the order of the fields."""
        wrong = [(str(message), "") for message in self.non_field_errors()]
        for name in self.fields:
            if messages := self.errors.get(name):
                bound = self[name]
                target = "" if bound.is_hidden else f"#{focus_id(bound)}"
                wrong.append((str(messages[0]), target))
        return wrong


def name_the_field(field: forms.Field, *, label: str) -> None:
    """Replace Django's messages, which never say what they are about, by ones that name the field.

    A field that has its own messages keeps them.
    """
    messages = field.error_messages
    label = label.rstrip(" :")
    named = label[:1].lower() + label[1:] if label[1:2].islower() else label
    if messages.get("required") is forms.Field.default_error_messages["required"]:
        if label.endswith("?"):
            words = _("Answer the question “%(label)s”")
        elif type(field.widget) is forms.CheckboxInput:
            words = _("Select “%(label)s” to continue")
        elif isinstance(field, forms.ChoiceField | forms.FileField):
            words = _("Select %(label)s")
        else:
            words = _("Enter %(label)s")
        messages["required"] = words % {"label": label if "“" in words else named}
    if isinstance(field, forms.EmailField):
        messages.setdefault(
            "invalid", _("Enter an email address in the correct format, like name@example.com")
        )
    # This one is a format for the validator's figures, so a per cent sign in a label is doubled.
    too_long = _("%(label)s must be %%(limit_value)d characters or fewer")
    messages.setdefault("max_length", too_long % {"label": label.replace("%", "%%")})


class AmountField(forms.Field):
    """An amount of money as residents type it; cleans to ``Decimal`` pounds exact to the penny.

    What was typed is shown again as it was when it can't be read.
    """

    widget = AmountInput
    default_error_messages = {"required": _("Enter an amount, like 45.50")}

    def to_python(self, value: Any) -> Decimal | None:
        """Read the amount. Raises ``ValidationError`` with the reason."""
        typed = str(value or "").strip()
        if not typed:
            return None
        try:
            return parse_amount(typed)
        except AmountError as error:
            raise ValidationError(str(error), code="amount") from error

    def prepare_value(self, value: Any) -> Any:
        """Show a stored amount with its pence, and anything typed as it was typed."""
        return f"{value:.2f}" if isinstance(value, Decimal) else value


class DateField(forms.MultiValueField):
    """A date typed as day, month and year. Errors name the parts that are missing or wrong."""

    widget = DateInput
    default_error_messages = {
        "required": _("Enter a date, like 27 3 2026"),
        "missing": _("Date must include a %(names)s"),
        "invalid": _("Date must be a real date, like 27 3 2026"),
    }

    def __init__(self, **kwargs: Any) -> None:
        parts = [forms.CharField(required=False, strip=True) for _part in range(3)]
        super().__init__(parts, require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> dt.date | None:
        """Return the date. Raises ``ValidationError`` whose ``parts`` are positions (0 is day)."""
        typed = [str(part or "").strip() for part in value or ("", "", "")]
        missing = tuple(place for place, part in enumerate(typed) if not part)
        if len(missing) == 3:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        if missing:
            words = (_("day"), _("month"), _("year"))
            names = _(" and ").join(str(words[place]) for place in missing)
            raise ValidationError(
                self.error_messages["missing"],
                code="missing",
                params={"names": names, "parts": missing},
            )
        date = _real_date(typed)
        if date is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        self.run_validators(date)
        return date


class LongTextField(forms.CharField):
    """Several lines. A line break counts as one character, as the counter on the page counts it."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str | None:
        """Return the text with plain line breaks (browsers send two characters for each)."""
        typed = super().to_python(value)
        return typed.replace("\r\n", "\n") if typed else typed


def _real_date(typed: list[str]) -> dt.date | None:
    # Only 0-9: ``int`` would also take figures of other scripts, signs and underscores.
    if not all(part.isascii() and part.isdigit() for part in typed) or len(typed[2]) != 4:
        return None
    day, month, year = map(int, typed)
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
