"""The screens of reference rules and check digits."""

from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button

from ims_wagtail.access.views import ScopedIndexView
from ims_wagtail.funds.models import CheckDigit, ReferenceRule

from .base import SetupViewSet
from .library import LibraryView
from .try_many import TryManyView
from .try_reference import (
    ReferenceRuleCreateView,
    ReferenceRuleEditView,
    ReferenceRuleInspectView,
    TryUnsavedView,
)


class ReferenceRuleIndexView(ScopedIndexView):
    """Every rule, with the way to those of the library."""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        if not self.request.user.has_perm(LibraryView.permission):
            return super().header_more_buttons
        return [
            *super().header_more_buttons,
            Button(
                gettext("Add from the library"),
                url=reverse("ims_reference_rules:library"),
                icon_name="folder-open-inverse",
                priority=10,
            ),
        ]


class ReferenceRuleViewSet(SetupViewSet):
    model = ReferenceRule
    name = "reference-rules"
    index_view_class = ReferenceRuleIndexView
    add_view_class = ReferenceRuleCreateView
    edit_view_class = ReferenceRuleEditView
    inspect_view_class = ReferenceRuleInspectView
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

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("library/", LibraryView.as_view(), name="library"),
            path("try/", TryUnsavedView.as_view(), name="try"),
            path("test/<int:pk>/", TryManyView.as_view(), name="test"),
        ]


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
