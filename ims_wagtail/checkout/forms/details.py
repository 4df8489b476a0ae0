"""Who is paying: only what is needed is asked."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ims_wagtail.checkout.fields import PostcodeField, TelephoneField
from ims_wagtail.checkout.models import Basket
from ims_wagtail.checkout.typed_text import refuse_card_number, refuse_control_characters
from ims_wagtail.ui.forms import GovukForm
from ims_wagtail.ui.layout import Button, Field, Fieldset, Layout


_ADDRESS = ("address_line_1", "address_line_2", "town", "county", "postcode")


class DetailsForm(GovukForm):
    """E-mail for the receipt, telephone, and name and address where a payment needs them."""

    autocomplete = {
        "name": "name",
        "address_line_1": "address-line1",
        "address_line_2": "address-line2",
        "town": "address-level2",
        "county": "address-level1",
    }

    email = forms.EmailField(
        label=_("Email address (optional)"),
        help_text=_(
            "We’ll send your receipt here. Without it, print or save the receipt after you pay."
        ),
        required=False,
        max_length=254,
    )
    phone = TelephoneField(
        label=_("Telephone number (optional)"),
        help_text=_("Only used if there is a problem with your payment."),
        required=False,
    )
    name = forms.CharField(label=_("Full name"), max_length=100)
    address_line_1 = forms.CharField(label=_("Address line 1"), max_length=80)
    address_line_2 = forms.CharField(
        label=_("Address line 2 (optional)"), required=False, max_length=80
    )
    town = forms.CharField(label=_("Town or city"), max_length=80)
    county = forms.CharField(label=_("County (optional)"), required=False, max_length=80)
    postcode = PostcodeField(
        label=_("Postcode"), error_messages={"required": _("Enter your postcode, like AN1 2BC")}
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
