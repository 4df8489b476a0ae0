"""The screens of files that came in."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from ims_wagtail.access.columns import MoneyColumn, ReferenceColumn, TimeColumn
from ims_wagtail.access.naming import name_of
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.imports.filters import ImportFilterSet
from ims_wagtail.imports.models import Import

from .runs import (
    CancelView,
    DownloadView,
    HolderRowsView,
    ImportIndexView,
    ImportView,
    PostView,
    RowsView,
    UndoView,
)
from .uploading import UploadView


class ImportViewSet(ScopedModelViewSet):
    """Files that came in."""

    model = Import
    name = "imports"
    icon = "upload"
    menu_label = _("Imports")
    menu_order = 60
    views = ("index", "inspect")
    index_view_class = ImportIndexView
    inspect_view_class = ImportView
    inspect_template_name = ImportView.template_name
    inspect_view_fields = ["file_name"]
    filterset_class = ImportFilterSet
    select_related = ("import_type", "received_by")
    ordering = "-received_at"
    list_display = [
        TimeColumn("received_at", label=_("Received")),
        ReferenceColumn(
            "file_name",
            label=_("File"),
            get_url=lambda file: reverse("ims_imports:inspect", args=[file.pk]),
        ),
        Column("import_type", label=_("Import type")),
        Column("get_state_display", label=_("State")),
        Column("row_count", label=_("Rows"), accessor=lambda file: f"{file.row_count:,}"),
        MoneyColumn("amount", label=_("Amount")),
        Column(
            "problem_count", label=_("Problems"), accessor=lambda file: f"{file.problem_count:,}"
        ),
        Column(
            "received_by",
            label=_("Received by"),
            accessor=lambda file: name_of(file.received_by),
        ),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("upload/", UploadView.as_view(), name="upload"),
            path("rows/<int:pk>/", RowsView.as_view(), name="rows"),
            path("holders/<int:pk>/", HolderRowsView.as_view(), name="holder_rows"),
            path("download/<int:pk>/", DownloadView.as_view(), name="download"),
            path("post/<int:pk>/", PostView.as_view(), name="post_import"),
            path("cancel/<int:pk>/", CancelView.as_view(), name="cancel_import"),
            path("undo/<int:pk>/", UndoView.as_view(), name="undo_import"),
        ]

    def get_permissions_to_register(self) -> QuerySet[Any]:
        """Offer running and undoing imports, which have buttons and no forms, and their rows."""
        return Permission.objects.filter(
            content_type__app_label="ims_imports",
            codename__in=(
                "view_import",
                "add_import",
                "undo_import",
                "reload_import",
                "approve_reload_import",
                "export_import",
                "view_importrow",
                "export_importrow",
            ),
        )
