"""Today at a glance: what came in, by fund and by method, and which payments need a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.permissions import policy_registry

from ims_wagtail.access.needs import needs_of
from ims_wagtail.access.policy import scope_of
from ims_wagtail.clock import accounting_date
from ims_wagtail.ledger.enums import TAKINGS_KINDS
from ims_wagtail.ledger.filters import TAKINGS
from ims_wagtail.ledger.models import DailyTotal
from ims_wagtail.money import ZERO
from ims_wagtail.payments.models import Attempt
from ims_wagtail.payments.selectors import attempts_needing_attention

from .needs import approvals_of
from .notices import staff_notices


_TAKINGS = "ims_ledger.view_transaction"
_ATTEMPTS = "ims_payments.view_attempt"
#: How many payments are named on the dashboard; the list behind it has all.
_NAMED = 5

Row = tuple[str, Decimal, str | None]


@dataclass(frozen=True, slots=True)
class Takings:
    """Money in and out on one day, in the reader's funds."""

    day: date
    total: Decimal
    transactions: int
    by_fund: list[Row]
    by_method: list[Row]
    url: str


def may_see_dashboard(user: Any) -> bool:
    """Say whether there is anything for the user on the dashboard."""
    return bool(scope_of(user, _TAKINGS, _ATTEMPTS))


def takings_today(user: Any) -> Takings | None:
    """Return today's takings in the user's funds, from the rollup; None when they see none."""
    scope = scope_of(user, _TAKINGS)
    if not scope:
        return None
    today = accounting_date()
    rows = DailyTotal.objects.filter(accounting_date=today, kind__in=TAKINGS_KINDS)
    if not scope.every:
        rows = rows.filter(fund_id__in=scope.fund_ids)
    totals = list(rows.select_related("fund", "method").order_by("fund__code", "method__code"))
    return Takings(
        day=today,
        total=sum((row.amount for row in totals), ZERO),
        transactions=sum(row.line_count for row in totals),
        by_fund=_sums(totals, "fund", today),
        by_method=_sums(totals, "method", today),
        url=transactions_url(today),
    )


def _sums(totals: list[DailyTotal], by: str, day: date) -> list[Row]:
    sums: dict[Any, Decimal] = {}
    for total in totals:
        key = getattr(total, by)
        sums[key] = sums.get(key, ZERO) + total.amount
    largest_first = sorted(sums.items(), key=lambda item: (-item[1], item[0].code))
    return [
        (item.name, amount, transactions_url(day, **{by: item.pk}))
        for item, amount in largest_first
    ]


def transactions_url(day: date, **narrowed: int) -> str:
    """Return the address of the transactions behind a figure of a day."""
    asked = {"entered_at_from": day, "entered_at_to": day, "kind": TAKINGS, **narrowed}
    return f"{reverse('ims_transactions:index')}?{urlencode(asked)}"


def attention_for(user: Any) -> QuerySet[Attempt] | None:
    """Return the payments needing attention in the user's funds; None when they see none."""
    if not scope_of(user, _ATTEMPTS):
        return None
    policy = policy_registry.get_by_type(Attempt)
    mine = policy.instances_user_has_any_permission_for(user, ["view"])
    return (
        attempts_needing_attention()
        .order_by("created_at", "pk")
        .filter(pk__in=mine.values("pk"))
        .select_related("order")
    )


def dashboard_context(user: Any) -> dict[str, Any]:
    """Return everything the dashboard shows this user, in a constant number of queries."""
    attention = attention_for(user)
    return {
        "takings": takings_today(user),
        "attention": None if attention is None else list(attention[:_NAMED]),
        "attention_count": None if attention is None else attention.count(),
        "needs": needs_of(user),
    }


class DashboardView(WagtailAdminTemplateMixin, TemplateView):
    """The page behind Income → Today."""

    template_name = "ims_wagtail/backoffice/staff/dashboard.html"
    page_title = gettext_lazy("Income today")
    header_icon = "pound-sign"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_see_dashboard(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = dashboard_context(self.request.user)
        return {
            **super().get_context_data(**kwargs),
            **context,
            "needs": [*approvals_of(self.request.user), *context["needs"]],
            "notices": staff_notices(self.request),
        }


class IncomePanel(Component):
    """The few figures of the dashboard that stand on Wagtail's home page."""

    name = "ims_income"
    template_name = "ims_wagtail/backoffice/staff/home_panel.html"
    order = 90

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        user = parent_context["request"].user if parent_context else None
        return {**dashboard_context(user), "heading": _("Income today")}
