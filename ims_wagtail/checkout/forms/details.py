"""Who is paying: only what is needed is asked."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ims_wagtail.checkout.models import Basket
from ims_wagtail.checkout.typed_text import refuse_card_number, refuse_control_characters
from ims_wagtail.ui.forms import GovukForm
from ims_wagtail.ui.layout import Button, Field, Fieldset, Layout


_ADDRESS = ("address_line_1", "address_line_2", "town", "county", "postcode")
_TELEPHONE = re.compile(r"\+?[0-9 ()-]{7,30}")
_UK_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
_ANY_POSTCODE = re.compile(r"[A-Z0-9][A-Z0-9 -]{1,9}")


class DetailsForm(GovukForm):
    """E-mail for the receipt, telephone, and name and address where a payment needs them."""

    autocomplete = {
        "name": "name",
        "phone": "tel",
        "address_line_1": "address-line1",
        "address_line_2": "address-line2",
        "town": "address-level2",
        "county": "address-level1",
        "postcode": "postal-code",
    }

    email = forms.EmailField(
        label=_("Email address (optional)"),
        help_text=_(
            "We’ll send your receipt here. Without it, print or save the receipt after you pay."
        ),
        required=False,
        max_length=254,
    )
    phone = forms.CharField(
        label=_("Telephone number (optional)"),
        help_text=_("Only used if there is a problem with your payment."),
        required=False,
        max_length=30,
        widget=forms.TextInput({"type": "tel", "class": "govuk-input--width-20"}),
    )
    name = forms.CharField(label=_("Full name"), max_length=100)
    address_line_1 = forms.CharField(label=_("Address line 1"), max_length=80)
    address_line_2 = forms.CharField(
        label=_("Address line 2 (optional)"), required=False, max_length=80
    )
    town = forms.CharField(label=_("Town or city"), max_length=80)
    county = forms.CharField(label=_("County (optional)"), required=False, max_length=80)
    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=10,
        error_messages={"required": _("Enter your postcode, like AN1 2BC")},
        widget=forms.TextInput({"class": "govuk-input--width-10"}),
    )

    def __init__(self, *, basket: Basket, asks_address: bool, data: Any = None) -> None:
        self.asks_address = asks_address
        initial = {name: getattr(basket, name) for name in self.base_fields}
        super().__init__(data=data, initial=initial)
        if not asks_address:
            for name in ("name", *_ADDRESS):
                del self.fields[name]

    def layout(self) -> Layout:
        """Put the address under its own legend."""
        parts: list[Field | Fieldset] = [Field("email"), Field("phone")]
        if self.asks_address:
            parts += [Field("name"), Fieldset(gettext("Address"), *_ADDRESS)]
        return Layout(*parts, Button(self.submit_label))

    def clean(self) -> None:
        """Refuse card numbers and unprintable characters in every text."""
        for name in ("name", "address_line_1", "address_line_2", "town", "county"):
            text = self.cleaned_data.get(name)
            if not text:
                continue
            try:
                refuse_card_number(text, name=str(self.fields[name].label))
                refuse_control_characters(text)
            except ValidationError as error:
                self.add_error(name, error)

    def clean_phone(self) -> str:
        """Check that it could be a telephone number, whatever country's."""
        phone = self.cleaned_data["phone"]
        if phone and not _TELEPHONE.fullmatch(phone):
            raise ValidationError(_("Enter a telephone number, like 01632 960 001"))
        return phone

    def clean_postcode(self) -> str:
        """Write a British postcode the usual way; one from abroad stays as it is."""
        postcode = " ".join(self.cleaned_data["postcode"].upper().split())
        if british := _UK_POSTCODE.fullmatch(postcode.replace(" ", "")):
            return f"{british[1]} {british[2]}"
        if not _ANY_POSTCODE.fullmatch(postcode) or not any(c.isdigit() for c in postcode):
            raise ValidationError(_("Enter a full postcode, like AN1 2BC"))
        return postcode
