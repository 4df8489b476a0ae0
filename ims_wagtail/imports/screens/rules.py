"""Rules that finance writes for the rows of files."""

from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column

from ims_wagtail.access.filters import NativeDateInput
from ims_wagtail.access.form_rows import FormRowsPanel
from ims_wagtail.access.viewsets import SETUP_MENU, ScopedModelViewSet
from ims_wagtail.imports.models import ImportRule
from ims_wagtail.imports.rules.reading import sentence

from .rule_form import RuleForm
from .rule_simulation import SimulateView
from .rule_views import (
    AskView,
    DisableView,
    RuleCreateView,
    RuleDeleteView,
    RuleEditView,
    RuleIndexView,
    RuleView,
    acted_in_words,
    state_of,
)


class RuleViewSet(ScopedModelViewSet):
    """Rules of imports."""

    model = ImportRule
    name = "importrules"
    icon = "order"
    menu_label = _("Import rules")
    menu_hook = SETUP_MENU
    menu_order = 72
    views = ("index", "inspect", "add", "edit", "delete")
    ordering = ("order", "pk")
    copy_without = ("name",)
    list_display: Any = [
        "name",
        Column("order", label=_("Order")),
        Column("state", label=_("State"), accessor=state_of),
        Column("sentence", label=_("What it does"), accessor=sentence),
        Column("acted", label=_("Rows in 90 days"), accessor=acted_in_words),
    ]
    index_view_class = RuleIndexView
    add_view_class = RuleCreateView
    edit_view_class = RuleEditView
    delete_view_class = RuleDeleteView
    inspect_view_class = RuleView
    inspect_template_name = RuleView.template_name
    inspect_view_fields = ["name"]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("import_types"),
            FieldPanel("match"),
            FormRowsPanel(
                "conditions",
                heading=_("When"),
                help_text=_(
                    "Without conditions the rule acts on every row. Text is compared without "
                    "regard to capitals; “is one of” takes one value a line; days are written "
                    "like 2026-11-22."
                ),
            ),
            FormRowsPanel(
                "actions",
                heading=_("Then"),
                help_text=_(
                    "Funds, methods, offices and VAT codes are set by their codes; references are "
                    "found by the short name of a payment type. For a part of the amount, the "
                    "value is its account reference."
                ),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("order"),
                    FieldPanel("starts", widget=NativeDateInput),
                    FieldPanel("ends", widget=NativeDateInput),
                ],
                _("When it is applied"),
            ),
        ],
        base_form_class=RuleForm,
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("ask/<int:pk>/", AskView.as_view(), name="ask_rule"),
            path("disable/<int:pk>/", DisableView.as_view(), name="disable_rule"),
            path("simulate/<int:pk>/", SimulateView.as_view(), name="simulate"),
        ]
