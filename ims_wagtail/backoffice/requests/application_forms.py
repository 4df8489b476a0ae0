"""What an officer says when they decide about an application."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ims_wagtail.checkout.requests.applications.models import WORDS_LENGTH
from ims_wagtail.checkout.requests.models import Application
from ims_wagtail.funds.enums import AmountSource
from ims_wagtail.ui.forms import AmountField


def _words(**options: Any) -> forms.CharField:
    return forms.CharField(
        max_length=WORDS_LENGTH, widget=forms.Textarea(attrs={"rows": 3}), **options
    )


class ApproveForm(forms.Form):
    """Yes; and how much, where payers say that themselves."""

    amount = AmountField(
        label=_("Amount to pay"),
        help_text=_("What was applied for, unless you change it"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    message = _words(
        label=_("Message to the applicant"),
        required=False,
        help_text=_("Whoever opens the link reads it: no personal data"),
    )

    def __init__(self, *, application: Application, data: Any = None) -> None:
        super().__init__(data, initial={"amount": application.amount})
        if application.payment_type.amount_source != AmountSource.PAYER:
            del self.fields["amount"]


class RefuseForm(forms.Form):
    """No, and why."""

    reason = _words(
        label=_("Why"),
        help_text=_("The applicant is sent these words"),
        error_messages={"required": _("Say why: the applicant is told")},
    )
