"""The screens of fund groups."""

from typing import Any

from django import forms
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList

from ims_wagtail.access.views import ScopedCreateView, ScopedEditView, ScopedIndexView
from ims_wagtail.funds.models import Fund, FundGroup

from .base import SetupViewSet


class FundGroupForm(WagtailAdminModelForm):
    """Offers the person's own funds, and keeps those of other people as they are."""

    def clean_funds(self) -> list[Fund]:
        chosen = list(self.cleaned_data["funds"])
        if self.instance.pk is None:
            return chosen
        return [*chosen, *self.instance.funds.exclude(pk__in=self.fields["funds"].queryset)]


class _WithFunds:
    def details(self, obj: Any) -> dict[str, Any]:
        """Return the group with the codes of its funds."""
        codes = obj.funds.order_by("code").values_list("code", flat=True)
        return super().details(obj) | {"funds": list(codes)}  # type: ignore[misc]


class FundGroupCreateView(_WithFunds, ScopedCreateView):
    """Adds a group of the person's funds."""


class FundGroupEditView(_WithFunds, ScopedEditView):
    """Changes a group that has one of the person's funds."""


class FundGroupIndexView(ScopedIndexView):
    """Lists the groups without asking of each whether it may be changed: its own page asks."""

    def user_has_permission_for_instance(self, permission: str, instance: FundGroup) -> bool:
        return self.user_has_permission(permission)


class FundGroupViewSet(SetupViewSet):
    model = FundGroup
    name = "fund-groups"
    icon = "folder-open-inverse"
    menu_order = 15
    views = ("index", "add", "edit", "delete")
    ordering = "name"
    list_display = ["name"]
    edit_handler = ObjectList(
        [FieldPanel("name"), FieldPanel("funds", widget=forms.CheckboxSelectMultiple)],
        base_form_class=FundGroupForm,
    )
    index_view_class = FundGroupIndexView
    add_view_class = FundGroupCreateView
    edit_view_class = FundGroupEditView
