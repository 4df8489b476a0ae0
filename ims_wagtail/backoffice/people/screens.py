"""Income → Set-up → People: who works here, what they may use, and when accounts run out."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn

from ims_wagtail.access.columns import TimeColumn, london_time
from ims_wagtail.access.expiry import last_seen
from ims_wagtail.access.filters import StaffFilterSet
from ims_wagtail.access.models import StaffProfile
from ims_wagtail.access.own_rights import refuse, why_not
from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.views import ScopedEditView, ScopedIndexView
from ims_wagtail.access.viewsets import SETUP_MENU, ScopedModelViewSet


VIEW = "ims_access.view_staffprofile"
CHANGE = "ims_access.change_staffprofile"


def name_of(user: Any) -> str:
    """Return a person's name, or what they sign in with."""
    return user.get_full_name() or user.get_username()


def runs_out(profile: StaffProfile) -> str:
    """Say when the account is disabled if nobody signs in until then."""
    seen = last_seen(profile)
    if not profile.user.is_active:
        return _("Disabled")
    return london_time(seen + timedelta(days=profile.expiry_days)) if seen else ""


class FundsColumn(Column):
    """The funds of a person's groups, as far as the reader works in them too."""

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        context["value"] = self._words(instance, parent_context["request"].user)
        return context

    def get_value(self, instance: Any) -> str:
        return ""

    def _words(self, profile: StaffProfile, reader: Any) -> str:
        rows = [row for group in profile.user.groups.all() for row in group.ims_funds.all()]
        if profile.user.is_superuser or any(row.fund_id is None for row in rows):
            return _("All funds")
        scope = scope_of(reader, VIEW, CHANGE)
        return ", ".join(
            sorted({row.fund.code for row in rows if row.fund and row.fund_id in scope})
        )


class PeopleFilterSet(StaffFilterSet):
    class Meta:
        model = StaffProfile
        fields = ["office", "user__is_active", "user__groups"]


class PeopleIndexView(ScopedIndexView):
    any_permission_required = ["view", "change"]

    def get_base_queryset(self) -> QuerySet[Any]:
        return super().get_base_queryset().prefetch_related("user__groups__ims_funds__fund")


class PersonEditView(ScopedEditView):
    """Changes what somebody else may use. One's own rights are for colleagues to change."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_superuser and self.user_has_permission("change"):
            profiles = StaffProfile.objects.select_related("user").filter(
                pk=unquote(str(kwargs["pk"]))
            )
            if reason := why_not(request.user, [profile.user for profile in profiles]):
                return refuse(request, reason)
        return super().dispatch(request, *args, **kwargs)


class PeopleViewSet(ScopedModelViewSet):
    """Everybody who can sign in. Their names and groups are changed under Settings, Users."""

    model = StaffProfile
    name = "people"
    icon = "group"
    menu_hook = SETUP_MENU
    menu_label = gettext_lazy("People")
    menu_order = 100
    views = ("index", "edit")
    index_view_class = PeopleIndexView
    edit_view_class = PersonEditView
    filterset_class = PeopleFilterSet
    ordering = "user__username"
    select_related = ("user", "office")
    search_fields = ["user__username", "user__first_name", "user__last_name", "user__email"]
    list_display = [
        TitleColumn(
            "person",
            label=gettext_lazy("Person"),
            accessor=lambda profile: name_of(profile.user),
            url_name="ims_people:edit",
        ),
        Column("user", label=gettext_lazy("User name")),
        Column("office", label=gettext_lazy("Office")),
        Column(
            "groups",
            label=gettext_lazy("Groups"),
            accessor=lambda profile: ", ".join(str(g) for g in profile.user.groups.all()),
        ),
        FundsColumn("funds", label=gettext_lazy("Funds")),
        TimeColumn(
            "user__last_login", label=gettext_lazy("Last sign-in"), accessor="user.last_login"
        ),
        Column("runs_out", label=gettext_lazy("Disabled when unused until"), accessor=runs_out),
        BooleanColumn("user__is_active", label=gettext_lazy("Active"), accessor="user.is_active"),
    ]
    panels = [
        FieldPanel("office"),
        FieldPanel("offices", widget=forms.CheckboxSelectMultiple),
        FieldPanel("methods", widget=forms.CheckboxSelectMultiple),
        FieldPanel("expiry_days"),
    ]
