"""Blocks for any page of a site: a button to pay, a small payment form, a table of prices.

A public interface: a site puts ``PAY_BLOCKS`` into a StreamField of its own and overrides the
templates under ``ims_wagtail/pages/blocks/`` if it likes. What can be paid, and for how much, is
read when the page is drawn, never kept in the block. Names of parts stay as they are: migrations of
sites hold them.
"""

import secrets
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.models import AbstractPage

from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import Price
from ims_wagtail.funds.selectors import NoPrice, price_on

from .amount_blocks import PriceBlock
from .mixins import PayablePageMixin
from .targets import small_form, target_of


_FOLDER = "ims_wagtail/pages/blocks"
MOST_PRICES = 50


class PayablePageChooserBlock(blocks.PageChooserBlock):
    """A page on which people pay, of whatever type the site has; the chooser offers no others."""

    @cached_property
    def target_models(self) -> list[type[AbstractPage]]:
        models = apps.get_models()
        return [model for model in models if issubclass(model, PayablePageMixin)]

    def clean(self, value: AbstractPage | None) -> AbstractPage | None:
        page = super().clean(value)
        if page is not None and not isinstance(page.specific, PayablePageMixin):
            raise ValidationError(gettext("Choose a page on which people pay"))
        return page


class PayButtonBlock(blocks.StructBlock):
    """A button that leads to a payable page."""

    page = PayablePageChooserBlock(label=_("Payment page"))
    words = blocks.CharBlock(
        label=_("Words on the button"),
        max_length=60,
        required=False,
        help_text=_("Such as “Pay your council tax”. Left empty, it is “Pay now” with the title"),
    )

    class Meta:
        label = _("Payment button")
        icon = "pound-sign"
        template = f"{_FOLDER}/pay_button.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        context["target"] = target_of(value["page"], request=context.get("request"))
        return context


class PayFormBlock(blocks.StructBlock):
    """Reference and amount of a payable page, asked right here."""

    page = PayablePageChooserBlock(
        label=_("Payment page"),
        help_text=_("Where it asks more than reference and amount, a button leads there instead"),
    )
    heading = blocks.CharBlock(label=_("Heading"), max_length=100, required=False)

    class Meta:
        label = _("Payment form")
        icon = "form"
        template = f"{_FOLDER}/pay_form.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        target = target_of(value["page"], request=context.get("request"))
        form = small_form(target)
        if form is not None:
            # Two forms on a page must not share the ids of their fields.
            form.auto_id = f"id_pay_{secrets.token_hex(4)}_%s"
            form.helper.disable_csrf = True
            form.helper.form_action = reverse("ims_pages:fill_in", args=[target.page.pk])
        context.update(target=target, form=form)
        return context


class PriceRowBlock(blocks.StructBlock):
    """One line of a table of prices."""

    label = blocks.CharBlock(label=_("What it is"), max_length=100)
    price = PriceBlock(label=_("Price"))

    class Meta:
        icon = "pound-sign"
        label_format = "{label}"


class PriceTableBlock(blocks.StructBlock):
    """Prices as finance sets them, with what they change to and when."""

    caption = blocks.CharBlock(label=_("Caption"), max_length=150)
    rows = blocks.ListBlock(PriceRowBlock(), label=_("Prices"), min_num=1, max_num=MOST_PRICES)
    page = PayablePageChooserBlock(
        label=_("Payment page"), required=False, help_text=_("For a button under the table")
    )

    class Meta:
        label = _("Table of prices")
        icon = "table"
        template = f"{_FOLDER}/price_table.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        prices = [row["price"] for row in value["rows"] if row["price"] is not None]
        prefetch_related_objects(prices, "changes")
        today = accounting_date()
        rows = [_row(row["label"], row["price"], today) for row in value["rows"] if row["price"]]
        context["rows"] = rows
        context["changes"] = any(row["then"] is not None for row in rows)
        if value["page"] is not None:
            context["target"] = target_of(value["page"], request=context.get("request"))
        return context


PAY_BLOCKS = (
    ("pay_button", PayButtonBlock()),
    ("pay_form", PayFormBlock()),
    ("price_table", PriceTableBlock()),
)


def _row(label: str, price: Price, today: date) -> dict[str, Any]:
    """Return what a price is today, and what it changes to next; nothing before it has begun."""
    now: Decimal | None
    try:
        now = price_on(price, today)
    except NoPrice:
        now = None
    coming = [each for each in price.changes.all() if each.is_approved and each.starts > today]
    following = min(coming, key=lambda each: each.starts) if coming and price.enabled else None
    return {"label": label, "now": now, "then": following}
