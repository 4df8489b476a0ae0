"""The lists of refunds, the page of one, and the addresses of what is done with them."""

from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from ims_wagtail.access.columns import MoneyColumn, ReferenceColumn, TimeColumn
from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.views import ScopedIndexView, ScopedInspectView
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.payments.models import Refund, RefundLine, RefundPayee

from .attention import refunds_needing_attention
from .filters import RefundFilterSet
from .screens import (
    CheckRefundView,
    DealWithRefundView,
    GiveUpRefundView,
    RequestRefundView,
    ReturnedRefundView,
)
from .story import story_of_refund


class RefundIndexView(ScopedIndexView):
    """Every refund in the reader's funds, with the part of it that is theirs."""

    any_permission_required = ["view"]
    summed = {"seen_amount": _("Total")}

    def get_base_queryset(self) -> QuerySet[Any]:
        rows = super().get_base_queryset()
        scope = scope_of(self.request.user, "ims_payments.view_refund")
        if scope.every:
            return rows.annotate(seen_amount=F("amount"))
        lines = RefundLine.objects.filter(
            refund=OuterRef("pk"), transaction__fund_id__in=scope.fund_ids
        )
        seen = lines.order_by().values("refund").annotate(sum=Sum("amount")).values("sum")
        return rows.annotate(seen_amount=Subquery(seen))


class RefundAttentionIndexView(RefundIndexView):
    """Refunds whose outcome nobody knows, or that came to nothing."""

    page_title = _("Refunds needing attention")

    def get_base_queryset(self) -> QuerySet[Any]:
        needing = refunds_needing_attention().order_by().values("pk")
        return super().get_base_queryset().filter(pk__in=needing)


class RefundView(ScopedInspectView):
    """One refund: its lines, who asked and who approved, and what happened."""

    any_permission_required = ["view"]
    shows_person = True
    template_name = "ims_wagtail/payments/refunds/refund.html"
    page_title = _("Refund")

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("posting", "account", "requested_by", "attempt__order")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        story = story_of_refund(refund=self.object, reader=self.request.user)
        return super().get_context_data(story=story, **kwargs)


_COLUMNS = [
    TimeColumn("requested_at", label=_("Asked for"), sort_key="requested_at"),
    ReferenceColumn(
        "reference",
        label=_("Refund number"),
        get_url=lambda refund: reverse("ims_refunds:inspect", args=[refund.pk]),
    ),
    Column("get_state_display", label=_("State")),
    Column("get_route_display", label=_("Route")),
    Column("reason", label=_("Reason")),
    MoneyColumn("seen_amount", label=_("Amount"), sort_key="seen_amount"),
]


class RefundViewSet(ScopedModelViewSet):
    """Money on its way back to payers, and what became of it."""

    model = Refund
    name = "refunds"
    icon = "rotate"
    menu_label = _("Refunds")
    menu_order = 35
    views = ("index", "inspect")
    index_view_class = RefundIndexView
    inspect_view_class = RefundView
    inspect_template_name = RefundView.template_name
    inspect_view_fields = ["reference"]
    filterset_class = RefundFilterSet
    ordering = "-requested_at"
    list_display = [*_COLUMNS, TimeColumn("finished_at", label=_("Finished"))]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("request/<int:pk>/", RequestRefundView.as_view(), name="request"),
            path("check/<int:pk>/", CheckRefundView.as_view(), name="check"),
            path("deal/<int:pk>/", DealWithRefundView.as_view(), name="deal"),
            path("returned/<int:pk>/", ReturnedRefundView.as_view(), name="returned"),
            path("give-up/<int:pk>/", GiveUpRefundView.as_view(), name="give_up"),
        ]

    def get_permissions_to_register(self) -> QuerySet[Permission]:
        """Offer seeing bank accounts too."""
        payees = ContentType.objects.get_for_model(RefundPayee)
        refunds = super().get_permissions_to_register()
        return Permission.objects.filter(Q(pk__in=refunds.values("pk")) | Q(content_type=payees))


class RefundAttentionViewSet(ScopedModelViewSet):
    """Refunds that a person has to look at."""

    model = Refund
    name = "refunds-attention"
    icon = "warning"
    menu_label = _("Refunds needing attention")
    menu_order = 41
    views = ("index",)
    index_view_class = RefundAttentionIndexView
    ordering = "requested_at"
    list_display = [*_COLUMNS, Column("problem", label=_("Why"))]
