"""What staff fill in to move money: where it comes from, where it goes, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ims_wagtail.access.policy import funds_for
from ims_wagtail.funds.models import Fund, VatCode
from ims_wagtail.money import ZERO, AmountError, format_pounds, parse_amount

from .checking import REASON_LENGTH
from .enums import CorrectionKind
from .movable import Movable, MovableLine
from .targets import funds_with_rules
from .wishes import From, To


#: The most rows of one side. More is a job for a file.
MOST_ROWS = 50


@dataclass(frozen=True, slots=True)
class Choices:
    """The funds a person may move money in, with what checking reads, and the VAT codes."""

    funds: Mapping[str, Fund]
    vat_codes: Mapping[str, VatCode]


def choices_for(user: Any, *permissions: str) -> Choices:
    """Return the choices of a person with the permissions; five queries."""
    mine = funds_for(user, *permissions).values("pk")
    funds = funds_with_rules().filter(pk__in=mine).order_by("position", "code")
    codes = VatCode.objects.prefetch_related("rates").order_by("code")
    return Choices(
        funds={str(fund.pk): fund for fund in funds},
        vat_codes={str(code.pk): code for code in codes},
    )


class AmountField(forms.CharField):
    """Pounds as people write them; empty or nought is nothing."""

    def __init__(self, *, side: str, label: Any = None) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "data-ims-side": side}
        widget = forms.TextInput(attrs=attrs)
        super().__init__(required=False, label=label or _("Amount"), widget=widget)

    def clean(self, value: Any) -> Decimal | None:
        typed = (super().clean(value) or "").strip()
        if not typed.strip("£0., "):
            return None
        try:
            return parse_amount(typed)
        except AmountError as error:
            raise forms.ValidationError(str(error)) from error


class AccountForm(forms.Form):
    """One account and an amount. A row that is left empty counts for nothing."""

    fund = forms.ChoiceField(label=_("Fund"), required=False)
    reference = forms.CharField(label=_("Account reference"), max_length=36, required=False)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices
        named = [(key, str(fund)) for key, fund in choices.funds.items() if self.offers(fund)]
        self.fields["fund"].choices = [("", _("Choose")), *named]  # type: ignore[attr-defined]

    def offers(self, fund: Fund) -> bool:
        """Say whether a fund can be chosen here."""
        return True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if any(cleaned.values()):
            for name, missing in (
                ("fund", _("Choose a fund")),
                ("reference", _("Enter an account reference")),
                ("amount", _("Enter an amount")),
            ):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, missing)
        return cleaned

    @property
    def is_filled(self) -> bool:
        """Whether the row is good and says something."""
        return self.is_valid() and bool(self.cleaned_data.get("amount"))


class FromForm(AccountForm):
    """An account that money is taken from."""

    amount = AmountField(side="take")

    def source(self) -> From:
        """Return what was filled in."""
        cleaned = self.cleaned_data
        fund = self.choices.funds[cleaned["fund"]]
        return From(fund, cleaned["reference"], cleaned["amount"])


class ToForm(AccountForm):
    """An account that money is put on."""

    vat_code = forms.ChoiceField(
        label=_("VAT code"),
        required=False,
        help_text=_("Only where the fund lets you choose another"),
    )
    narrative = forms.CharField(
        label=_("Narrative"),
        max_length=200,
        required=False,
        help_text=_("The reason stands there if you leave this empty; no personal data"),
    )
    amount = AmountField(side="give")
    field_order = ["fund", "reference", "amount", "vat_code", "narrative"]
    #: Whose account it is, and what staff are to know of it, once that was looked up.
    account = ""
    warnings: Sequence[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(key, f"{code.code} {code.name}") for key, code in self.choices.vat_codes.items()]
        self.fields["vat_code"].choices = [("", _("The fund's")), *named]  # type: ignore[attr-defined]

    def offers(self, fund: Fund) -> bool:
        return fund.enabled and not fund.is_suspense

    def target(self) -> To:
        """Return what was filled in."""
        cleaned = self.cleaned_data
        return To(
            fund=self.choices.funds[cleaned["fund"]],
            reference=cleaned["reference"],
            amount=cleaned["amount"],
            vat_code=self.choices.vat_codes.get(cleaned["vat_code"]),
            narrative=cleaned["narrative"],
        )


class Rows(forms.BaseFormSet):
    """The rows of one side; those left empty count for nothing."""

    @property
    def filled(self) -> Sequence[Any]:
        """The rows that are good and say something."""
        return [form for form in self.forms if form.is_filled]

    @property
    def total(self) -> Decimal:
        """The pounds of every row whose amount can be read."""
        if not self.is_bound:
            return ZERO
        self.is_valid()
        return sum((form.cleaned_data.get("amount") or ZERO for form in self.forms), ZERO)


FromRows = forms.formset_factory(FromForm, formset=Rows, extra=1, max_num=MOST_ROWS)
ToRows = forms.formset_factory(ToForm, formset=Rows, extra=1, max_num=MOST_ROWS)


class ReasonForm(forms.Form):
    """Why money is moved."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        required=False,
        help_text=_("It stands on the accounts and in the request to approve; no personal data"),
    )


class LinesForm(ReasonForm):
    """An amount for each line of a posting, what it is for where there is a choice, and why."""

    kind = forms.ChoiceField(label=_("What this is"), widget=forms.RadioSelect)

    def __init__(self, found: Movable, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in found.kinds]  # type: ignore[attr-defined]
        if len(found.kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
        self.fields["kind"].initial = next(iter(found.kinds), "")
        for item in found.lines:
            if item.available:
                self.fields[name_of(item)] = AmountField(
                    side="take",
                    label=_("Take from %(line)s, %(reference)s")
                    % {"line": item.line.reference, "reference": item.line.account_reference},
                )

    @property
    def rows(self) -> list[tuple[MovableLine, forms.BoundField | None]]:
        """Every line with its field; without one when nothing is left of it."""
        return [
            (item, self[name_of(item)] if item.available else None) for item in self.found.lines
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.wanted = {
            item.line.pk: amount
            for item in self.found.lines
            if (amount := cleaned.get(name_of(item)))
        }
        for item in self.found.lines:
            if self.wanted.get(item.line.pk, ZERO) > item.available:
                self.add_error(
                    name_of(item),
                    _("Only %(left)s of it can be moved") % {"left": format_pounds(item.available)},
                )
        return cleaned

    def takes(self) -> dict[int, Decimal]:
        """Return pounds by line, as far as they can be read."""
        return self.wanted if self.is_bound and self.errors is not None else {}

    def wished_kind(self) -> CorrectionKind:
        """Return what the money is moved for."""
        return CorrectionKind(self.cleaned_data["kind"])


def name_of(item: MovableLine) -> str:
    """Return the name of a line's field."""
    return f"line_{item.line.pk}"
