"""What staff fill in to ask somebody to pay."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from ims_wagtail.access.filters import NativeDateInput
from ims_wagtail.checkout.asked import Asked
from ims_wagtail.checkout.requests.making import Wanted
from ims_wagtail.checkout.requests.models import MESSAGE_LENGTH
from ims_wagtail.checkout.wording import reference_label
from ims_wagtail.clock import accounting_date
from ims_wagtail.conf import ims_settings
from ims_wagtail.funds.enums import AmountSource, ReferenceSource
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.ui.forms import AmountField


class SiteField(forms.ModelChoiceField):
    """In whose name somebody is asked, and on whose site they pay."""

    def __init__(self) -> None:
        super().__init__(
            Site.objects.none(),
            label=_("Site"),
            required=False,
            help_text=_("Its name and address stand in the e-mail, and its account is paid"),
        )


def ask_for_site(form: forms.Form) -> None:
    """Offer the sites there are; a council with one is not asked."""
    sites = Site.objects.all()
    if len(sites) < 2:
        del form.fields["site"]
        return
    field: Any = form.fields["site"]
    field.queryset = sites
    field.empty_label = (
        _("That of the page, or the default site")
        if "page" in form.fields
        else _("The default site")
    )


class RequestForm(forms.Form):
    """One request. What finance has settled for everybody is not asked."""

    reference = forms.CharField(
        required=False, max_length=50, help_text=_("Leave it empty to have the payer type it")
    )
    amount = AmountField(
        label=_("Amount"),
        required=False,
        help_text=_("Leave it empty to have the payer type it"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    name = forms.CharField(
        label=_("Who is asked to pay"),
        max_length=100,
        required=False,
        help_text=_("For the e-mail or letter. It is erased when the link is no longer needed"),
    )
    email = forms.EmailField(label=_("Email address"), required=False)
    message = forms.CharField(
        label=_("Message"),
        max_length=MESSAGE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever opens the link reads it: no personal data"),
    )
    language = forms.ChoiceField(label=_("Language of the payer"), choices=settings.LANGUAGES)
    expires_on = forms.DateField(label=_("Last day it can be paid by"), widget=NativeDateInput)
    single_use = forms.BooleanField(
        label=_("It can be paid once only"), required=False, initial=True
    )
    page = forms.TypedChoiceField(
        label=_("Page whose questions and prices are shown"),
        coerce=int,
        empty_value=None,
        required=False,
    )
    needs_approval = forms.BooleanField(
        label=_("Somebody else has to approve it before it goes out"), required=False
    )
    and_send = forms.BooleanField(label=_("Send it by e-mail"), required=False)
    site = SiteField()

    def __init__(
        self, *, payment_type: PaymentType, pages: Sequence[Asked], data: Any = None
    ) -> None:
        self.payment_type, self.pages = payment_type, pages
        super().__init__(
            data,
            initial={
                "expires_on": accounting_date() + timedelta(days=ims_settings().payment_link_days),
                "page": pages[0].page.id if pages else None,
            },
        )
        self.fields["reference"].label = reference_label(payment_type)
        if payment_type.reference_source != ReferenceSource.PAYER:
            del self.fields["reference"]
        if payment_type.amount_source != AmountSource.PAYER:
            del self.fields["amount"]
        if pages:
            choices = [(asked.page.id, asked.page.title) for asked in pages]
            self.fields["page"].choices = [*choices, ("", _("None: ask no questions"))]  # type: ignore[attr-defined]
        else:
            del self.fields["page"]
        ask_for_site(self)

    @property
    def wanted(self) -> Wanted:
        """What is asked for, once the form is valid."""
        given = self.cleaned_data
        return Wanted(
            payment_type=self.payment_type,
            expires_on=given["expires_on"],
            reference=given.get("reference", ""),
            amount=given.get("amount"),
            name=given["name"],
            email=given["email"],
            message=given["message"],
            language=given["language"],
            page_id=given.get("page"),
            site_id=self._site_id,
            single_use=given["single_use"],
            needs_approval=given["needs_approval"],
        )

    @property
    def _site_id(self) -> int | None:
        """The site that is chosen, otherwise the one on which the page stands."""
        if site := self.cleaned_data.get("site"):
            return int(site.pk)
        page_id = self.cleaned_data.get("page")
        return next((each.page.site_id for each in self.pages if each.page.id == page_id), None)
