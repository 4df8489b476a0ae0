"""The last step before the provider's page."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ims_wagtail.ui.forms import GovukForm


#: The name of the button by which somebody else is to pay.
INVITE = "invite"


class PayForm(GovukForm):
    """Agrees to what is shown: that version of the basket, split into those payments, and paying
    again what was just paid.
    """

    submit_label = _("Continue to payment")

    version = forms.IntegerField(widget=forms.HiddenInput)
    shape = forms.CharField(widget=forms.HiddenInput)
    again = forms.BooleanField(
        label=_("Yes, I want to pay again"),
        error_messages={
            "required": _("Tick “Yes, I want to pay again”, or remove the payment from your basket")
        },
    )

    def __init__(
        self,
        *,
        version: int,
        shape: str,
        paid_before: bool,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data=data, initial={"version": version, "shape": shape})
        if not paid_before:
            del self.fields["again"]
        self.helper.form_action = reverse("ims_checkout:start")
