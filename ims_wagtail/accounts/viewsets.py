"""Staff screens of account holders: found, looked at, stopped; never otherwise changed."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms.search import SearchForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.permissions import policy_registry

from ims_wagtail.access.columns import MoneyColumn, ReferenceColumn, TimeColumn
from ims_wagtail.access.filters import StaffFilterSet, fund_filter
from ims_wagtail.access.views import ScopedEditView, ScopedIndexView, ScopedInspectView
from ims_wagtail.access.viewsets import ScopedModelViewSet

from .models import AccountHolder, StopMessage
from .search import search
from .selectors import address, full_name
from .stop_preview import preview


#: Rooms above accounts add what they know about one: ``fn(account, request)`` returns a component
#: or None. It must itself ask what the reader may see.
ACCOUNT_PANELS = "register_ims_account_panel"


def account_url(account_id: int) -> str:
    """Return the address of an account's page."""
    return reverse("ims_account_holders:inspect", args=[account_id])


def _stop_messages(request: HttpRequest) -> QuerySet[StopMessage]:
    policy = policy_registry.get_by_type(StopMessage)
    return policy.instances_user_has_any_permission_for(request.user, ["view"]).order_by(
        "code", "pk"
    )


class AccountHolderFilterSet(StaffFilterSet):
    fund = fund_filter("ims_accounts.view_accountholder")
    stop_message = django_filters.ModelChoiceFilter(
        label=_("Stop message"), queryset=_stop_messages, empty_label=_("Any")
    )
    stopped = django_filters.ChoiceFilter(
        label=_("On stop"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        empty_label=_("Any"),
        method="by_stop",
    )

    class Meta:
        model = AccountHolder
        fields: list[str] = []

    def by_stop(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep the accounts that carry a stop message, or those that don't."""
        return rows.filter(stop_message__isnull=value == "no")


class AccountHolderIndexView(ScopedIndexView):
    """All accounts by reference, or those that fit what was typed, the nearest first."""

    any_permission_required = ["view"]
    is_searchable = True
    searches_people = ("q",)

    def get_search_form(self) -> SearchForm:
        return SearchForm(
            self.request.GET if self.search_kwarg in self.request.GET else None,
            placeholder=_("Reference, name, address, postcode"),
        )

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.is_searching:
            return queryset
        found = search(accounts=queryset, typed=self.search_query)
        # A heading that was clicked counts for more than nearness.
        return found.order_by(*queryset.query.order_by) if self.is_explicitly_ordered else found


class AccountHolderView(ScopedInspectView):
    """One account: whose it is, what it owes, what stops it, and what other rooms know."""

    any_permission_required = ["view"]
    shows_person = True
    template_name = "ims_wagtail/accounts/staff/account.html"
    page_title = _("Account")

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("fund__told_balances", "stop_message")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": _("Account holders")},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]

    @property
    def header_more_buttons(self) -> list[Button]:
        edit_url = self.get_edit_url()
        return (
            [Button(_("Set or remove the stop message"), url=edit_url, icon_name="warning")]
            if edit_url
            else []
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account = self.object
        panels = [fn(account, self.request) for fn in hooks.get_hooks(ACCOUNT_PANELS)]
        return {
            **super().get_context_data(**kwargs),
            "account": account,
            "name": full_name(account),
            "address": address(account),
            "preview": preview(account.stop_message) if account.stop_message else [],
            "edit_url": self.get_edit_url(),
            "panels": [panel for panel in panels if panel is not None],
        }


class AccountStopView(ScopedEditView):
    """Sets or removes an account's stop message: the one thing of an account that staff change."""

    page_title = _("Stop message of")

    def details(self, obj: Any) -> dict[str, Any]:
        # The audit log keeps no names and addresses, nor does a new balance stand in the way.
        return {
            "reference": obj.reference,
            "stop_message": str(obj.stop_message) if obj.stop_message else None,
        }

    def get_form(self, form_class: type[forms.ModelForm] | None = None) -> forms.ModelForm:
        form = super().get_form(form_class)
        field: Any = form.fields["stop_message"]
        field.queryset = field.queryset.filter(fund=self.object.fund_id).order_by("code")
        field.empty_label = _("None: the account may be paid")
        return form

    def get_success_url(self) -> str:
        return account_url(self.object.pk)


class AccountHolderViewSet(ScopedModelViewSet):
    """Accounts as the systems that own them last told; only their stop message can be changed."""

    model = AccountHolder
    name = "account-holders"
    icon = "user"
    menu_order = 50
    views = ("index", "inspect", "edit")
    index_view_class = AccountHolderIndexView
    inspect_view_class = AccountHolderView
    inspect_template_name = AccountHolderView.template_name
    edit_view_class = AccountStopView
    filterset_class = AccountHolderFilterSet
    ordering = "reference"
    select_related = ("fund__told_balances", "stop_message")
    list_display = [
        ReferenceColumn(
            "reference",
            label=_("Account reference"),
            get_url=lambda account: account_url(account.pk),
            sort_key="reference",
        ),
        Column("fund", label=_("Fund")),
        Column("name", label=_("Name"), accessor=full_name),
        Column("address", label=_("Address"), accessor=address),
        MoneyColumn("balance", label=_("Balance"), sort_key="balance"),
        TimeColumn("balance_as_at", label=_("As at")),
        Column("stop_message", label=_("Stop message")),
    ]
    form_fields = ["stop_message"]
