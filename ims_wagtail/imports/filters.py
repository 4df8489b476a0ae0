"""What the list of imports can be narrowed by."""

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.permissions import policy_registry

from ims_wagtail.access.filters import LondonDateRangeFilter, StaffFilterSet

from .enums import ImportKind, ImportState
from .models import Import, ImportType


def types_in_scope(request: HttpRequest) -> QuerySet[ImportType]:
    """Return the import types whose files the reader may see."""
    files = policy_registry.get_by_type(Import).instances_user_has_any_permission_for(
        request.user, ["view"]
    )
    return ImportType.objects.filter(pk__in=files.order_by().values("import_type")).order_by("name")


class ImportFilterSet(StaffFilterSet):
    """Filters of the list of imports."""

    import_type = django_filters.ModelChoiceFilter(
        label=_("Import type"), queryset=types_in_scope, empty_label=_("Any")
    )
    kind = django_filters.ChoiceFilter(
        label=_("Rows are"),
        field_name="import_type__kind",
        choices=ImportKind,
        empty_label=_("Any"),
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=ImportState, empty_label=_("Any"))
    received_at = LondonDateRangeFilter(label=_("Received"))
    file_name = django_filters.CharFilter(
        label=_("File"), lookup_expr="icontains", help_text=_("Part of its name")
    )

    class Meta:
        model = Import
        fields: list[str] = []
