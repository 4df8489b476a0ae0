"""Widgets the standard ones have no match for."""

import datetime as dt

from django import forms


class AmountInput(forms.TextInput):
    """An amount of money: a text box after a pound sign, with the keyboard for figures."""

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(
            {
                "inputmode": "decimal",
                "spellcheck": "false",
                "class": "govuk-input--width-10",
                **(attrs or {}),
            }
        )


class KeptFileInput(forms.FileInput):
    """Takes a file, where an earlier one may be kept that can be taken back by a box under it."""

    #: The name of that file; nothing where there is none, or where it can only be replaced.
    kept = ""

    @staticmethod
    def removal_name(name: str) -> str:
        """Return the name of the box beside the control of that name."""
        return f"{name}-remove"


class DateInput(forms.MultiWidget):
    """Three boxes for day, month and year, named ``NAME-day``, ``NAME-month``, ``NAME-year``."""

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__([forms.TextInput(), forms.TextInput(), forms.TextInput()], attrs)
        self.widgets_names = ["-day", "-month", "-year"]

    def decompress(self, value: dt.date | None) -> list[object]:
        """Return day, month and year of a date."""
        return [value.day, value.month, value.year] if value else ["", "", ""]
