"""Staff screens of stop messages: their words, what they do, and how many accounts carry each."""

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn

from ims_wagtail.access.filters import StaffFilterSet, fund_filter
from ims_wagtail.access.views import ScopedIndexView, ScopedInspectView
from ims_wagtail.access.viewsets import SETUP_MENU, ScopedModelViewSet

from .models import AccountHolder, StopMessage
from .stop_preview import preview


def accounts_url(stop: StopMessage) -> str:
    """Return the address of the list of accounts that carry a message."""
    return f"{reverse('ims_account_holders:index')}?stop_message={stop.pk}"


class StopMessageFilterSet(StaffFilterSet):
    fund = fund_filter("ims_accounts.view_stopmessage")

    class Meta:
        model = StopMessage
        fields: list[str] = []


class StopMessageIndexView(ScopedIndexView):
    def get_base_queryset(self) -> QuerySet[Any]:
        carrying = (
            AccountHolder.objects.filter(stop_message=OuterRef("pk"))
            .order_by()
            .values("stop_message")
            .annotate(number=Count("pk"))
            .values("number")
        )
        return (
            super()
            .get_base_queryset()
            .annotate(accounts=Coalesce(Subquery(carrying, output_field=IntegerField()), 0))
        )


class StopMessageView(ScopedInspectView):
    """One message: what staff and residents will read, and how many accounts carry it."""

    template_name = "ims_wagtail/accounts/staff/stop_message.html"
    page_title = _("Stop message")

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("fund")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "stop": self.object,
            "preview": preview(self.object),
            "accounts": self.object.account_holders.count(),
            "accounts_url": accounts_url(self.object),
        }


class StopMessageViewSet(ScopedModelViewSet):
    """Why accounts of a fund may not be paid."""

    model = StopMessage
    name = "stop-messages"
    icon = "warning"
    menu_hook = SETUP_MENU
    menu_order = 50
    views = ("index", "inspect", "add", "edit", "delete")
    index_view_class = StopMessageIndexView
    inspect_view_class = StopMessageView
    inspect_template_name = StopMessageView.template_name
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
        TitleColumn("accounts", label=_("Accounts"), get_url=accounts_url, sort_key="accounts"),
    ]
    form_fields = [
        "fund",
        "code",
        "staff_effect",
        "staff_text",
        "public_effect",
        "public_text",
        "refuses_cheques",
    ]
