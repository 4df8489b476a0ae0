"""What a cashier fills in: what is handed over or in the till, and why something is undone."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ims_wagtail.access.filters import NativeDateInput
from ims_wagtail.accounts.models import AccountHolder, StopMessage
from ims_wagtail.backoffice.taking.forms import TakeForm
from ims_wagtail.clock import accounting_date
from ims_wagtail.corrections.forms import AmountField, Rows
from ims_wagtail.funds.models import MethodOfPayment, Office
from ims_wagtail.money import ZERO
from ims_wagtail.payments.enums import Channel
from ims_wagtail.payments.refunds.bank import PayeeError, check_payee

from .denominations import DENOMINATIONS, in_words
from .rights import CHEQUE_KINDS
from .sessions import Declared
from .tendering import Piece


#: How many days back a letter may have come.
DAYS_OF_POST = 31
MOST_PIECES = 20


class HandedOverForm(TakeForm):
    """The cash handed over, and the day on which the post came."""

    basket = forms.UUIDField(widget=forms.HiddenInput)
    cash = AmountField(side="cash", label=_("Cash handed over"))
    received_on = forms.DateField(label=_("Date received"), widget=NativeDateInput)

    def __init__(
        self,
        *,
        version: int,
        basket: Any,
        paid_before: bool,
        channel: Channel,
        takes_cash: bool,
        data: Any = None,
    ) -> None:
        super().__init__(version=version, paid_before=paid_before, data=data)
        self.initial["basket"] = basket
        if channel == Channel.POST:
            self.initial["received_on"] = accounting_date()
        else:
            del self.fields["received_on"]
        if not takes_cash:
            del self.fields["cash"]

    def clean_received_on(self) -> Any:
        day, today = self.cleaned_data["received_on"], accounting_date()
        if day > today:
            raise forms.ValidationError(_("The post can’t have come after today"))
        if day < today - timedelta(days=DAYS_OF_POST):
            raise forms.ValidationError(
                _("Enter a day of the last %(days)d days") % {"days": DAYS_OF_POST}
            )
        return day

    @property
    def cash_given(self) -> Decimal:
        """The cash handed over, as far as it can be read."""
        return self.cleaned_data.get("cash") or ZERO


class PieceForm(forms.Form):
    """One cheque or postal order. A row that is left empty counts for nothing."""

    method = forms.ModelChoiceField(
        label=_("Method of payment"), queryset=MethodOfPayment.objects.none(), required=False
    )
    amount = AmountField(side="piece")
    drawer = forms.CharField(label=_("Name of the drawer"), max_length=50, required=False)
    sort_code = forms.CharField(label=_("Sort code"), max_length=8, required=False)
    account_number = forms.CharField(label=_("Account number"), max_length=10, required=False)
    number = forms.RegexField(
        r"^[0-9]{1,20}$",
        label=_("Number of the cheque or postal order"),
        required=False,
        error_messages={"invalid": _("Enter the number in digits")},
    )

    def __init__(self, *args: Any, methods: QuerySet[MethodOfPayment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["method"]
        field.queryset = methods
        field.label_from_instance = lambda method: method.name
        field.empty_label = _("Choose")
        for name in ("drawer", "sort_code", "account_number", "number"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not any(cleaned.values()):
            return cleaned
        for name, missing in (
            ("method", _("Choose how it is paid")),
            ("amount", _("Enter an amount")),
            ("number", _("Enter its number")),
        ):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, missing)
        method = cleaned.get("method")
        if method and method.kind in CHEQUE_KINDS:
            self._clean_cheque(cleaned)
        elif method:
            cleaned |= {"sort_code": "", "account_number": ""}
        return cleaned

    def _clean_cheque(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("drawer"):
            self.add_error("drawer", _("Enter the name that stands on the cheque"))
        try:
            account = check_payee(
                # Only payment files need names as short as banks write them.
                name="CHEQUE",
                sort_code=cleaned.get("sort_code", ""),
                account_number=cleaned.get("account_number", ""),
            )
        except PayeeError as error:
            self.add_error(error.field, str(error))
        else:
            cleaned |= {
                "sort_code": account.sort_code,
                "account_number": account.account_number,
            }

    @property
    def is_filled(self) -> bool:
        """Whether the row is good and says something."""
        return self.is_valid() and bool(self.cleaned_data.get("amount"))

    def piece(self) -> Piece:
        """Return what was filled in."""
        return Piece(**{name: self.cleaned_data[name] for name in PieceForm.base_fields})


PieceRows = forms.formset_factory(PieceForm, formset=Rows, extra=1, max_num=MOST_PIECES)


class OpenForm(forms.Form):
    """The office and the float of a new session."""

    office = forms.ModelChoiceField(
        label=_("Office"), queryset=Office.objects.none(), empty_label=None
    )
    opening_float = AmountField(side="float", label=_("Float"))

    def __init__(self, offices: QuerySet[Office], data: Any = None) -> None:
        super().__init__(data)
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]
        self.fields["opening_float"].help_text = _("The cash in the till before anything is taken")

    def clean_opening_float(self) -> Decimal:
        return self.cleaned_data["opening_float"] or ZERO


class CashUpForm(forms.Form):
    """How many of each coin and note there are, and what there is of everything else."""

    close_reason = forms.CharField(label=_("Why you close it for them"), max_length=150)

    def __init__(
        self,
        *,
        cash: MethodOfPayment | None,
        others: Sequence[MethodOfPayment],
        is_own: bool,
        data: Any = None,
    ) -> None:
        super().__init__(data)
        self.cash, self.others = cash, others
        if is_own:
            del self.fields["close_reason"]
        for value in DENOMINATIONS:
            self.fields[_name(value)] = forms.IntegerField(
                label=in_words(value),
                min_value=0,
                max_value=100_000,
                required=False,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
        for method in others:
            self.fields[f"amount_{method.pk}"] = AmountField(side="declared", label=method.name)
        for method in (*((cash,) if cash else ()), *others):
            self.fields[f"reason_{method.pk}"] = forms.CharField(
                label=_("Reason, if %(method)s differs") % {"method": method.name},
                max_length=200,
                required=False,
            )

    @property
    def count_fields(self) -> list[forms.BoundField]:
        """The coins and notes."""
        return [self[_name(value)] for value in DENOMINATIONS]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        """Everything else, each with its reason."""
        return [field for field in self if field.name.startswith(("amount_", "reason_"))]

    @property
    def counts(self) -> Mapping[Decimal, int]:
        """How many of each there are."""
        return {value: self.cleaned_data.get(_name(value)) or 0 for value in DENOMINATIONS}

    @property
    def declared(self) -> dict[int, Declared]:
        """What is declared of each method, by its id."""
        cleaned = self.cleaned_data
        return {
            method.pk: Declared(
                amount=cleaned.get(f"amount_{method.pk}") or ZERO,
                reason=cleaned.get(f"reason_{method.pk}", "").strip(),
            )
            for method in (*((self.cash,) if self.cash else ()), *self.others)
        }


class VoidForm(forms.Form):
    """Why a receipt is void."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=150,
        help_text=_("What was mistyped, such as “£1,000 instead of £100”; no personal data"),
    )


