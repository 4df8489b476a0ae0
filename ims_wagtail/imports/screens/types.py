"""Import types: what kinds of files come, and what becomes of them."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column

from ims_wagtail.access.filters import NativeTimeInput
from ims_wagtail.access.policy import funds_for, scope_of
from ims_wagtail.access.views import ScopedIndexView
from ims_wagtail.access.viewsets import SETUP_MENU, ScopedModelViewSet
from ims_wagtail.conf import ims_settings
from ims_wagtail.imports import formats
from ims_wagtail.imports.enums import ImportKind
from ims_wagtail.imports.models import ImportType


class ImportTypeForm(WagtailAdminModelForm):
    """An import type within the funds of whoever sets it up."""

    format = forms.ChoiceField(label=_("Format"))
    server = forms.ChoiceField(label=_("Server they are fetched from"), required=False)
    funds: Any = forms.ModelMultipleChoiceField(
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Funds its money may go to"),
    )

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        field: Any = self.fields["format"]
        field.choices = [
            (
                kind.label,
                [(one.key, one.name) for one in formats.every(kind)],
            )
            for kind in ImportKind
            if formats.every(kind)
        ]
        servers = sorted({*ims_settings().sftp_servers, self.instance.server} - {""})
        server: Any = self.fields["server"]
        server.choices = [("", _("None")), *((name, name) for name in servers)]
        server.help_text = ImportType._meta.get_field("server").help_text
        verb = "change" if self.instance.pk else "add"
        self.permission = f"ims_imports.{verb}_importtype"
        own = funds_for(self.for_user, self.permission).filter(is_suspense=False)
        for name in ("funds", "default_fund"):
            chosen: Any = self.fields[name]
            chosen.queryset = own.order_by("code")
        for name in ("run_by", "undone_by"):
            groups: Any = self.fields[name]
            groups.queryset = Group.objects.order_by("name")
        self.fields["funds"].help_text = ImportType._meta.get_field("funds").help_text

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        funds, default = cleaned.get("funds"), cleaned.get("default_fund")
        if funds is not None and not funds and not scope_of(self.for_user, self.permission).every:
            self.add_error("funds", ValidationError(_("Choose funds among yours")))
        if funds and default and default not in funds:
            self.add_error(
                "default_fund", ValidationError(_("Choose one of the funds its money may go to"))
            )
        return cleaned


class ImportTypeIndexView(ScopedIndexView):
    """Lists types without asking of each whether it may be changed: its own page asks."""

    def user_has_permission_for_instance(self, permission: str, instance: ImportType) -> bool:
        return self.user_has_permission(permission)


class ImportTypeViewSet(ScopedModelViewSet):
    """The kinds of files that come."""

    model = ImportType
    name = "import-types"
    icon = "upload"
    menu_label = _("Import types")
    menu_hook = SETUP_MENU
    menu_order = 70
    views = ("index", "inspect", "add", "edit", "delete")
    index_view_class = ImportTypeIndexView
    ordering = "name"
    select_related = ("layout", "method", "default_fund")
    list_display = [
        "name",
        Column("code", label=_("Code")),
        Column("get_kind_display", label=_("Rows are")),
        Column("format_name", label=_("Format"), accessor=lambda one: format_name(one.format)),
        Column("default_fund", label=_("Fund of rows that name none")),
        BooleanColumn("enabled", label=_("Enabled")),
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("name"), FieldPanel("code"), FieldPanel("enabled")], _("The files")
            ),
            MultiFieldPanel(
                [
                    FieldPanel("kind"),
                    FieldPanel("format"),
                    FieldPanel("layout"),
                    FieldPanel("encoding"),
                ],
                _("How they are read"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("funds"),
                    FieldPanel("default_fund"),
                    FieldPanel("method"),
                    FieldPanel("office"),
                ],
                _("What their rows become"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("arrives_by"),
                    FieldPanel("server"),
                    FieldPanel("remote_folder"),
                    FieldPanel("remote_names"),
                    FieldPanel("remove_fetched"),
                    FieldPanel("expected_on"),
                    FieldPanel("expected_by", widget=NativeTimeInput),
                ],
                _("How they arrive"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("post_at_once"),
                    FieldPanel("on_problems"),
                    FieldPanel("reversible"),
                ],
                _("How they are posted"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("run_by", widget=forms.CheckboxSelectMultiple),
                    FieldPanel("undone_by", widget=forms.CheckboxSelectMultiple),
                ],
                _("Who does it"),
            ),
            MultiFieldPanel(
                [FieldPanel("holder_mode"), FieldPanel("most_gone")], _("Account holders")
            ),
        ],
        base_form_class=ImportTypeForm,
    )
    inspect_view_fields = [
        "name",
        "code",
        "enabled",
        "kind",
        "format",
        "layout",
        "encoding",
        "funds",
        "default_fund",
        "method",
        "office",
        "rules_in_order",
        "arrives_by",
        "server",
        "remote_folder",
        "remote_names",
        "remove_fetched",
        "expected_on",
        "expected_by",
        "lately",
        "post_at_once",
        "on_problems",
        "reversible",
        "run_by",
        "undone_by",
        "holder_mode",
        "most_gone",
    ]


def format_name(key: str) -> Any:
    """Return a format in words; its key when nothing installed reads it."""
    try:
        return formats.get(key).name
    except LookupError:
        return key
