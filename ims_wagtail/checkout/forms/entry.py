"""The first step: reference, amount and the page's own questions."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext

from ims_wagtail.accounts.checks import CheckedPayment, PaymentRefused, check_payment
from ims_wagtail.accounts.enums import Audience
from ims_wagtail.checkout.amounts.layouts import Layout as AmountLayout
from ims_wagtail.checkout.conditions import asked_keys
from ims_wagtail.checkout.fixed import OPEN, Fixed
from ims_wagtail.checkout.questions import Answer, Question, answers_from, question_field
from ims_wagtail.checkout.steps import Step
from ims_wagtail.checkout.wording import reference_label
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.enums import ReferenceSource
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.selectors import NoPrice, set_price
from ims_wagtail.funds.wording import reference_hint
from ims_wagtail.ui.forms import GovukForm
from ims_wagtail.ui.layout import Button, Layout

from .amount import AmountPart
from .revealing import laid_out, tell_conditions


class EntryForm(GovukForm):
    """What a resident says they want to pay. What is fixed is not asked, and never read."""

    #: Whose stop messages and words count.
    audience = Audience.PUBLIC
    #: Whether what hangs on an answer is shown under it.
    reveals = True
    #: The only step to show, where a page asks in several.
    step: Step | None = None
    #: Whether it shows what earlier answers would leave out, for previews.
    shows_all = False
    #: Whether no step comes before it.
    begins = True
    #: The basket beside which something is kept already; its token has to reach the browser.
    basket_token: UUID | None = None
    #: What was typed in all steps, once it is all there.
    entry_id: UUID | None = None
    #: Where the step before it is.
    back_url = ""

    def __init__(
        self,
        *,
        payment_type: PaymentType,
        questions: Sequence[Question] = (),
        data: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
        fixed: Fixed = OPEN,
        amount: AmountLayout | None = None,
    ) -> None:
        self.payment_type = payment_type
        self.amount_part = AmountPart(
            payment_type=payment_type, layout=amount, audience=self.audience
        )
        self.fixed = fixed
        self.questions = tuple(questions)
        #: What the rules made of it, once the form is valid.
        self.checked: CheckedPayment | None = None
        #: Whether the reference itself was refused: counted against guessing.
        self.reference_refused = False
        # Django copies these into ``fields``; a class for each page would never be freed.
        self.base_fields = self._fields(data)  # type: ignore[misc]
        super().__init__(data=data, initial=initial)
        tell_conditions(self)

    @cached_property
    def fixed_amount(self) -> Decimal | None:
        """What is asked for, or today's price, in pounds, where the payer does not choose it."""
        if self.fixed.amount is not None:
            return self.fixed.amount
        try:
            return set_price(self.payment_type, accounting_date())
        except NoPrice:
            # Told when it is paid; what is in a basket can still be looked at.
            return None

    @property
    def fixed_label(self) -> str:
        """What the reference is called, where it is shown instead of asked."""
        return reference_label(self.payment_type)

    @property
    def amount_basis(self) -> Mapping[str, Any]:
        """What a basket line keeps of how the amount came about, once the form is valid."""
        return self.fixed.amount_basis or self.amount_part.basis

    @property
    def answers(self) -> list[Answer]:
        """Every question with its answer, once the form is valid."""
        return [*self.fixed.answers, *answers_from(self.questions, self.cleaned_data)]

    def clean(self) -> None:
        """Let the rules look at all that could be read, so that every problem shows at once."""
        self._forget_unasked()
        reference = self._reference()
        if self.amount_part.is_looked_up and self.fixed.amount is None:
            if reference:
                self.checked = self.amount_part.look_up(self, reference)
            return
        amount = self._amount()
        if reference is None and amount is None:
            return
        # Without an amount the reference alone is looked at.
        supposed = amount or self.payment_type.minimum_amount
        found = self.amount_part.found
        worked_out = found.amount if found else self.fixed.amount
        try:
            checked = check_payment(
                payment_type=self.payment_type,
                reference=reference or "",
                amount=supposed,
                audience=self.audience,
                worked_out=supposed if amount is None else worked_out,
            )
        except PaymentRefused as refused:
            self.tell(refused)
        else:
            self.checked = checked if amount is not None else None

    def layout(self) -> Layout:
        """Show questions that depend on a radio button under it, the others one by one."""
        return Layout(*laid_out(self), Button(self.submit_label))

    def _forget_unasked(self) -> None:
        """Drop answers to what was not asked, and what is wrong with them."""
        given = {each.key: self.cleaned_data.get(each.field_name) for each in self.questions}
        asked = asked_keys(self.questions, given)
        for question in self.questions:
            if question.key not in asked:
                self.errors.pop(question.field_name, None)
                self.cleaned_data.pop(question.field_name, None)

    def _fields(self, data: Mapping[str, Any] | None) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = {}
        if self.payment_type.reference_source == ReferenceSource.PAYER and not self.fixed.reference:
            fields["reference"] = _reference_field(self.payment_type)
        if self.fixed.amount is None:
            fields |= self.amount_part.fields(data)
        for question in self.questions:
            fields[question.field_name] = question_field(question)
        return fields

    def _reference(self) -> str | None:
        if "reference" in self.fields:
            return self.cleaned_data.get("reference")
        return self.fixed.reference or self.payment_type.fixed_reference

    def _amount(self) -> Decimal | None:
        if self.fixed.amount is not None:
            return self.fixed.amount
        return self.amount_part.amount(self)

    def tell(self, refused: PaymentRefused) -> None:
        """Put each problem beside its field, leaving out fields that have a problem already."""
        for problem in refused.problems:
            if problem.field in self.errors:
                continue
            if problem.field == "reference":
                self.reference_refused = True
            self.add_error(problem.field if problem.field in self.fields else None, problem.message)


def _reference_field(payment_type: PaymentType) -> forms.Field:
    label = reference_label(payment_type)
    rule = payment_type.fund.reference_rule
    messages = {}
    if rule is not None and rule.example:
        messages["required"] = gettext("Enter your %(label)s, like %(example)s") % {
            "label": label[:1].lower() + label[1:] if label[1:2].islower() else label,
            "example": rule.example,
        }
    return forms.CharField(
        label=label,
        help_text=reference_hint(payment_type),
        error_messages=messages,
        widget=forms.TextInput(
            {
                "spellcheck": "false",
                "autocapitalize": "characters",
                "class": "govuk-input--width-20",
            }
        ),
    )
