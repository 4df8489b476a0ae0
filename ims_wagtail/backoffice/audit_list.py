"""The audit log on screen: who changed what, with before and after. Read-only."""

from typing import Any

import django_filters
from django.apps import apps
from django.db.models import QuerySet
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn

from ims_wagtail.access import audit
from ims_wagtail.access.columns import TimeColumn
from ims_wagtail.access.filters import LondonDateRangeFilter, StaffFilterSet, fund_filter
from ims_wagtail.access.models import AuditEntry
from ims_wagtail.access.views import ScopedIndexView, ScopedInspectView
from ims_wagtail.access.viewsets import ScopedModelViewSet


def kind_of(entry: AuditEntry) -> str:
    """Return what was changed in the words of the screens; the stored name when it is gone."""
    try:
        return capfirst(apps.get_model(entry.object_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return entry.object_type


def changes_in_words(entry: AuditEntry) -> SafeString:
    """Return each change as “field: before → after”, a line each."""
    return format_html_join(
        "",
        "<div>{}: {} → {}</div>",
        (
            (name.replace("_", " "), _shown(before), _shown(after))
            for name, before, after in audit.changes(entry.before, entry.after)
        ),
    )


def _shown(value: Any) -> str:
    return "–" if value in (None, "", [], {}) else str(value)


class AuditFilterSet(StaffFilterSet):
    at = LondonDateRangeFilter(label=_("Date"))
    user_name = django_filters.CharFilter(label=_("Person"), lookup_expr="iexact")
    action = django_filters.CharFilter(label=_("Action"), lookup_expr="iexact")
    object_id = django_filters.CharFilter(label=_("Number of the object"))
    fund = fund_filter("ims_access.view_auditentry")

    class Meta:
        model = AuditEntry
        fields: list[str] = []


class AuditIndexView(ScopedIndexView):
    any_permission_required = ["view"]
    page_title = _("Audit log")


class AuditView(ScopedInspectView):
    any_permission_required = ["view"]

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("fund")

    def get_object_type_display_value(self) -> str:
        return kind_of(self.object)

    def get_changes_display_value(self) -> SafeString:
        return changes_in_words(self.object)

    def get_field_label(self, field_name: str, field: Any) -> str:
        if field_name == "changes":
            return str(_("Changes"))
        return super().get_field_label(field_name, field)


class AuditEntryViewSet(ScopedModelViewSet):
    """What staff did. Entries about no one fund are seen by people who work in all."""

    model = AuditEntry
    name = "audit"
    icon = "history"
    menu_label = _("Audit log")
    menu_order = 60
    views = ("index", "inspect")
    index_view_class = AuditIndexView
    inspect_view_class = AuditView
    filterset_class = AuditFilterSet
    ordering = "-at"
    select_related = ("fund",)
    list_display = [
        TimeColumn("at", label=_("When"), sort_key="at"),
        Column("user_name", label=_("Person")),
        TitleColumn("action", label=_("Action"), url_name="ims_audit:inspect"),
        Column("object_type", label=_("What"), accessor=kind_of),
        Column("object_id", label=_("Number")),
        Column("fund", label=_("Fund")),
        Column("changes", label=_("Changes"), accessor=changes_in_words),
    ]
    inspect_view_fields = [
        "at",
        "user_name",
        "action",
        "object_type",
        "object_id",
        "fund",
        "changes",
    ]
