"""What staff fill in for somebody on the telephone."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from ims_wagtail.access.filters import NativeDateInput
from ims_wagtail.access.people import offices_for
from ims_wagtail.accounts.enums import Audience
from ims_wagtail.checkout.fields import AnswerFileField
from ims_wagtail.checkout.forms.details import DetailsForm
from ims_wagtail.checkout.forms.entry import EntryForm
from ims_wagtail.checkout.models import Basket
from ims_wagtail.checkout.services import CONTACT_FIELDS
from ims_wagtail.funds.models import Office, PaymentType
from ims_wagtail.ui.forms import DateField

from .drafts import Draft


#: What is kept with the basket of a member of staff, and not of a payer.
_BESIDE = ("language", "office", "site")


class TypeChoiceField(forms.ModelChoiceField):
    """A payment type, with the fund it is for."""

    def label_from_instance(self, obj: PaymentType) -> str:
        return f"{obj.name} ({obj.fund.name})"


class ChooseForm(forms.Form):
    """What the caller wants to pay for."""

    type = TypeChoiceField(
        label=_("Payment type"),
        queryset=PaymentType.objects.none(),
        to_field_name="slug",
        empty_label=_("Choose"),
    )

    def __init__(self, types: QuerySet[PaymentType], data: Any = None) -> None:
        super().__init__(data)
        self.fields["type"].queryset = types  # type: ignore[attr-defined]


class StaffEntryForm(EntryForm):
    """The first step as residents fill it in; staff meet the stop messages written for them."""

    audience = Audience.STAFF
    #: The admin draws the fields one under the other.
    reveals = False

    def _fields(self, data: Mapping[str, Any] | None) -> dict[str, forms.Field]:
        # Nobody can hand over a file by telephone.
        return {
            name: _for_staff(field)
            for name, field in super()._fields(data).items()
            if not isinstance(field, AnswerFileField)
        }


class PayerForm(DetailsForm):
    """Who pays, in which language they read, for which office and in whose name it is taken."""

    #: The browser would fill in the person who types.
    autocomplete = dict.fromkeys(CONTACT_FIELDS, "off")

    language = forms.ChoiceField(label=_("Language of receipt and e-mails"))
    office = forms.ModelChoiceField(
        label=_("Office"), queryset=Office.objects.none(), required=False
    )
    site = forms.ModelChoiceField(
        label=_("Site"),
        queryset=Site.objects.none(),
        empty_label=None,
        help_text=_("Whose name and VAT number stand on the receipt, and who gets the money"),
    )

    def __init__(self, *, draft: Draft, user: Any, data: Any = None) -> None:
        basket = draft.basket or Basket()
        for name in _BESIDE:
            # The fields below are the basket's own; these stand beside it.
            setattr(basket, name, getattr(draft, name))
        super().__init__(basket=basket, asks_address=draft.shopping.asks_address, data=data)
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]
        offices = offices_for(user).order_by("name")
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]
        sites = Site.objects.all()
        if len(sites) > 1:
            self.fields["site"].queryset = sites  # type: ignore[attr-defined]
            default = next((each for each in sites if each.is_default_site), None)
            self.initial["site"] = draft.site or default
        else:
            del self.fields["site"]
        self.fields["email"].help_text = _("For the receipt, or for a link to pay")
        self.fields["phone"].help_text = _("In case the call is cut off")

    @property
    def details(self) -> Mapping[str, str]:
        """What a basket keeps of it, once the form is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name not in _BESIDE}


class TakeForm(forms.Form):
    """Agrees to what is shown, and to take again what was paid lately."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    again = forms.BooleanField(
        label=_("The caller wants to pay these again"),
        error_messages={
            "required": _("Ask the caller, and tick that they want to pay again; or remove it")
        },
    )

    def __init__(self, *, version: int, paid_before: bool, data: Any = None) -> None:
        super().__init__(data, initial={"version": version})
        if not paid_before:
            del self.fields["again"]


def _for_staff(field: forms.Field) -> forms.Field:
    """Ask for a date by the browser's own input: three boxes have no labels in the admin."""
    if not isinstance(field, DateField):
        return field
    return forms.DateField(
        label=field.label,
        help_text=field.help_text,
        required=field.required,
        widget=NativeDateInput,
        error_messages={"required": field.error_messages["required"]},
    )
