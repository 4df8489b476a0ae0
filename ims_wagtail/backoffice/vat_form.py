"""The form of a VAT code, with its dated rates in the same form."""

from typing import Any

from django import forms
from django.forms import inlineformset_factory
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from ims_wagtail.access.filters import NativeDateInput
from ims_wagtail.funds.models import VatCode, VatRate


VatRateFormSet = inlineformset_factory(
    VatCode,
    VatRate,
    fields=["starts", "rate"],
    widgets={"starts": NativeDateInput},
    extra=2,
    can_delete=True,
)


class VatCodeForm(WagtailAdminModelForm):
    """Saves the code and its rates together, or neither."""

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        self.rates = VatRateFormSet(data, instance=self.instance, prefix="rates")

    def is_valid(self) -> bool:
        return super().is_valid() and self.rates.is_valid()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.rates.is_valid():
            kept = [
                form
                for form in self.rates.forms
                if form.cleaned_data.get("starts") and not form.cleaned_data.get("DELETE")
            ]
            if not kept:
                raise forms.ValidationError(_("Give the rate, and the day from which it holds"))
        return cleaned

    def has_changed(self) -> bool:
        return super().has_changed() or self.rates.has_changed()

    def save(self, commit: bool = True) -> VatCode:
        saved = super().save(commit)
        self.rates.instance = saved
        self.rates.save(commit)
        return saved
