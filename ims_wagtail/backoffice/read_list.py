"""Who looked at personal data, on screen. Read-only, and without the data themselves."""

from typing import Any

import django_filters
from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from ims_wagtail.access.columns import TimeColumn
from ims_wagtail.access.filters import LondonDateRangeFilter, StaffFilterSet, fund_filter
from ims_wagtail.access.long_lists import LongIndexView
from ims_wagtail.access.models import ReadEntry, ReadWhat
from ims_wagtail.access.viewsets import ScopedModelViewSet


def kind_of(entry: ReadEntry) -> str:
    """Return what was looked at in the words of the screens; the stored name when it is gone."""
    try:
        return capfirst(apps.get_model(entry.object_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return entry.object_type


class ReadFilterSet(StaffFilterSet):
    at = LondonDateRangeFilter(label=_("Date"))
    user_name = django_filters.CharFilter(label=_("Person"), lookup_expr="iexact")
    what = django_filters.ChoiceFilter(
        label=_("What they did"), choices=ReadWhat, empty_label=_("Any")
    )
    object_id = django_filters.CharFilter(label=_("Number of the object"))
    fund = fund_filter("ims_access.view_readentry")

    class Meta:
        model = ReadEntry
        fields: list[str] = []


class ReadIndexView(LongIndexView):
    any_permission_required = ["view"]
    page_title: Any = _("Looks at personal data")
    keyset_by = "at"


class ReadEntryViewSet(ScopedModelViewSet):
    """Who looked at what. Looks at what is of no one fund are seen by people who work in all."""

    model = ReadEntry
    name = "looks"
    icon = "view"
    menu_label = _("Looks at personal data")
    menu_order = 61
    views = ("index",)
    index_view_class = ReadIndexView
    filterset_class = ReadFilterSet
    ordering = "-at"
    select_related = ("fund",)
    list_display = [
        TimeColumn("at", label=_("When")),
        Column("user_name", label=_("Person")),
        Column("get_what_display", label=_("What they did")),
        Column("object_type", label=_("Of what"), accessor=kind_of),
        Column("object_id", label=_("Number")),
        Column("fund", label=_("Fund")),
    ]
