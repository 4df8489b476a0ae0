"""A day at a glance: what came in, and what needs a person."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
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

from ims_wagtail.access.filters import NativeDateInput
from ims_wagtail.access.needs import needs_of
from ims_wagtail.access.policy import scope_of
from ims_wagtail.backoffice.needs import approvals_of
from ims_wagtail.backoffice.notices import staff_notices
from ims_wagtail.clock import accounting_date
from ims_wagtail.payments.models import Attempt
from ims_wagtail.payments.selectors import attempts_needing_attention
from ims_wagtail.suspense.selectors import ageing
from ims_wagtail.ui.charts import Chart, Figure, Row

from .by_page import chart_by_page
from .takings import (
    WEEK,
    YEAR,
    Compared,
    chart_by_day,
    charts_of_day,
    takings_by_day,
    takings_of,
)


_TAKINGS = "ims_ledger.view_transaction"
_ATTEMPTS = "ims_payments.view_attempt"
_ORDERS = "ims_payments.view_order"
_SUSPENSE = "ims_suspense.view_suspenseitem"
#: How many payments are named on the dashboard; the list behind it has all.
_NAMED = 5


def may_see_dashboard(user: Any) -> bool:
    """Say whether there is anything for the user on the dashboard."""
    return bool(scope_of(user, _TAKINGS, _ATTEMPTS))


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


def waiting_for(user: Any) -> dict[str, Any]:
    """Return what needs the user, in a constant number of queries."""
    attention = attention_for(user)
    return {
        "attention": None if attention is None else list(attention[:_NAMED]),
        "attention_count": None if attention is None else attention.count(),
        "needs": needs_of(user),
    }


def figures_of(user: Any, day: date) -> dict[str, Any]:
    """Return a day's figures and charts in the user's funds; six queries at most."""
    figures: dict[str, Any] = {}
    if scope := scope_of(user, _TAKINGS):
        by_day = takings_by_day(scope, day)
        by_fund, by_method = charts_of_day(scope, day)
        figures = {
            "takings": by_day[day],
            "compared": [
                Compared(_("A week earlier"), by_day[day - WEEK]),
                Compared(_("52 weeks earlier"), by_day[day - YEAR]),
            ],
            "by_day": chart_by_day(by_day, day),
            "charts": [by_fund, by_method],
        }
        if orders := scope_of(user, _ORDERS):
            figures["charts"].append(chart_by_page(orders, day))
    return figures


def suspense_by_age(user: Any) -> Chart | None:
    """Return how old the money in suspense is; ``None`` where the user sees none. One query."""
    bands = ageing(user) if scope_of(user, _SUSPENSE) else []
    if not any(band.count for band in bands):
        return None
    return Chart(
        title=_("Money in suspense by age"),
        label_heading=_("Age"),
        value_headings=(_("Amount"),),
        rows=[Row(band.label, (Figure(band.amount, band.url),)) for band in bands],
    )


class DayForm(forms.Form):
    """Which day is looked at; today when not told."""

    day = forms.DateField(
        label=gettext_lazy("Day"),
        required=False,
        widget=NativeDateInput,
        error_messages={"invalid": gettext_lazy("Enter a day")},
    )


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
        user, today = self.request.user, accounting_date()
        form = DayForm(self.request.GET)
        day = (form.cleaned_data["day"] if form.is_valid() else None) or today
        # Two years before the first of all days there is nothing to compare with.
        day = max(day, date(1900, 1, 1))
        waiting = waiting_for(user)
        address = reverse("ims_dashboard")
        return {
            **super().get_context_data(**kwargs),
            **figures_of(user, day),
            **waiting,
            "suspense": suspense_by_age(user),
            "needs": [*approvals_of(user), *waiting["needs"]],
            "notices": staff_notices(self.request),
            "day": day,
            "is_today": day == today,
            "day_form": form if form.errors else DayForm(initial={"day": day}),
            "day_before": f"{address}?day={day - timedelta(days=1)}",
            "day_after": f"{address}?day={day + timedelta(days=1)}" if day < today else "",
        }


class IncomePanel(Component):
    """The few figures of the dashboard that stand on Wagtail's home page."""

    name = "ims_income"
    template_name = "ims_wagtail/backoffice/staff/home_panel.html"
    order = 90

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        user: Any = parent_context["request"].user if parent_context else None
        scope = scope_of(user, _TAKINGS)
        return {
            **waiting_for(user),
            "takings": takings_of(scope, accounting_date()) if scope else None,
            "is_today": True,
            "heading": _("Income today"),
        }
