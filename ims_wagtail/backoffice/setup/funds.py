"""The screens of funds."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column

from ims_wagtail.access.columns import MoneyColumn
from ims_wagtail.access.form_rows import FormRowsPanel
from ims_wagtail.funds.models import Fund

from .base import PartsCreateView, PartsEditView, PartsInspectView, SetupViewSet
from .parts import AttributesPanel, FundForm


class FundViewSet(SetupViewSet):
    model = Fund
    name = "funds"
    icon = "bank"
    menu_order = 10
    ordering = ("position", "code")
    select_related = ("vat_code", "reference_rule")
    copy_without = ("code", "name", "is_suspense", "is_ereturn_default")
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
        MultiFieldPanel(
            [
                FieldPanel("is_suspense"),
                FieldPanel("credit_notes_enabled"),
                FieldPanel("is_ereturn_default"),
            ],
            _("What it is used for"),
        ),
        FieldPanel("export_to_ledger"),
        FieldPanel("position"),
        FormRowsPanel(
            "ledger_codes",
            heading=_("General-ledger codes"),
            help_text=_("A code holds from its day until the next one."),
        ),
        AttributesPanel(),
    ]
    edit_handler = ObjectList(panels, base_form_class=FundForm)
    add_view_class = PartsCreateView
    edit_view_class = PartsEditView
    inspect_view_class = PartsInspectView
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
        "credit_notes_enabled",
        "is_ereturn_default",
        "export_to_ledger",
        "position",
    ]
