"""The form by which a set-up pack is uploaded."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from .parsing import MAXIMUM_BYTES, PackUnreadable, parse
from .sections import SECTIONS


class UploadForm(forms.Form):
    """A file, and the parts of it that are wanted; ``cleaned_data["rows"]`` holds what it says."""

    file = forms.FileField(
        label=_("Set-up pack"),
        help_text=_("A file that was exported here or at another council. 5 MB at most"),
        widget=forms.FileInput(attrs={"accept": "application/json,.json"}),
    )
    sections = forms.MultipleChoiceField(
        label=_("Parts to import"),
        choices=[(section.name, capfirst(section.label)) for section in SECTIONS],
        initial=[section.name for section in SECTIONS],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What isn’t ticked is left out of the import, and of what you see first"),
    )

    def clean_file(self) -> UploadedFile:
        """Read the file, unless it is far too large."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAXIMUM_BYTES:
            raise forms.ValidationError(
                _("The file is larger than 5 MB, which no set-up pack is. Choose another.")
            )
        try:
            self.parsed = parse(file.read())
        except PackUnreadable as error:
            raise forms.ValidationError(str(error)) from error
        return file

    def clean(self) -> dict[str, Any]:
        """Keep the parts that were ticked."""
        cleaned = super().clean() or {}
        if "file" in cleaned and "sections" in cleaned:
            cleaned["rows"] = {
                name: rows for name, rows in self.parsed.items() if name in cleaned["sections"]
            }
            if not cleaned["rows"]:
                self.add_error("sections", _("The pack holds none of these parts. Tick another."))
        return cleaned
