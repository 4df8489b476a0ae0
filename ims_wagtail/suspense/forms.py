"""What staff fill in about suspense."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from ims_wagtail.access.filters import NativeDateInput
from ims_wagtail.corrections.forms import MOST_ROWS, AmountField, ReasonForm, Rows, ToForm
from ims_wagtail.corrections.wishes import To
from ims_wagtail.funds.models import Fund
from ims_wagtail.money import format_pounds

from .checking import minus
from .notes import LONGEST


class ItemsForm(ReasonForm):
    """How much is taken of each item, and why it belongs where it goes."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, items: Sequence[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            if item.remaining:
                owed = item.remaining < 0
                words = _("Settle of %(item)s") if owed else _("Take from %(item)s")
                self.fields[name_of(item)] = AmountField(
                    # What is owed uses up what there is.
                    side="give" if owed else "take",
                    label=words % {"item": item.transaction.reference},
                )
        self.order_fields([*(name_of(item) for item in items), "reason"])

    @property
    def rows(self) -> list[tuple[Any, forms.BoundField | None]]:
        """Every item with its field; without one when nothing is left of it."""
        return [(item, self[name_of(item)] if item.remaining else None) for item in self.items]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.wanted: dict[int, Decimal] = {}
        for item in self.items:
            amount = cleaned.get(name_of(item))
            if not amount:
                continue
            if amount > abs(item.remaining):
                left = format_pounds(abs(item.remaining))
                self.add_error(name_of(item), _("Only %(left)s of it is left") % {"left": left})
            self.wanted[item.pk] = amount if item.remaining > 0 else -amount
        return cleaned

    def takes(self) -> dict[int, Decimal]:
        """Return pounds by item, as far as they can be read; below nothing of what is owed."""
        if self.is_bound:
            return self.wanted if self.errors is not None else {}
        return {item.pk: item.remaining for item in self.items if item.remaining}


class CreditForm(ToForm):
    """An account of a fund with credit notes, whose credit adds to what there is to allocate."""

    amount = AmountField(side="take")

    def offers(self, fund: Fund) -> bool:
        return super().offers(fund) and fund.credit_notes_enabled

    def target(self) -> To:
        """Return the credit as it is checked: below nothing."""
        return minus(super().target())


CreditRows = forms.formset_factory(CreditForm, formset=Rows, extra=0, max_num=MOST_ROWS)


class DueForm(forms.Form):
    """By when something has to have happened."""

    due = forms.DateField(label=_("Due"), required=False, widget=NativeDateInput)


class NoteForm(forms.Form):
    """What was found out."""

    text = forms.CharField(
        label=_("Note"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("It stays as you write it; no more about people than is needed"),
    )


class QuestionForm(forms.Form):
    """What the payer is asked, and where."""

    email = forms.CharField(label=_("Payer's e-mail"), max_length=254, required=False)
    question = forms.CharField(
        label=_("Question"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Amount, day and our reference stand in the e-mail already"),
    )


class PayerForm(forms.Form):
    """A name at the bank, and the account it means."""

    name = forms.CharField(
        label=_("Name at the bank"),
        max_length=100,
        required=False,
        help_text=_("As it stands in narratives: words beside it don't matter"),
    )
    fund = forms.ChoiceField(label=_("Fund"), required=False)
    reference = forms.CharField(label=_("Account reference"), max_length=36, required=False)
    reason = forms.CharField(
        label=_("How you know"),
        max_length=200,
        required=False,
        help_text=_("It stands in the request to approve; no personal data"),
    )

    def __init__(self, funds: Sequence[Fund], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.funds = {str(fund.pk): fund for fund in funds}
        named = [(key, str(fund)) for key, fund in self.funds.items()]
        self.fields["fund"].choices = [("", _("Choose")), *named]  # type: ignore[attr-defined]


class ScoreForm(forms.Form):
    """From which score on suggestions are shown."""

    score = forms.IntegerField(label=_("Score from"), min_value=1, max_value=100, initial=90)


def name_of(item: Any) -> str:
    """Return the name of an item's field."""
    return f"item_{item.pk}"
