"""The part of the first step that is about the amount, by where the amount comes from."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.accounts.checks import (
    CheckedPayment,
    PaymentRefused,
    check_payment,
    normalised_reference,
)
from ims_wagtail.accounts.enums import Audience
from ims_wagtail.accounts.limits import owed
from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.checkout.amounts import balances
from ims_wagtail.checkout.amounts.basis import basis_of
from ims_wagtail.checkout.amounts.fields import (
    OTHER,
    SUGGESTED,
    amount_chosen,
    chosen_from,
    priced_fields,
    typed_fields,
)
from ims_wagtail.checkout.amounts.layouts import Layout, PriceList, RuleTable, Suggestions
from ims_wagtail.checkout.amounts.working import NoAmount, WorkedOut, is_offered, work_out
from ims_wagtail.checkout.wording import reference_label
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.enums import AmountSource
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.selectors import prices_today
from ims_wagtail.money import format_pounds
from ims_wagtail.ui.forms import AmountField


if TYPE_CHECKING:
    from .entry import EntryForm


class Place(NamedTuple):
    """Radio buttons, and the one of their answers under which a field stands."""

    radios: str
    answer: str


#: Fields that are asked with one answer only, by their names.
UNDER = {
    "amount": Place(SUGGESTED, OTHER),
    balances.PART: Place(balances.PAY, balances.PART),
}


class AmountPart:
    """What a form asks about the amount, and what it comes to once the rest is valid."""

    def __init__(
        self, *, payment_type: PaymentType, layout: Layout | None, audience: Audience
    ) -> None:
        self.payment_type = payment_type
        self.source = payment_type.amount_source
        self.layout = layout
        #: Whether the payer has to answer a challenge; staff look at the account itself.
        self.is_looked_up = self.source == AmountSource.BALANCE and audience == Audience.PUBLIC
        #: What made the amount up, once it is worked out.
        self.found: WorkedOut | None = None
        #: What a basket line keeps of it.
        self.basis: dict[str, Any] = {}

    @cached_property
    def prices(self) -> Mapping[int, Decimal]:
        """Today's prices that the page may charge."""
        return prices_today(self.payment_type, accounting_date())

    @property
    def is_payable(self) -> bool:
        """Whether there is an amount to pay at all: a price for something, or for every rule."""
        if self.source != AmountSource.PRICES:
            return True
        match self.layout:
            case PriceList(items=items):
                return any(is_offered(item, self.prices) for item in items)
            case RuleTable(rules=rules):
                # Were a rule left out, the next one would count and charge another price.
                return all(is_offered(rule, self.prices) for rule in rules) and bool(rules)
            case _:
                return False

    def fields(self, data: Mapping[str, Any] | None) -> dict[str, forms.Field]:
        """Return what is asked about the amount."""
        match self.source:
            case AmountSource.PAYER:
                return typed_fields(self.layout, self.payment_type)
            case AmountSource.PRICES:
                return priced_fields(self.layout, self.prices)
            case AmountSource.BALANCE if self.is_looked_up:
                fields = {balances.CHALLENGE: balances.challenge_field(self.payment_type)}
                # The question comes once the account is found, with the answer to it.
                asked = self.payment_type.part_payment and balances.PAY in (data or {})
                return fields | (balances.how_much_fields() if asked else {})
            case AmountSource.BALANCE:
                return {"amount": AmountField(label=gettext_lazy("Amount"))}
            case _:
                return {}

    def amount(self, form: "EntryForm") -> Decimal | None:
        """Return the amount in pounds; nothing, and an error on the form, where there is none."""
        if self.source == AmountSource.PRICES:
            return self._worked_out(form)
        if self.source == AmountSource.FIXED:
            return form.fixed_amount
        if SUGGESTED in form.fields and SUGGESTED not in form.cleaned_data:
            return None
        amount = amount_chosen(form.cleaned_data)
        if amount is None and "amount" not in form.errors and SUGGESTED in form.fields:
            form.add_error("amount", AmountField.default_error_messages["required"])
        if isinstance(self.layout, Suggestions):
            self.basis = basis_of(self.layout, {})
        return amount

    def look_up(self, form: "EntryForm", reference: str) -> CheckedPayment | None:
        """Return the payment of what an account owes, once the payer has said how much of it.

        Adds the question how much to the form, or what is wrong.
        """
        answer = form.cleaned_data.get(balances.CHALLENGE)
        try:
            reference = normalised_reference(payment_type=self.payment_type, reference=reference)
        except PaymentRefused as refused:
            form.tell(refused)
            return None
        if not answer:
            return None
        account = balances.look_up(
            payment_type=self.payment_type, reference=reference, answer=answer
        )
        if account is None:
            self._refuse(form)
            return None
        most = owed(account)
        if not most:
            form.add_error(None, _("Nothing is owed on this account at the moment"))
            return None
        amount = self._how_much(form, account) if self.payment_type.part_payment else most
        return self._check(form, account, amount=amount, most=most)

    def _check(
        self, form: "EntryForm", account: AccountHolder, *, amount: Decimal | None, most: Decimal
    ) -> CheckedPayment | None:
        """Let the rules look at the account; at the amount only once it has been chosen."""
        try:
            checked = check_payment(
                payment_type=self.payment_type,
                reference=account.reference,
                amount=amount or most,
                audience=form.audience,
                find_account=lambda fund, reference: account,
            )
        except PaymentRefused as refused:
            hidden = [each for each in refused.problems if each.code == "not_payable"]
            told = [each for each in refused.problems if amount or each.field != "amount"]
            if hidden:
                self._refuse(form)
            elif told:
                form.tell(PaymentRefused(tuple(told)))
            return None
        return checked if amount else None

    def _how_much(self, form: "EntryForm", account: AccountHolder) -> Decimal | None:
        most = owed(account)
        if balances.PAY not in form.fields:
            form.fields = balances.how_much_fields() | form.fields
        for name in {"reference", balances.CHALLENGE} & form.fields.keys():
            # They were right and are sent along; what matters now is the question below.
            form.fields[name].widget = forms.HiddenInput()
        balances.tell_how_much(form.fields[balances.PAY], account=account)
        pay = form.cleaned_data.get(balances.PAY)
        if pay != balances.PART:
            return most if pay else None
        part: Decimal | None = form.cleaned_data.get(balances.PART)
        if part is None and balances.PART not in form.errors:
            form.add_error(balances.PART, AmountField.default_error_messages["required"])
        elif part is not None and part > most:
            too_much = _("Amount must be %(limit)s or less, which is what is owed")
            form.add_error(balances.PART, too_much % {"limit": format_pounds(most)})
            return None
        return part

    def _refuse(self, form: "EntryForm") -> None:
        form.reference_refused = True
        # Whoever asked by a link has typed the reference already.
        name = "reference" if "reference" in form.fields else balances.CHALLENGE
        form.add_error(name, balances.not_found(reference_label(self.payment_type)))

    def _worked_out(self, form: "EntryForm") -> Decimal | None:
        layout = self.layout
        if not isinstance(layout, PriceList | RuleTable) or not self.is_payable:
            form.add_error(None, _("You can’t pay for this at the moment"))
            return None
        deciding = self._deciding(form, layout)
        if any(name in form.errors for name in deciding):
            return None
        chosen = chosen_from(layout, cleaned=form.cleaned_data, answers=form.answers)
        try:
            self.found = work_out(layout, chosen=chosen, prices=self.prices)
        except NoAmount:
            if isinstance(layout, PriceList):
                form.add_error(next(iter(deciding), None), _("Choose what you want to pay for"))
            else:
                form.add_error(
                    None, _("There is no price for these answers. Check them, or contact us to pay")
                )
            return None
        self.basis = basis_of(layout, chosen)
        return self.found.amount

    def _deciding(self, form: "EntryForm", layout: PriceList | RuleTable) -> Sequence[str]:
        """Return the names of the fields that decide about the amount."""
        if isinstance(layout, PriceList):
            return list(priced_fields(layout, self.prices))
        keys = {test.question for rule in layout.rules for test in rule.tests} | {layout.times}
        return [each.field_name for each in form.questions if each.key in keys]
