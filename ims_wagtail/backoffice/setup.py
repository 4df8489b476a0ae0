"""Screens by which a council sets up what can be paid for, without a developer."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column

from ims_wagtail.access.columns import MoneyColumn
from ims_wagtail.access.filters import NativeDateInput, StaffFilterSet, fund_filter
from ims_wagtail.access.viewsets import SETUP_MENU, ScopedModelViewSet
from ims_wagtail.funds.models import CheckDigit, Fund, PaymentType, ReferenceRule


class SetupViewSet(ScopedModelViewSet):
    """A screen of the Set-up menu: everybody who may see may look, some may change."""

    menu_hook = SETUP_MENU
    views = ("index", "inspect", "add", "edit", "delete")


class FundViewSet(SetupViewSet):
    model = Fund
    name = "funds"
    icon = "bank"
    menu_order = 10
    ordering = "code"
    select_related = ("vat_code", "reference_rule")
    list_display = [
        "code",
        Column("name", label=_("Name"), sort_key="name"),
        Column("vat_code", label=_("VAT code")),
        Column("reference_rule", label=_("Reference rule")),
        MoneyColumn("maximum_amount", label=_("Most at once")),
        BooleanColumn("is_suspense", label=_("Suspense fund")),
        BooleanColumn("enabled", label=_("Enabled")),
    ]
    panels = [
        MultiFieldPanel(
            [FieldPanel("code"), FieldPanel("name"), FieldPanel("enabled")], _("The fund")
        ),
        MultiFieldPanel(
            [FieldPanel("reference_rule"), FieldPanel("account_must_exist")],
            _("Account references"),
        ),
        MultiFieldPanel(
            [FieldPanel("maximum_amount"), FieldPanel("allow_overpayment")], _("Amounts")
        ),
        MultiFieldPanel([FieldPanel("vat_code"), FieldPanel("vat_override")], _("VAT")),
        FieldPanel("is_suspense"),
    ]
    inspect_view_fields = [
        "code",
        "name",
        "enabled",
        "reference_rule",
        "account_must_exist",
        "maximum_amount",
        "allow_overpayment",
        "vat_code",
        "vat_override",
        "is_suspense",
    ]


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
    ordering = "name"
    select_related = ("fund",)
    filterset_class = PaymentTypeFilterSet
    list_display = [
        "name",
        Column("slug", label=_("Short name")),
        Column("fund", label=_("Fund")),
        Column("get_reference_source_display", label=_("Account reference")),
        MoneyColumn("fixed_amount", label=_("Price")),
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
                FieldPanel("reference_hint"),
            ],
            _("Account reference"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("amount_source"),
                FieldPanel("fixed_amount"),
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
    ]
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
        "reference_hint",
        "amount_source",
        "fixed_amount",
        "minimum_amount",
        "maximum_amount",
        "open_from",
        "open_until",
        "ask_address",
    ]


class ReferenceRuleViewSet(SetupViewSet):
    model = ReferenceRule
    name = "reference-rules"
    icon = "regex"
    menu_order = 30
    ordering = "name"
    select_related = ("check_digit",)
    list_display = [
        "name",
        Column("mask", label=_("Mask")),
        Column("check_digit", label=_("Check digit")),
        Column("example", label=_("Example")),
    ]
    form_fields = [
        "name",
        "example",
        "minimum_length",
        "maximum_length",
        "character_type",
        "pattern",
        "mask",
        "check_digit",
        "ignore_spaces",
        "ignore_hyphens",
    ]
    inspect_view_fields = form_fields


class CheckDigitViewSet(SetupViewSet):
    model = CheckDigit
    name = "check-digits"
    icon = "order"
    menu_order = 40
    ordering = "name"
    list_display = [
        "name",
        Column("get_algorithm_display", label=_("Algorithm")),
        Column("modulus", label=_("Modulus")),
    ]
    form_fields = [
        "name",
        "algorithm",
        "modulus",
        "weights",
        "source_prefix",
        "substitutions",
        "subtract",
    ]
    inspect_view_fields = form_fields
