"""What an officer fills in to ask for a refund."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.money import AmountError, format_pounds, parse_amount
from ims_wagtail.payments.enums import RefundRoute

from .bank import NAME_LENGTH, Payee, PayeeError, check_payee
from .refundable import Refundable, RefundableLine
from .requesting import REASON_LENGTH, RefundWish


#: Postings of money that many people paid.
_OF_MANY_PAYERS = (PostingKind.IMPORT, PostingKind.ERETURN)


class AmountField(forms.CharField):
    """Pounds as people write them; empty or nought is nothing of this line."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(required=False, widget=widget, **options)

    def clean(self, value: Any) -> Decimal | None:
        typed = (super().clean(value) or "").strip()
        if not typed.strip("£0., "):
            return None
        try:
            return parse_amount(typed)
        except AmountError as error:
            raise forms.ValidationError(str(error)) from error


class RefundForm(forms.Form):
    """An amount for every line of a payment, the route where there is a choice, and the reason."""

    route = forms.ChoiceField(label=_("How the money goes back"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        help_text=_("It stands on the account and in the request to approve; no personal data"),
    )
    payee_name = forms.CharField(
        label=_("Name on the account"), max_length=NAME_LENGTH, required=False
    )
    sort_code = forms.CharField(label=_("Sort code"), max_length=12, required=False)
    account_number = forms.CharField(
        label=_("Account number"),
        max_length=12,
        required=False,
        help_text=_("Nothing here can tell whether the bank has such an account: read it again"),
    )

    def __init__(self, found: Refundable, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        routes = [(route.value, route.label) for route in found.routes]
        self.fields["route"].choices = routes  # type: ignore[attr-defined]
        if len(routes) == 1:
            self.fields["route"].initial = routes[0][0]
        if RefundRoute.BANK not in found.routes:
            for name in ("payee_name", "sort_code", "account_number"):
                del self.fields[name]
        # A file brings what many people paid: whose money goes back is said line by line.
        of_many = found.posting.kind in _OF_MANY_PAYERS and len(found.lines) > 1
        for item in found.lines:
            if item.available > 0:
                self.fields[_name(item)] = AmountField(
                    label=_("%(reference)s, %(fund)s: amount to refund")
                    % {"reference": item.line.account_reference, "fund": item.line.fund},
                    initial="" if of_many else f"{item.available:.2f}",
                    help_text=_("At most %(left)s") % {"left": format_pounds(item.available)},
                )

    @property
    def rows(self) -> list[tuple[RefundableLine, forms.BoundField | None]]:
        """Every line with its field; without one when nothing is left of it."""
        return [
            (item, self[_name(item)] if _name(item) in self.fields else None)
            for item in self.found.lines
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for item in self.found.lines:
            amount = cleaned.get(_name(item))
            if amount is not None and amount > item.available:
                self.add_error(
                    _name(item),
                    _("Only %(left)s can still be refunded")
                    % {"left": format_pounds(item.available)},
                )
        self.payee = self._payee(cleaned)
        return cleaned

    def wish(self) -> RefundWish:
        """Return what was asked for, once the form is valid."""
        cleaned = self.cleaned_data
        return RefundWish(
            posting=self.found.posting,
            route=RefundRoute(cleaned["route"]),
            amounts={
                item.line.pk: cleaned[_name(item)]
                for item in self.found.lines
                if cleaned.get(_name(item))
            },
            reason=cleaned["reason"],
            payee=self.payee,
        )

    def _payee(self, cleaned: dict[str, Any]) -> Payee | None:
        if cleaned.get("route") != RefundRoute.BANK:
            return None
        try:
            return check_payee(
                name=cleaned.get("payee_name", ""),
                sort_code=cleaned.get("sort_code", ""),
                account_number=cleaned.get("account_number", ""),
            )
        except PayeeError as error:
            self.add_error("payee_name" if error.field == "name" else error.field, str(error))
            return None


def _name(item: RefundableLine) -> str:
    return f"line_{item.line.pk}"
