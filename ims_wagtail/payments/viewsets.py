"""Staff screens of payments: orders."""

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from ims_wagtail.access.columns import MoneyColumn, ReferenceColumn, TimeColumn
from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.views import ScopedIndexView, ScopedInspectView
from ims_wagtail.access.viewsets import ScopedModelViewSet

from .filters import OrderFilterSet
from .models import Order, OrderLine
from .selectors import orders_of_basket
from .timeline import story_of


class OrderIndexView(ScopedIndexView):
    any_permission_required = ["view"]
    searches_people = ("email",)
    summed = {"seen_total": _("Total")}

    def get_base_queryset(self) -> QuerySet[Any]:
        rows = super().get_base_queryset()
        scope = scope_of(self.request.user, "ims_payments.view_order")
        if scope.every:
            return rows.annotate(seen_total=F("total"))
        # An order may hold lines of other funds: their amounts are nobody's business here.
        lines = OrderLine.objects.filter(order=OuterRef("pk"), fund_id__in=scope.fund_ids)
        seen = lines.order_by().values("order").annotate(sum=Sum("amount")).values("sum")
        return rows.annotate(seen_total=Subquery(seen))


class OrderView(ScopedInspectView):
    any_permission_required = ["view"]
    shows_person = True
    template_name = "ims_wagtail/payments/staff/order.html"
    page_title = _("Payment")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        order = self.object
        story = story_of(order=order, reader=self.request.user)
        return super().get_context_data(story=story, others=self._others(order), **kwargs)

    def _others(self, order: Order) -> list[Order]:
        """Return what else the basket of an order came to, as far as the reader may see it."""
        basket = [one for one in orders_of_basket(order.basket_token) if one.pk != order.pk]
        if not basket:
            return []
        mine = self.permission_policy.instances_user_has_permission_for(self.request.user, "view")
        seen = set(mine.filter(pk__in=[one.pk for one in basket]).values_list("pk", flat=True))
        return [one for one in basket if one.pk in seen]


class OrderViewSet(ScopedModelViewSet):
    """What payers undertook to pay, paid or not."""

    model = Order
    name = "orders"
    icon = "receipt"
    menu_order = 30
    views = ("index", "inspect")
    index_view_class = OrderIndexView
    inspect_view_class = OrderView
    inspect_template_name = OrderView.template_name
    # One name, so that no other column is looked for.
    inspect_view_fields = ["reference"]
    filterset_class = OrderFilterSet
    ordering = "-created_at"
    list_display = [
        TimeColumn("created_at", label=_("Created"), sort_key="created_at"),
        ReferenceColumn(
            "reference",
            label=_("Receipt number"),
            get_url=lambda order: reverse("ims_orders:inspect", args=[order.pk]),
        ),
        Column("get_state_display", label=_("State")),
        MoneyColumn("seen_total", label=_("Total"), sort_key="seen_total"),
        TimeColumn("paid_at", label=_("Paid")),
    ]
