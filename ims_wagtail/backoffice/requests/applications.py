"""Income → Applications: what waits for an officer, the oldest first, and what was decided."""

from typing import Any

import django_filters
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column

from ims_wagtail.access.columns import MoneyColumn, ReferenceColumn, TimeColumn
from ims_wagtail.access.filters import (
    LondonDateRangeFilter,
    ReferenceFilter,
    StaffFilterSet,
    payment_type_filter,
)
from ims_wagtail.access.views import ScopedIndexView
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.checkout.requests.applications.enums import ApplicationState
from ims_wagtail.checkout.requests.models import Application

from .application_view import ApplicationView
from .rights import VIEW_APPLICATION


class ApplicationFilterSet(StaffFilterSet):
    """By how they stand, for what, and when they were sent."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=ApplicationState.choices,
        empty_label=gettext_lazy("Any"),
    )
    payment_type = payment_type_filter(VIEW_APPLICATION)
    reference = ReferenceFilter(label=gettext_lazy("Account reference"))
    applied_at = LondonDateRangeFilter(label=gettext_lazy("Sent"))

    class Meta:
        model = Application
        fields: list[str] = []


class ApplicationIndexView(ScopedIndexView):
    """Every application in the reader's funds; what waits comes before what is decided."""

    any_permission_required = ["view"]
    summed = {"amount": gettext_lazy("Amount")}
    empty_says = gettext_lazy("Nobody has applied for anything yet.")

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.order_by(F("decided_at").desc(nulls_first=True), "applied_at", "pk")


class ApplicationViewSet(ScopedModelViewSet):
    """Applications to pay for what an officer looks at first."""

    model = Application
    name = "applications"
    icon = "form"
    menu_label = gettext_lazy("Applications")
    menu_order = 32
    views = ("index", "inspect")
    index_view_class = ApplicationIndexView
    inspect_view_class = ApplicationView
    inspect_template_name = ApplicationView.template_name
    # One name, so that no other column is looked for.
    inspect_view_fields = ["reference"]
    filterset_class = ApplicationFilterSet
    select_related = ("payment_type", "decided_by")
    list_display = [
        ReferenceColumn(
            "number",
            label=gettext_lazy("Number"),
            accessor=str,
            get_url=lambda found: reverse("ims_applications:inspect", args=[found.pk]),
        ),
        TimeColumn("applied_at", label=gettext_lazy("Sent")),
        Column("payment_type", label=gettext_lazy("Payment type")),
        Column("page_title", label=gettext_lazy("Page")),
        MoneyColumn("amount", label=gettext_lazy("Amount")),
        Column("state", label=gettext_lazy("State"), accessor="get_state_display"),
        TimeColumn("decided_at", label=gettext_lazy("Decided")),
        Column("decided_by", label=gettext_lazy("Decided by")),
    ]
