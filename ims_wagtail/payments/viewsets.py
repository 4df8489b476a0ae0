"""Staff screens of payments: orders, payments that need a person, merchant accounts."""

from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from ims_wagtail.access import audit
from ims_wagtail.access.columns import MoneyColumn, ReferenceColumn, TimeColumn
from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.views import ScopedIndexView, ScopedInspectView
from ims_wagtail.access.viewsets import SETUP_MENU, ScopedModelViewSet

from .enums import EventSource
from .filters import OrderFilterSet
from .models import Attempt, MerchantAccount, Order, OrderLine
from .selectors import attempts_needing_attention
from .settling import settle
from .timeline import story_of


class OrderIndexView(ScopedIndexView):
    any_permission_required = ["view"]
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
    template_name = "ims_wagtail/payments/staff/order.html"
    page_title = _("Order")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        story = story_of(order=self.object, reader=self.request.user)
        return super().get_context_data(story=story, **kwargs)


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


class CheckButtonColumn(Column):
    """A button that asks the provider now, for people who may."""

    cell_template_name = "ims_wagtail/payments/staff/check_cell.html"

    def render_cell_html(self, instance: Any, parent_context: Any) -> SafeString:
        context = self.get_cell_context_data(instance, parent_context)
        context["url"] = reverse("ims_attention:check", args=[instance.pk])
        # With the request, which Wagtail's own columns leave out: the form needs its token.
        return self.cell_template.render(context, parent_context.get("request"))


class AttentionIndexView(ScopedIndexView):
    any_permission_required = ["view"]
    page_title = _("Payments needing attention")

    def get_base_queryset(self) -> QuerySet[Any]:
        rows = super().get_base_queryset()
        return rows.filter(pk__in=attempts_needing_attention().order_by().values("pk"))

    @property
    def columns(self) -> list[Column]:
        columns = super().columns
        if self.user_has_permission("check"):
            return [*columns, CheckButtonColumn("check", label=_("Check"))]
        return columns

    def get_page_subtitle(self) -> str:
        return ""


class CheckNowView(PermissionCheckedMixin, View):
    """Asks the provider about one attempt. Only by POST, only in the person's funds, audited."""

    model = Attempt
    permission_required = "check"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        mine = self.permission_policy.instances_user_has_permission_for(request.user, "check")
        attempt = get_object_or_404(mine, pk=pk)
        before = _standing(attempt)
        settled = settle(attempt_id=attempt.pk, source=EventSource.OFFICER)
        audit.record(
            user=request.user,
            action="check payment",
            obj=settled,
            fund=_one_fund(settled),
            before=before,
            after=_standing(settled),
        )
        messages.success(
            request,
            gettext("%(reference)s: %(state)s.")
            % {"reference": settled.order.reference, "state": settled.get_state_display()},
        )
        return redirect("ims_attention:index")


def _standing(attempt: Attempt) -> dict[str, Any]:
    return {"state": attempt.state, "problem": attempt.problem, "captured": attempt.captured}


def _one_fund(attempt: Attempt) -> int | None:
    """Return the attempt's fund for the audit log; of several, none: only people of all see it."""
    funds = set(attempt.order.lines.values_list("fund_id", flat=True))
    return funds.pop() if len(funds) == 1 else None


def age(attempt: Attempt) -> str:
    """Return how long ago an attempt was started, in words."""
    started: datetime = attempt.created_at
    return timesince(started, timezone.now(), depth=1)


def why(attempt: Attempt) -> str:
    """Return why an attempt needs a person; one without a problem is unfinished for too long."""
    return attempt.problem or gettext("Not finished; is the check schedule running?")


class AttentionViewSet(ScopedModelViewSet):
    """Attempts with a problem, or unfinished for too long."""

    model = Attempt
    name = "attention"
    icon = "warning"
    menu_label = _("Needing attention")
    menu_order = 40
    views = ("index",)
    index_view_class = AttentionIndexView
    ordering = "created_at"
    select_related = ("order", "account")
    list_display = [
        ReferenceColumn(
            "order.reference",
            label=_("Receipt number"),
            get_url=lambda attempt: reverse("ims_orders:inspect", args=[attempt.order_id]),
        ),
        TimeColumn("created_at", label=_("Started"), sort_key="created_at"),
        Column("age", label=_("Age"), accessor=age),
        Column("get_state_display", label=_("State")),
        Column("why", label=_("Why"), accessor=why),
        Column("account", label=_("Merchant account")),
        MoneyColumn("amount", label=_("Amount"), sort_key="amount"),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        check = path("check/<int:pk>/", self.construct_view(CheckNowView), name="check")
        return [*super().get_urlpatterns(), check]


class MerchantAccountViewSet(ScopedModelViewSet):
    """Accounts at providers. They are made and removed with their secrets, in the settings."""

    model = MerchantAccount
    name = "merchant-accounts"
    icon = "bank"
    menu_hook = SETUP_MENU
    menu_order = 60
    views = ("index", "inspect", "edit")
    ordering = "code"
    list_display = [
        "code",
        Column("name", label=_("Name")),
        Column("provider", label=_("Provider")),
        MoneyColumn("minimum_amount", label=_("Least")),
        MoneyColumn("maximum_amount", label=_("Most")),
    ]
    form_fields = ["name", "minimum_amount", "maximum_amount"]
    inspect_view_fields = [
        "code",
        "name",
        "provider",
        "minimum_amount",
        "maximum_amount",
    ]
