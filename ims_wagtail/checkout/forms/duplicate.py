"""The question asked when a reference is in the basket already."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ims_wagtail.checkout.enums import Duplicate
from ims_wagtail.checkout.models import BasketLine
from ims_wagtail.funds.enums import AmountSource
from ims_wagtail.money import format_pounds
from ims_wagtail.ui.forms import GovukForm

from .entry import EntryForm


class DuplicateForm(GovukForm):
    """Replace, add or leave alone; carries along what was typed, which is checked again after."""

    def __init__(self, *, entry: EntryForm, line: BasketLine, data: Mapping[str, Any]) -> None:
        fields: dict[str, forms.Field] = {
            "duplicate": forms.ChoiceField(
                label=_("What do you want to do?"),
                choices=_choices(line, entry.checked.amount if entry.checked else Decimal(0)),
                widget=forms.RadioSelect,
                error_messages=dict.fromkeys(
                    ("required", "invalid_choice"),
                    _("Choose what to do with the payment in your basket"),
                ),
            ),
            "asked": forms.CharField(widget=forms.HiddenInput, initial="1"),
        }
        carried = _carried(entry, data)
        for name in carried:
            fields[name] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.base_fields = fields  # type: ignore[misc]
        bound = "asked" in data
        super().__init__(data=data if bound else None, initial=carried)


def _carried(entry: EntryForm, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was posted for the entry form; a date has a name for each of its parts."""
    names = tuple(entry.fields)
    parts = tuple(f"{name}-{part}" for name in names for part in ("day", "month", "year"))
    return {name: data[name] for name in names + parts if name in data}


def _choices(line: BasketLine, amount: Decimal) -> list[tuple[str, str]]:
    both = {"old": format_pounds(line.amount), "new": format_pounds(amount)}
    if line.amount == amount:
        replace = gettext("Replace the answers in your basket by the new ones")
    else:
        replace = gettext("Replace %(old)s by %(new)s") % both
    choices = [(Duplicate.REPLACE.value, replace)]
    if line.payment_type.amount_source == AmountSource.PAYER:
        total = format_pounds(line.amount + amount)
        choices.append(
            (Duplicate.INCREASE.value, gettext("Add to make %(total)s") % {"total": total})
        )
    choices.append((Duplicate.KEEP.value, gettext("Leave it as it is")))
    return choices
