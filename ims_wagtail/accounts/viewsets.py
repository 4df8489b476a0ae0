"""Staff screens of accounts: holders can be looked up, stop messages kept."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from ims_wagtail.access.columns import MoneyColumn, TimeColumn
from ims_wagtail.access.filters import ReferenceFilter, StaffFilterSet, fund_filter
from ims_wagtail.access.views import ScopedInspectView
from ims_wagtail.access.viewsets import SETUP_MENU, ScopedModelViewSet

from .models import AccountHolder, StopMessage
from .selectors import full_name


class AccountHolderFilterSet(StaffFilterSet):
    reference = ReferenceFilter(label=_("Account reference"))
    surname = django_filters.CharFilter(label=_("Surname"), lookup_expr="istartswith")
    postcode = django_filters.CharFilter(label=_("Postcode"), lookup_expr="istartswith")
    fund = fund_filter("ims_accounts.view_accountholder")

    class Meta:
        model = AccountHolder
        fields: list[str] = []


class AccountHolderView(ScopedInspectView):
    any_permission_required = ["view"]

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("fund", "stop_message")


class AccountHolderViewSet(ScopedModelViewSet):
    """Accounts as the systems that own them last told; nothing can be changed here."""

    model = AccountHolder
    name = "account-holders"
    icon = "user"
    menu_order = 50
    views = ("index", "inspect")
    inspect_view_class = AccountHolderView
    filterset_class = AccountHolderFilterSet
    ordering = "reference"
    select_related = ("fund", "stop_message")
    list_display = [
        "reference",
        Column("fund", label=_("Fund")),
        Column("name", label=_("Name"), accessor=full_name),
        Column("postcode", label=_("Postcode")),
        MoneyColumn("balance", label=_("Balance"), sort_key="balance"),
        TimeColumn("balance_at", label=_("As at")),
        Column("stop_message", label=_("Stop message")),
    ]
    inspect_view_fields = [
        "fund",
        "reference",
        "title",
        "forename",
        "surname",
        "address_line_1",
        "address_line_2",
        "address_line_3",
        "address_line_4",
        "postcode",
        "balance",
        "balance_at",
        "stop_message",
        "updated_at",
    ]


class StopMessageFilterSet(StaffFilterSet):
    fund = fund_filter("ims_accounts.view_stopmessage")

    class Meta:
        model = StopMessage
        fields: list[str] = []


class StopMessageViewSet(ScopedModelViewSet):
    """Why accounts of a fund may not be paid."""

    model = StopMessage
    name = "stop-messages"
    icon = "warning"
    menu_hook = SETUP_MENU
    menu_order = 50
    views = ("index", "inspect", "add", "edit", "delete")
    filterset_class = StopMessageFilterSet
    ordering = "code"
    select_related = ("fund",)
    list_display = [
        "code",
        Column("fund", label=_("Fund")),
        Column("get_staff_effect_display", label=_("For staff")),
        Column("staff_text", label=_("What staff read")),
        Column("get_public_effect_display", label=_("For residents")),
        Column("public_text", label=_("What residents read")),
    ]
    form_fields = ["fund", "code", "staff_effect", "staff_text", "public_effect", "public_text"]
    inspect_view_fields = form_fields
