"""Staff screens of attempts: those that wait for their provider, and those that need a person."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
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
from ims_wagtail.access.views import ScopedIndexView
from ims_wagtail.access.viewsets import ScopedModelViewSet

from .enums import AttemptState, EventSource
from .models import Attempt
from .selectors import attempts_needing_attention
from .settling import settle
from .transitions import MONEY_TAKEN


class CheckButtonColumn(Column):
    """A button that asks the provider now, for people who may."""

    cell_template_name = "ims_wagtail/payments/staff/check_cell.html"

    def __init__(self, namespace: str) -> None:
        super().__init__("check", label=_("Check"))
        self.namespace = namespace

    def render_cell_html(self, instance: Any, parent_context: Any) -> SafeString:
        context = self.get_cell_context_data(instance, parent_context)
        context["url"] = reverse(f"{self.namespace}:check", args=[instance.pk])
        # With the request, which Wagtail's own columns leave out: the form needs its token.
        return self.cell_template.render(context, parent_context.get("request"))


class AttemptIndexView(ScopedIndexView):
    """A list of attempts, each with a button to ask the provider now."""

    any_permission_required = ["view"]

    @property
    def columns(self) -> list[Column]:
        columns = super().columns
        if self.user_has_permission("check"):
            namespace = self.index_url_name.partition(":")[0]
            return [*columns, CheckButtonColumn(namespace)]
        return columns

    def get_page_subtitle(self) -> str:
        return ""


class AttentionIndexView(AttemptIndexView):
    page_title = _("Payments needing attention")
    empty_says = _("No payment needs a person. One whose outcome can’t be settled stands here.")

    def get_base_queryset(self) -> QuerySet[Any]:
        rows = super().get_base_queryset()
        return rows.filter(pk__in=attempts_needing_attention().order_by().values("pk"))


class WaitingIndexView(AttemptIndexView):
    page_title = _("Payments waiting for their provider")
    empty_says = _("No payment waits for its provider. One that is being made stands here.")

    def get_base_queryset(self) -> QuerySet[Any]:
        return super().get_base_queryset().filter(next_check_at__isnull=False)


class CheckNowView(PermissionCheckedMixin, View):
    """Asks the provider about one attempt. Only by POST, only in the person's funds, audited."""

    model = Attempt
    permission_required = "check"
    http_method_names = ["post"]
    index_url_name = ""

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
        return redirect(self.index_url_name)


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


def waits_for(attempt: Attempt) -> str:
    """Return what has to happen before an attempt is final."""
    if attempt.state in MONEY_TAKEN:
        return gettext("The provider to confirm that the money is ours")
    if attempt.state == AttemptState.ABANDONED:
        return gettext("Nothing: it is looked for in case it turns up after all")
    if attempt.state in (AttemptState.CREATING, AttemptState.UNKNOWN):
        return gettext("News whether the provider ever made it")
    if attempt.state == AttemptState.SUBMITTED:
        return gettext("The provider to confirm the payment")
    return gettext("The payer to pay or to give up")


_RECEIPT = ReferenceColumn(
    "order.reference",
    label=_("Receipt number"),
    get_url=lambda attempt: reverse("ims_orders:inspect", args=[attempt.order_id]),
)


class AttemptViewSet(ScopedModelViewSet):
    """Attempts in some standing, oldest first, which may be checked one by one."""

    model = Attempt
    views = ("index",)
    ordering = "created_at"
    select_related = ("order", "account")

    def get_urlpatterns(self) -> list[URLPattern]:
        view = self.construct_view(CheckNowView, index_url_name=self.get_url_name("index"))
        return [*super().get_urlpatterns(), path("check/<int:pk>/", view, name="check")]


class AttentionViewSet(AttemptViewSet):
    """Attempts with a problem, or unfinished for too long."""

    name = "attention"
    icon = "warning"
    menu_label = _("Needing attention")
    menu_order = 40
    index_view_class = AttentionIndexView
    list_display = [
        _RECEIPT,
        TimeColumn("created_at", label=_("Started"), sort_key="created_at"),
        Column("age", label=_("Age"), accessor=age),
        Column("get_state_display", label=_("State")),
        Column("why", label=_("Why"), accessor=why),
        Column("account", label=_("Merchant account")),
        MoneyColumn("amount", label=_("Amount"), sort_key="amount"),
    ]


class WaitingViewSet(AttemptViewSet):
    """Attempts that the schedule will look at again: since when, for what, when next."""

    name = "waiting"
    icon = "time"
    menu_label = _("Waiting")
    menu_order = 35
    index_view_class = WaitingIndexView
    list_display = [
        _RECEIPT,
        TimeColumn("created_at", label=_("Started"), sort_key="created_at"),
        Column("age", label=_("Age"), accessor=age),
        Column("waits_for", label=_("Waits for"), accessor=waits_for),
        Column("checks", label=_("Checks so far"), sort_key="checks"),
        TimeColumn("next_check_at", label=_("Next check"), sort_key="next_check_at"),
        Column("account", label=_("Merchant account")),
        MoneyColumn("amount", label=_("Amount"), sort_key="amount"),
    ]