class ReturnForm(forms.Form):
    """Why a bank returned a cheque, and what to put on the accounts that it paid."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=150,
        help_text=_("What the bank says, such as “refer to drawer”; no personal data"),
    )

    def __init__(
        self,
        *,
        holders: Sequence[AccountHolder],
        stops: Mapping[int, Sequence[StopMessage]],
        data: Any = None,
    ) -> None:
        super().__init__(data)
        self.holders, self.stops = holders, stops
        for holder in holders:
            self.fields[f"stop_{holder.pk}"] = forms.ChoiceField(
                label=_("Stop message on account %(reference)s") % {"reference": holder.reference},
                required=False,
                choices=[
                    ("", _("Leave it as it is")),
                    *((str(stop.pk), str(stop)) for stop in stops[holder.fund_id]),
                ],
            )

    def chosen_stops(self) -> list[tuple[AccountHolder, StopMessage]]:
        """Return the accounts on which a message is to be put, with the message."""
        found = []
        for holder in self.holders:
            chosen = self.cleaned_data.get(f"stop_{holder.pk}")
            found += [
                (holder, stop) for stop in self.stops[holder.fund_id] if str(stop.pk) == chosen
            ]
        return found


def _name(value: Decimal) -> str:
    return f"count_{int(value * 100)}"
