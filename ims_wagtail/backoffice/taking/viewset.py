"""Income → Payments taken by staff."""

from typing import Any

import django_filters
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from ims_wagtail.access.columns import MoneyColumn, ReferenceColumn, TimeColumn
from ims_wagtail.access.filters import LondonDateRangeFilter, ReferenceFilter, StaffFilterSet
from ims_wagtail.access.naming import name_of
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.payments.enums import Channel, OrderState
from ims_wagtail.payments.models import Attempt, Order
from ims_wagtail.payments.viewsets import OrderIndexView

from .order_view import StaffPaymentView
from .status import how_taken, status_of


class StaffPaymentFilterSet(StaffFilterSet):
    """Mine or everybody's, by state, way and time."""

    who = django_filters.ChoiceFilter(
        label=_("Taken by"),
        choices=[("me", _("Me"))],
        empty_label=_("Anybody"),
        method="taken_by_reader",
    )
    reference = ReferenceFilter(label=_("Receipt number"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=OrderState, empty_label=_("Any"))
    channel = django_filters.ChoiceFilter(
        label=_("Taken"),
        choices=[
            (Channel.TELEPHONE, _("By telephone")),
            (Channel.ONLINE, _("By link")),
            (Channel.COUNTER, _("At the counter")),
            (Channel.POST, _("By post")),
        ],
        empty_label=_("Any"),
    )
    created_at = LondonDateRangeFilter(label=_("Created"))

    class Meta:
        model = Order
        fields: list[str] = []

    def taken_by_reader(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep what the reader took."""
        return rows.filter(taken_by=self.request.user.pk) if self.request else rows.none()


class StaffPaymentIndexView(OrderIndexView):
    page_title = _("Payments taken by staff")

    def get_base_queryset(self) -> QuerySet[Any]:
        newest = Attempt.objects.filter(order=OuterRef("pk")).order_by("-number")
        return (
            super()
            .get_base_queryset()
            .filter(taken_by__isnull=False)
            .annotate(attempt_state=Subquery(newest.values("state")[:1]))
        )

    def get_page_subtitle(self) -> str:
        return ""


class StaffPaymentViewSet(ScopedModelViewSet):
    """What staff took by telephone or sent a link for, and how it stands."""

    model = Order
    name = "staff-payments"
    icon = "group"
    menu_label = _("Taken by staff")
    menu_order = 32
    views = ("index", "inspect")
    index_view_class = StaffPaymentIndexView
    inspect_view_class = StaffPaymentView
    inspect_template_name = StaffPaymentView.template_name
    # One name, so that no other column is looked for.
    inspect_view_fields = ["reference"]
    filterset_class = StaffPaymentFilterSet
    ordering = "-created_at"
    select_related = ("taken_by", "office", "link")
    list_display = [
        TimeColumn("created_at", label=_("Created"), sort_key="created_at"),
        ReferenceColumn(
            "reference",
            label=_("Receipt number"),
            get_url=lambda order: reverse("ims_staff_payments:inspect", args=[order.pk]),
        ),
        Column(
            "how",
            label=_("Taken"),
            accessor=how_taken,
        ),
        Column("taken_by", label=_("Taken by"), accessor=lambda order: name_of(order.taken_by)),
        Column("office", label=_("Office")),
        Column(
            "status",
            label=_("State"),
            accessor=lambda order: status_of(order=order, attempt_state=order.attempt_state).words,
        ),
        MoneyColumn("seen_total", label=_("Total"), sort_key="seen_total"),
    ]
