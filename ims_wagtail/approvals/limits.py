"""Income → Set-up → Approval limits: up to what amounts groups act alone and approve."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column
from wagtail.log_actions import get_active_log_context

from ims_wagtail.access.columns import MoneyColumn
from ims_wagtail.access.views import ScopedDeleteView
from ims_wagtail.access.viewsets import SETUP_MENU, ScopedModelViewSet
from ims_wagtail.money import format_pounds

from . import kinds
from .models import ApprovalLimit


def own_group_refusal(user: Any, group: Group) -> str:
    """Return why a person may not change a group's limits, or nothing: nobody changes their own."""
    if user is None or user.is_superuser or not group.user_set.filter(pk=user.pk).exists():
        return ""
    return gettext("You are a member of this group, and nobody changes their own rights.")


class ApprovalLimitForm(WagtailAdminModelForm):
    """What a limit is of is chosen once; another kind or group is another limit."""

    class Meta:
        model = ApprovalLimit
        fields = ["kind", "group", "alone_up_to", "approve_up_to"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        adding = self.instance._state.adding
        self.fields["kind"] = forms.ChoiceField(
            label=self.fields["kind"].label,
            choices=[("", _("Choose a kind")), *kinds.choices()],
            disabled=not adding,
        )
        self.fields["group"].disabled = not adding

    def clean(self) -> dict[str, Any] | None:
        """Refuse a limit of the person's own group, whatever it would change."""
        cleaned = super().clean()
        group = self.cleaned_data.get("group")
        if group and (refusal := own_group_refusal(get_active_log_context().user, group)):
            raise forms.ValidationError(refusal)
        return cleaned


class ApprovalLimitDeleteView(ScopedDeleteView):
    """Removes a limit, after which the group approves any amount; not one of one's own group."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        if refusal := own_group_refusal(self.request.user, self.object.group):
            messages.error(self.request, refusal)
            return redirect(self.index_url_name)
        return super().form_valid(form)


@dataclass(frozen=True, slots=True)
class LimitInWords:
    """A limit as the access review shows it."""

    group: str
    kind: str | Promise
    alone: str
    approves: str


def limits_in_words() -> list[LimitInWords]:
    """Return every limit, by group; one query."""
    limits = ApprovalLimit.objects.select_related("group").order_by("group__name", "kind")
    return [
        LimitInWords(
            group=limit.group.name,
            kind=limit.kind_name,
            alone=format_pounds(limit.alone_up_to) if limit.alone_up_to else gettext("never"),
            approves=approves(limit),
        )
        for limit in limits
    ]


def approves(limit: ApprovalLimit) -> str:
    """Return up to what amount a group approves, in words."""
    if limit.approve_up_to is None:
        return gettext("any amount")
    return format_pounds(limit.approve_up_to)


class ApprovalLimitViewSet(ScopedModelViewSet):
    """Limits belong to groups, and so to no fund of their own."""

    model = ApprovalLimit
    name = "approval-limits"
    icon = "lock"
    menu_hook = SETUP_MENU
    menu_order = 65
    ordering = "kind"
    select_related = ("group",)
    delete_view_class = ApprovalLimitDeleteView
    list_display = [
        "__str__",
        MoneyColumn("alone_up_to", label=_("Acts alone up to")),
        Column("approves", label=_("Approves up to"), accessor=approves, classname="ims-money"),
    ]

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return ApprovalLimitForm
