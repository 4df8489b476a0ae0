"""How an editor lays out an amount: a price list, a table of rules, or suggested amounts.

Every sum is a price of finance's; the editor writes the words. Migrations name the parts of these
blocks, so a block may gain an option but is never renamed.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructValue

from ims_wagtail.checkout.amounts.layouts import MOST_OF_ONE
from ims_wagtail.checkout.questions import MOST_NUMBER
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import PaymentType, Price
from ims_wagtail.funds.selectors import NoPrice, price_on
from ims_wagtail.money import format_pounds


MOST_ITEMS = 20
MOST_RULES = 30
MOST_TESTS = 5
MOST_EXAMPLES = 30
MOST_SUGGESTIONS = 8


class PricesByPaymentType(ModelChoiceIterator):
    """The enabled prices that pages may use, under their payment types, read anew every time.

    A block's form field lives as long as the process: whatever it kept would hide what finance
    enters meanwhile.
    """

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        yield "", self.field.empty_label
        offered = (
            PaymentType.prices.through.objects.filter(price__enabled=True)
            .select_related("paymenttype", "price")
            .prefetch_related("price__changes")
            .order_by("paymenttype__name", "paymenttype_id", "price__name", "price_id")
        )
        for payment_type, prices in groupby(offered, key=lambda each: each.paymenttype):
            yield payment_type.name, [self.choice(each.price) for each in prices]


class PriceChoiceField(forms.ModelChoiceField):
    """An enabled price, with what it comes to today."""

    iterator = PricesByPaymentType

    def label_from_instance(self, obj: Price) -> str:
        try:
            amount = format_pounds(price_on(obj, accounting_date()))
        except NoPrice:
            amount = str(_("no amount today"))
        return f"{obj.name} ({obj.code}): {amount}"


class PriceBlock(blocks.ChooserBlock):
    """A price of finance's; publishing refuses one that isn't the page's payment type's."""

    target_model = Price
    widget = forms.Select()

    @cached_property
    def field(self) -> forms.Field:
        return PriceChoiceField(
            queryset=Price.objects.filter(enabled=True),
            widget=self.widget,
            required=self._required,
            help_text=self._help_text,
        )

    def get_form_state(self, value: Any) -> Any:
        # Wagtail's script for drop-down lists wants a list, where that for choosers takes a row.
        return self.widget.format_value(value.pk if isinstance(value, Price) else "")

    def value_from_form(self, value: Any) -> Any:
        # What a drop-down list sends of its empty choice is no primary key.
        return super().value_from_form(value or None)

    class Meta:
        icon = "pound-sign"


class ItemBlock(blocks.StructBlock):
    """One line of a price list."""

    label = blocks.CharBlock(label=_("What it is"), max_length=100)
    hint = blocks.CharBlock(label=_("Hint"), max_length=250, required=False)
    price = PriceBlock(label=_("Price"))
    further = PriceBlock(
        label=_("Price of each further one"),
        help_text=_("Leave it empty where each costs the same"),
        required=False,
    )
    most = blocks.IntegerBlock(
        label=_("Most of it in one go"), default=1, min_value=1, max_value=MOST_OF_ONE
    )

    class Meta:
        label = _("Line")
        icon = "list-ul"
        label_format = "{label}"


class PriceListBlock(blocks.StructBlock):
    """Things to choose from, each with its price."""

    only_one = blocks.BooleanBlock(
        label=_("People choose one of them"),
        help_text=_("Otherwise they say how many they want of each"),
        required=False,
    )
    lines = blocks.ListBlock(ItemBlock(), label=_("Price list"), min_num=1, max_num=MOST_ITEMS)

    class Meta:
        label = _("Price list")
        icon = "list-ul"


class TestBlock(blocks.StructBlock):
    """What a question has to be answered with for a rule to hold."""

    question = blocks.CharBlock(
        label=_("If"),
        help_text=_("A choice, yes-or-no or number question of this page, in the same words"),
        max_length=150,
    )
    answer = blocks.CharBlock(
        label=_("is answered with"),
        help_text=_("Such as “Yes”; leave it empty for a number"),
        max_length=100,
        required=False,
    )
    least = blocks.IntegerBlock(
        label=_("or is a number from"), required=False, min_value=0, max_value=MOST_NUMBER
    )
    most = blocks.IntegerBlock(label=_("up to"), required=False, min_value=0, max_value=MOST_NUMBER)

    class Meta:
        label = _("Condition")
        icon = "help"
        label_format = "{question}: {answer}"


class RuleBlock(blocks.StructBlock):
    """If all of this holds, it costs that."""

    tests = blocks.ListBlock(
        TestBlock(),
        label=_("If all of these hold"),
        help_text=_("None in the last rule: it is for everybody else"),
        default=[],
        max_num=MOST_TESTS,
    )
    price = PriceBlock(label=_("then it costs"))
    further = PriceBlock(
        label=_("and each further one"),
        help_text=_("Leave it empty where each costs the same"),
        required=False,
    )

    class Meta:
        icon = "order"
        label = _("Rule")


class GivenBlock(blocks.StructBlock):
    """An answer in an example."""

    question = blocks.CharBlock(label=_("Question"), max_length=150)
    answer = blocks.CharBlock(label=_("Answer"), max_length=100)

    class Meta:
        label = _("Answer")
        icon = "help"
        label_format = "{question}: {answer}"


class ExampleBlock(blocks.StructBlock):
    """A case with what it must come to."""

    name = blocks.CharBlock(
        label=_("Case"), help_text=_("Such as “2 bins, concession”"), max_length=100
    )
    answers = blocks.ListBlock(GivenBlock(), label=_("Answers"), default=[])
    amount = blocks.DecimalBlock(
        label=_("comes to, in pounds"),
        min_value=Decimal("0.01"),
        max_digits=9,
        decimal_places=2,
    )

    class Meta:
        icon = "tick"
        label = _("Example")
        label_format = "{name}: £{amount}"


class RulesBlock(blocks.StructBlock):
    """Rules from answers to a price, of which the first that holds counts."""

    times = blocks.CharBlock(
        label=_("Times the answer to"),
        help_text=_("A number question that says how many, in the same words; empty for one"),
        max_length=150,
        required=False,
    )
    rules = blocks.ListBlock(
        RuleBlock(),
        label=_("Rules"),
        help_text=_("Looked at from the first to the last: the first that holds counts"),
        min_num=1,
        max_num=MOST_RULES,
    )
    examples = blocks.ListBlock(
        ExampleBlock(),
        label=_("Examples"),
        help_text=_("All of them must come out right before the page is published"),
        min_num=1,
        max_num=MOST_EXAMPLES,
    )

    class Meta:
        label = _("Table of rules")
        icon = "table"


class SuggestionsBlock(blocks.StructBlock):
    """Amounts to choose from for a donation; the payer can always type another one."""

    amounts = blocks.ListBlock(
        blocks.DecimalBlock(
            label=_("Amount in pounds"), min_value=Decimal("0.01"), max_digits=9, decimal_places=2
        ),
        label=_("Suggested amounts"),
        min_num=1,
        max_num=MOST_SUGGESTIONS,
    )

    class Meta:
        label = _("Donation with suggested amounts")
        icon = "pick"


class AmountBlock(blocks.StreamBlock):
    """How the amount of a page comes about, where its payment type leaves that to the page."""

    price_list = PriceListBlock()
    rules = RulesBlock()
    suggestions = SuggestionsBlock()

    class Meta:
        required = False
        max_num = 1


def given_price(value: StructValue, name: str) -> int | None:
    """Return the primary key of a price in a block, whatever a draft has left out."""
    price = value.get(name)
    return price.pk if isinstance(price, Price) else None
