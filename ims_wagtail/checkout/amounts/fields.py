"""What a form asks so that the amount can be worked out, and what was chosen."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ims_wagtail.checkout.fields import WholeNumberField
from ims_wagtail.checkout.questions import Answer
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.money import format_pounds
from ims_wagtail.ui.forms import AmountField

from .basis import layout_kept
from .layouts import Item, Layout, PriceList, RuleTable, Suggestions
from .words import cost
from .working import Prices, is_offered


#: The radio buttons of a list of which one thing is chosen.
ONE = "amount-one"
#: The radio buttons of suggested amounts, and the answer that leads to typing another one.
SUGGESTED, OTHER = "suggested", "other"


def priced_fields(layout: Layout | None, prices: Prices) -> dict[str, forms.Field]:
    """Return the fields of a price list; a table of rules asks nothing besides the questions."""
    if not isinstance(layout, PriceList):
        return {}
    items = [item for item in layout.items if is_offered(item, prices)]
    if layout.only_one:
        return {ONE: _one_of(items, prices)}
    alone = len(items) == 1
    return {field_name(item): _quantity(item, prices, required=alone) for item in items}


def typed_fields(layout: Layout | None, payment_type: PaymentType) -> dict[str, forms.Field]:
    """Return the field of an amount that the payer types, behind suggestions where there are."""
    suggested = [
        amount
        for amount in (layout.amounts if isinstance(layout, Suggestions) else ())
        if _is_within(amount, payment_type)
    ]
    if not suggested:
        return {"amount": AmountField(label=_("Amount"))}
    wrong = gettext("Choose an amount, or “Another amount”")
    return {
        SUGGESTED: forms.ChoiceField(
            label=_("How much do you want to give?"),
            choices=[
                *((str(amount), format_pounds(amount)) for amount in suggested),
                (OTHER, _("Another amount")),
            ],
            widget=forms.RadioSelect,
            error_messages={"required": wrong, "invalid_choice": wrong},
        ),
        "amount": AmountField(label=_("Amount"), required=False),
    }


def amount_chosen(cleaned: Mapping[str, Any]) -> Decimal | None:
    """Return the amount in pounds that a payer suggested to themselves or typed."""
    suggested = cleaned.get(SUGGESTED, OTHER)
    return cleaned.get("amount") if suggested == OTHER else Decimal(suggested)


def chosen_from(
    layout: PriceList | RuleTable, *, cleaned: Mapping[str, Any], answers: Sequence[Answer]
) -> dict[str, Any]:
    """Return what a valid form chose, as a basket line keeps it."""
    if isinstance(layout, RuleTable):
        asked = {test.question for rule in layout.rules for test in rule.tests} | {layout.times}
        return {each["key"]: each["value"] for each in answers if each["key"] in asked}
    if layout.only_one:
        return {item.key: 1 for item in layout.items if item.key == cleaned.get(ONE)}
    counts = {item.key: int(cleaned.get(field_name(item)) or 0) for item in layout.items}
    return {key: count for key, count in counts.items() if count}


def initial_of(basis: Mapping[str, Any], amount: Decimal) -> dict[str, Any]:
    """Return what a form to change a line starts with; ``amount`` is the line's, in pounds."""
    layout = layout_kept(basis)
    match layout:
        case PriceList():
            chosen = basis["chosen"]
            one = next(iter(chosen), "")
            return {ONE: one} | {field_name(item): chosen.get(item.key) for item in layout.items}
        case Suggestions():
            known = amount in layout.amounts
            return {
                SUGGESTED: str(amount) if known else OTHER,
                "amount": None if known else amount,
            }
        case _:
            return {"amount": amount}


def field_name(item: Item) -> str:
    """Return the name of the field that asks how many of an item."""
    return f"amount-{item.key}"


def _one_of(items: Sequence[Item], prices: Prices) -> forms.Field:
    wrong = gettext("Choose what you want to pay for")
    return forms.ChoiceField(
        label=_("What do you want to pay for?"),
        choices=[(item.key, _priced(item, prices)) for item in items],
        widget=forms.RadioSelect,
        error_messages={"required": wrong, "invalid_choice": wrong},
    )


def _quantity(item: Item, prices: Prices, *, required: bool) -> forms.Field:
    if item.most == 1:
        return forms.BooleanField(
            label=_priced(item, prices), help_text=item.hint, required=required
        )
    price = (
        cost(item, prices)
        if item.further
        else gettext("%(price)s each") % {"price": cost(item, prices)}
    )
    most = ngettext("at most %(n)d", "at most %(n)d", item.most) % {"n": item.most}
    return WholeNumberField(
        label=gettext("How many: %(item)s") % {"item": item.label},
        least=1 if required else 0,
        most=item.most,
        required=required,
        help_text=" ".join(filter(None, [f"{price}, {most}.", item.hint])),
    )


def _priced(item: Item, prices: Prices) -> str:
    return gettext("%(item)s, %(price)s") % {
        "item": item.label,
        "price": format_pounds(prices[item.first]),
    }


def _is_within(amount: Decimal, payment_type: PaymentType) -> bool:
    limits = (payment_type.maximum_amount, payment_type.fund.maximum_amount)
    most = min(limit for limit in limits if limit is not None)
    return payment_type.minimum_amount <= amount <= most
