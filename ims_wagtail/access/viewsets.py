"""The base of every staff screen over rows that belong to funds."""

from typing import Any

from django import forms
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import URLPattern
from django.utils.functional import cached_property
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import policy_registry

from .filters import NativeDateInput
from .views import (
    ScopedCreateView,
    ScopedDeleteView,
    ScopedEditView,
    ScopedIndexView,
    ScopedInspectView,
)


#: The hooks by which rooms put their screens into the Income menu and its submenus.
INCOME_MENU = "register_ims_income_menu_item"
SETUP_MENU = "register_ims_setup_menu_item"
REFERENCE_MENU = "register_ims_reference_menu_item"


class ScopedModelViewSet(ModelViewSet):
    """List, inspect, add, change and delete rows within a person's funds; every change audited.

    Give the model a ``FundScopedPolicy`` in the room's ``AppConfig.ready``; a model without funds
    keeps Wagtail's model-wide policy, and is written down as such in the tests. Only the views
    named in ``views`` exist: a screen that isn't needed has no address.
    """

    #: Which of ``index``, ``inspect``, ``add``, ``edit`` and ``delete`` this screen has.
    views: tuple[str, ...] = ("index", "add", "edit", "delete")
    select_related: tuple[str, ...] = ()
    export_columns: tuple[Any, ...] = ()
    #: What a copy of a row leaves empty (its code); without it rows aren't copied.
    copy_without: tuple[str, ...] | None = None
    #: Rows are changed on the page that shows them, which has no view of its own for it.
    changed_on_its_page = False
    delete_template_name = "ims_wagtail/access/staff/confirm_delete.html"

    index_view_class = ScopedIndexView
    add_view_class = ScopedCreateView
    edit_view_class = ScopedEditView
    delete_view_class = ScopedDeleteView
    inspect_view_class = ScopedInspectView

    menu_hook: str | None = INCOME_MENU
    list_per_page = 50
    # Wagtail's other ways to a row: copies, its usage and log pages, the index behind them.
    copy_view_enabled = False
    add_to_reference_index = False
    sort_order_field = None
    # Plain lookups: a search index would not find parts of references and costs a dozen queries
    # with every row that is saved.
    search_backend_name = None

    @cached_property
    def inspect_view_enabled(self) -> bool:
        return "inspect" in self.views

    @cached_property
    def url_prefix(self) -> str:
        return f"income/{self.name}"

    @cached_property
    def url_namespace(self) -> str:
        return f"ims_{self.name.replace('-', '_')}"

    @cached_property
    def menu_item_class(self) -> type[MenuItem]:
        def is_shown(item: MenuItem, request: Any) -> bool:
            return policy_registry.get_by_type(self.model).user_has_any_permission(
                request.user, self.index_view_class.any_permission_required
            )

        return type(f"{self.model.__name__}MenuItem", (MenuItem,), {"is_shown": is_shown})

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        absent = {
            f"{view}_url_name": None
            for view in ("add", "edit", "delete", "inspect")
            if view not in self.views
        }
        return super().get_common_view_kwargs(
            **{"history_url_name": None, "usage_url_name": None, **absent, **kwargs}
        )

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_index_view_kwargs(
            **{
                "select_related": self.select_related,
                "export_columns": self.export_columns,
                "copy_without": self.copy_without,
                **kwargs,
            }
        )

    def get_add_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        if "add" not in self.views:
            return kwargs
        return super().get_add_view_kwargs(**{"copy_without": self.copy_without, **kwargs})

    def get_edit_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_edit_view_kwargs(**kwargs) if "edit" in self.views else kwargs

    def formfield_for_dbfield(self, db_field: models.Field, **kwargs: Any) -> forms.Field:
        if isinstance(db_field, models.DateField) and not isinstance(
            db_field, models.DateTimeField
        ):
            kwargs["widget"] = NativeDateInput
        return super().formfield_for_dbfield(db_field, **kwargs)

    def get_permissions_to_register(self) -> models.QuerySet[Permission]:
        """Return what the Groups screen offers: viewing, and what this screen has a view for."""
        # A policy may go by another model's permissions, as postings do by their lines'.
        options = policy_registry.get_by_type(self.model).auth_model._meta
        content_type = ContentType.objects.get_by_natural_key(options.app_label, options.model_name)
        verbs = (("add", "add"), ("change", "edit"), ("delete", "delete"))
        used = {*self.views, *(("edit",) if self.changed_on_its_page else ())}
        unused = [
            get_permission_codename(verb, options) for verb, view in verbs if view not in used
        ]
        return Permission.objects.filter(content_type=content_type).exclude(codename__in=unused)

    def get_urlpatterns(self) -> list[URLPattern]:
        wanted = {*self.views, "index_results"} if "index" in self.views else set(self.views)
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in wanted]

    def register_admin_url_finder(self) -> None:
        if "edit" in self.views:
            super().register_admin_url_finder()
