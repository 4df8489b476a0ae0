"""The screens of payment types."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column

from ims_wagtail.access.filters import NativeDateInput, StaffFilterSet, fund_filter
from ims_wagtail.funds.models import PaymentType

from .base import PartsCreateView, PartsEditView, PartsInspectView, SetupViewSet
from .parts import AttributesPanel, PaymentTypeForm


class PaymentTypeFilterSet(StaffFilterSet):
    fund = fund_filter("ims_funds.view_paymenttype")

    class Meta:
        model = PaymentType
        fields = ["enabled"]


class PaymentTypeViewSet(SetupViewSet):
    model = PaymentType
    name = "payment-types"
    icon = "tag"
    menu_order = 20
    ordering = ("position", "name")
    select_related = ("fund", "price")
    filterset_class = PaymentTypeFilterSet
    copy_without = ("name", "name_cy", "slug")
    list_display = [
        "name",
        Column("slug", label=_("Short name")),
        Column("fund", label=_("Fund")),
        Column("get_reference_source_display", label=_("Account reference")),
        Column("price", label=_("Price")),
        BooleanColumn("enabled", label=_("Enabled")),
    ]
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("name"),
                FieldPanel("name_cy"),
                FieldPanel("slug"),
                FieldPanel("fund"),
                FieldPanel("vat_code"),
                FieldPanel("enabled"),
            ],
            _("What is paid for"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("reference_source"),
                FieldPanel("fixed_reference"),
                FieldPanel("reference_label"),
                FieldPanel("reference_label_cy"),
                FieldPanel("reference_hint"),
                FieldPanel("reference_hint_cy"),
            ],
            _("Account reference"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("amount_source"),
                FieldPanel("price"),
                FieldPanel("prices", widget=forms.CheckboxSelectMultiple),
                FieldPanel("challenge"),
                FieldPanel("part_payment"),
                FieldPanel("minimum_amount"),
                FieldPanel("maximum_amount"),
            ],
            _("Amount"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("open_from", widget=NativeDateInput),
                FieldPanel("open_until", widget=NativeDateInput),
            ],
            _("When it can be paid"),
        ),
        FieldPanel("ask_address"),
        FieldPanel("position"),
        AttributesPanel(),
    ]
    edit_handler = ObjectList(panels, base_form_class=PaymentTypeForm)
    add_view_class = PartsCreateView
    edit_view_class = PartsEditView
    inspect_view_class = PartsInspectView
    inspect_view_fields = [
        "name",
        "name_cy",
        "slug",
        "fund",
        "vat_code",
        "enabled",
        "reference_source",
        "fixed_reference",
        "reference_label",
        "reference_label_cy",
        "reference_hint",
        "reference_hint_cy",
        "amount_source",
        "price",
        "prices",
        "challenge",
        "part_payment",
        "minimum_amount",
        "maximum_amount",
        "open_from",
        "open_until",
        "ask_address",
        "position",
    ]
