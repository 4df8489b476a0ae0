"""Form fields for what payers are asked about themselves."""

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ims_wagtail.ui.widgets import KeptFileInput

from .answer_files import file_key, megabytes_of, types_in_words
from .file_types import endings_of
from .models import AnswerFile


if TYPE_CHECKING:
    from .questions import Question

_TELEPHONE = re.compile(r"\+?[0-9 ()-]{7,30}")
_UK_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
_ANY_POSTCODE = re.compile(r"[A-Z0-9][A-Z0-9 -]{1,9}")


class TelephoneField(forms.CharField):
    """A telephone number, whatever country's, as it was typed."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"type": "tel", "autocomplete": "tel", "class": "govuk-input--width-20"}
        super().__init__(max_length=30, widget=forms.TextInput(attributes), **kwargs)

    def clean(self, value: Any) -> str:
        """Check that it could be a number. Raises ``ValidationError``."""
        phone: str = super().clean(value)
        if phone and not _TELEPHONE.fullmatch(phone):
            raise ValidationError(_("Enter a telephone number, like 01632 960 001"))
        return phone


class PostcodeField(forms.CharField):
    """A postcode: a British one written the usual way, one from abroad as it is."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"autocomplete": "postal-code", "class": "govuk-input--width-10"}
        super().__init__(max_length=10, widget=forms.TextInput(attributes), **kwargs)

    def clean(self, value: Any) -> str:
        """Return it in capitals. Raises ``ValidationError``."""
        postcode = " ".join(str(super().clean(value)).upper().split())
        if british := _UK_POSTCODE.fullmatch(postcode.replace(" ", "")):
            return f"{british[1]} {british[2]}"
        looks_right = _ANY_POSTCODE.fullmatch(postcode) and any(c.isdigit() for c in postcode)
        if postcode and not looks_right:
            raise ValidationError(_("Enter a full postcode, like AN1 2BC"))
        return postcode


class WholeNumberField(forms.IntegerField):
    """A whole number between two bounds, both of them allowed, such as how many bins."""

    def __init__(self, *, least: int, most: int, label: str, **kwargs: Any) -> None:
        wrong = gettext("Answer “%(question)s” with a whole number from %(least)d to %(most)d") % {
            "question": label,
            "least": least,
            "most": most,
        }
        # These are formats for the validators' figures, so a per cent sign in a label is doubled.
        messages = dict.fromkeys(("min_value", "max_value"), wrong.replace("%", "%%"))
        super().__init__(
            min_value=least,
            max_value=most,
            label=label,
            error_messages={**messages, "required": wrong, "invalid": wrong},
            widget=forms.NumberInput({"class": "govuk-input--width-5"}),
            **kwargs,
        )

    def to_python(self, value: Any) -> int | None:
        """Read it. Raises ``ValidationError``."""
        typed = str("" if value is None else value).strip()
        # Only 0-9: ``int`` would also take figures of other scripts and underscores.
        if typed and not (typed.isascii() and typed.isdigit()):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        number: int | None = super().to_python(typed)
        return number


class AnswerFileInput(KeptFileInput):
    """Takes a file. What stands behind it is the file kept already: browsers never say which."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the kept file as an answer; the step it is sent in puts it among the data."""
        return data.get(name)


class AnswerFileField(forms.CharField):
    """A file that was looked at and kept when it came."""

    widget = AnswerFileInput

    def __init__(self, *, question: "Question", help_text: str, **kwargs: Any) -> None:
        missing = gettext("Choose a file to answer “%(question)s”") % {"question": question.label}
        limits = gettext("%(types)s, at most %(most)d MB.") % {
            "types": types_in_words(question),
            "most": megabytes_of(question),
        }
        super().__init__(
            help_text=" ".join(filter(None, [help_text, limits[:1].upper() + limits[1:]])),
            error_messages={"required": missing},
            widget=AnswerFileInput({"accept": ",".join(endings_of(question.types))}),
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        """Return the answer of a file that is still kept. Raises ``ValidationError``."""
        answer = str(value or "")
        key = file_key(answer)
        if key is None or not AnswerFile.objects.filter(pk=key).exists():
            answer = ""
        return str(super().clean(answer))
