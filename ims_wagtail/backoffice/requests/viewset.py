"""Income → Requests to pay: who was asked, and who has paid."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton

from ims_wagtail.access.columns import DayColumn, MoneyColumn, ReferenceColumn, TimeColumn
from ims_wagtail.access.filters import (
    LondonDateRangeFilter,
    ReferenceFilter,
    StaffFilterSet,
    payment_type_filter,
)
from ims_wagtail.access.long_lists import LongIndexView
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.checkout.requests.enums import RequestState
from ims_wagtail.checkout.requests.models import RequestToPay
from ims_wagtail.checkout.requests.selectors import in_state, paid_twice, state_of, with_payments

from .add_view import AskView
from .request_view import LetterView, PngView, RequestView, SvgView
from .rights import VIEW, asking_scope


_TWICE = "twice"


class RequestFilterSet(StaffFilterSet):
    """By how they stand, for what, of whom and when."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=[*RequestState.choices, (_TWICE, gettext_lazy("Paid more than once"))],
        empty_label=gettext_lazy("Any"),
        method="stands",
    )
    payment_type = payment_type_filter(VIEW)
    reference = ReferenceFilter(label=gettext_lazy("Account reference"))
    file = django_filters.NumberFilter(
        label=gettext_lazy("Number of the file"), field_name="file_id"
    )
    who = django_filters.ChoiceFilter(
        label=gettext_lazy("Made by"),
        choices=[("me", gettext_lazy("Me"))],
        empty_label=gettext_lazy("Anybody"),
        method="made_by_reader",
    )
    made_at = LondonDateRangeFilter(label=gettext_lazy("Made"))

    class Meta:
        model = RequestToPay
        fields: list[str] = []

    def stands(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep what stands so."""
        return paid_twice(rows) if value == _TWICE else in_state(rows, value)

    def made_by_reader(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep what the reader made."""
        return rows.filter(made_by=self.request.user.pk) if self.request else rows.none()


class RequestIndexView(LongIndexView):
    """Every request in the reader's funds, with what was asked for and what came."""

    any_permission_required = ["view"]
    keyset_by = "made_at"
    summed = {"amount": gettext_lazy("Asked for"), "paid": gettext_lazy("Paid")}
    empty_says = gettext_lazy("Nobody has been asked to pay by a link yet.")

    def get_base_queryset(self) -> QuerySet[Any]:
        return with_payments(super().get_base_queryset())

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not asking_scope(self.request.user):
            return []
        url = reverse("ims_requests_to_pay:add")
        return [HeaderButton(_("Ask somebody to pay"), url=url, icon_name="plus")]


class RequestViewSet(ScopedModelViewSet):
    """Links by which somebody was asked to pay."""

    model = RequestToPay
    name = "requests-to-pay"
    icon = "link"
    menu_label = gettext_lazy("Requests to pay")
    menu_order = 33
    views = ("index", "inspect")
    changed_on_its_page = True
    index_view_class = RequestIndexView
    inspect_view_class = RequestView
    inspect_template_name = RequestView.template_name
    # One name, so that no other column is looked for.
    inspect_view_fields = ["reference"]
    filterset_class = RequestFilterSet
    ordering = "-made_at"
    select_related = ("payment_type",)
    list_display = [
        ReferenceColumn(
            "number",
            label=gettext_lazy("Number"),
            accessor=str,
            get_url=lambda asked: reverse("ims_requests_to_pay:inspect", args=[asked.pk]),
        ),
        TimeColumn("made_at", label=gettext_lazy("Made")),
        Column("payment_type", label=gettext_lazy("Payment type")),
        Column("reference", label=gettext_lazy("Account reference")),
        MoneyColumn("amount", label=gettext_lazy("Asked for")),
        Column("state", label=gettext_lazy("State"), accessor=lambda asked: state_of(asked).label),
        MoneyColumn("paid", label=gettext_lazy("Paid")),
        DayColumn("last_day", label=gettext_lazy("Open until")),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("new/", AskView.as_view(), name="add"),
            path("qr/<int:pk>/svg/", SvgView.as_view(), name="svg"),
            path("qr/<int:pk>/png/", PngView.as_view(), name="png"),
            path("letter/<int:pk>/", LetterView.as_view(), name="letter"),
        ]

    def get_permissions_to_register(self) -> QuerySet[Any]:
        # Adding has a screen of its own, which the base doesn't know of.
        found = super().get_permissions_to_register()
        return found.model.objects.filter(
            content_type__app_label="ims_requests", codename__endswith="_requesttopay"
        )
