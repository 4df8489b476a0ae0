"""Entering what a price will be: next April's in March."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from ims_wagtail.access import audit
from ims_wagtail.access.filters import NativeDateInput
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import Price, PriceChange
from ims_wagtail.funds.pricing import PriceRefused, propose, words
from ims_wagtail.money import AmountError, parse_amount

from .screens import PriceScreen
from .standing import ENTER, price_today


class ProposeForm(forms.Form):
    """An amount, and the day from which it holds."""

    amount = forms.CharField(
        label=gettext_lazy("Amount"),
        max_length=30,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        help_text=gettext_lazy("In pounds, VAT included, like 46.00"),
    )
    starts = forms.DateField(
        label=gettext_lazy("From"),
        widget=NativeDateInput,
        help_text=gettext_lazy("It holds from midnight at the start of that day, London time"),
    )

    def clean_amount(self) -> Decimal:
        """Read it as residents' amounts are read."""
        try:
            return parse_amount(self.cleaned_data["amount"])
        except AmountError as error:
            raise forms.ValidationError(str(error)) from error


class ProposeView(PriceScreen):
    """The form by which one price is entered; somebody else approves it."""

    permissions = ("ims_funds.view_price", ENTER)
    template_name = "ims_wagtail/backoffice/prices/propose.html"
    page_title = gettext_lazy("New price")

    def get_page_subtitle(self) -> str:
        return str(self.price)

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.pk = kwargs["pk"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(ProposeForm(initial={"starts": _next_april(accounting_date())}))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ProposeForm(request.POST)
        if not form.is_valid():
            return self._show(form)
        try:
            change = _enter(
                price=self.price,
                starts=form.cleaned_data["starts"],
                amount=form.cleaned_data["amount"],
                by=request.user,
            )
        except PriceRefused as refused:
            form.add_error(None, str(refused))
            return self._show(form)
        messages.success(
            request,
            _("Entered: %(change)s. Somebody else has to approve it.") % {"change": words(change)},
        )
        return redirect("ims_prices:inspect", self.pk)

    @property
    def price(self) -> Price:
        """The price this is about."""
        if not hasattr(self, "_price"):
            self._price = get_object_or_404(Price.objects.prefetch_related("changes"), pk=self.pk)
        return self._price

    def _show(self, form: ProposeForm) -> HttpResponse:
        context = self.get_context_data(form=form, price=self.price, today=price_today(self.price))
        return self.render_to_response(context)


@transaction.atomic
def _enter(*, price: Price, starts: date, amount: Decimal, by: Any) -> PriceChange:
    change = propose(price=price, starts=starts, amount=amount, by=by)
    audit.record(user=by, action="enter", obj=change, after=audit.snapshot(change))
    return change


def _next_april(today: date) -> date:
    """Return the first day of the next financial year, when most charges change."""
    this = date(today.year, 4, 1)
    return this if today < this else date(today.year + 1, 4, 1)
