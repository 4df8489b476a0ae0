"""Staff screens of accounting months: those closed, closing the next, opening the latest again."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from ims_wagtail.access.columns import ReferenceColumn, TimeColumn
from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.views import ScopedIndexView, ScopedInspectView
from ims_wagtail.access.viewsets import ScopedModelViewSet

from .exceptions import PeriodRefused
from .models import ClosedPeriod, DailyTotal
from .periods import (
    CLOSE,
    REOPEN,
    close_period,
    is_over,
    last_day_of,
    latest_closed,
    name_of_month,
    next_to_close,
    open_matters,
    reopen_period,
    why_not_reopen,
)


def _name(user: Any) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


class PeriodIndexView(ScopedIndexView):
    """Every month that was closed, the latest first; those opened again stay in the list."""

    any_permission_required = ["view"]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not scope_of(self.request.user, CLOSE).every:
            return []
        url = reverse("ims_closed_months:close")
        return [HeaderButton(_("Close a month"), url=url, icon_name="lock")]


class CloseView(WagtailAdminTemplateMixin, View):
    """Shows what of the next month is not done, and closes it."""

    model = ClosedPeriod
    template_name = "ims_wagtail/ledger/staff/close_period.html"
    page_title = gettext_lazy("Close a month")
    header_icon = "lock"

    def dispatch(self, request: HttpRequest) -> HttpResponse:
        if not scope_of(request.user, CLOSE).every:
            raise PermissionDenied
        self.month = next_to_close()
        return super().dispatch(request)  # type: ignore[return-value]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show()

    def post(self, request: HttpRequest) -> HttpResponse:
        # The month the person looked at: another one may have its turn by now.
        if self.month is None or request.POST.get("month") != self.month.isoformat():
            return self._show(_("It is another month's turn now. Look at it first."))
        try:
            period = close_period(month=self.month, by=request.user)
        except PeriodRefused as refused:
            return self._show(str(refused))
        messages.success(
            request, _("%(month)s is closed.") % {"month": name_of_month(period.month)}
        )
        return redirect("ims_closed_months:inspect", period.pk)

    def _show(self, problem: str = "") -> HttpResponse:
        context = self.get_context_data(problem=problem, **self._facts())
        return self.render_to_response(context, status=422 if problem else 200)

    def _facts(self) -> dict[str, Any]:
        if self.month is None:
            return {"month": None}
        days = {"accounting_date__range": (self.month, last_day_of(self.month))}
        figures = DailyTotal.objects.filter(**days).aggregate(
            lines=Sum("line_count", default=0), amount=Sum("amount", default=0)
        )
        return {
            "month": self.month,
            "last_day": last_day_of(self.month),
            "is_over": is_over(self.month),
            "matters": open_matters(self.month),
            "figures": figures,
        }

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_closed_months:index"), "label": _("Closed months")},
            {"url": "", "label": self.get_page_title()},
        ]


class ReopenForm(forms.Form):
    """Why a month is opened again."""

    reason = forms.CharField(
        label=gettext_lazy("Why it has to be opened again"),
        max_length=400,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Kept for good, so leave out what is personal."),
    )


class PeriodView(ScopedInspectView):
    """One closed month: its figures in the reader's funds, and the way to open it again."""

    any_permission_required = ["view"]
    template_name = "ims_wagtail/ledger/staff/period.html"
    page_title = gettext_lazy("Closed month")

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("closed_by", "reopened_by")

    def get_page_subtitle(self) -> str:
        return name_of_month(self.object.month)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Open the month again."""
        if not scope_of(request.user, REOPEN).every:
            raise PermissionDenied
        form = ReopenForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            reopen_period(
                period_id=self.object.pk, by=request.user, reason=form.cleaned_data["reason"]
            )
        except PeriodRefused as refused:
            messages.error(request, str(refused))
        else:
            month = name_of_month(self.object.month)
            messages.success(request, _("%(month)s is open again.") % {"month": month})
        return redirect("ims_closed_months:inspect", self.object.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        period, reader = self.object, self.request.user
        seen = scope_of(reader, "ims_ledger.view_transaction")
        totals = period.totals.select_related("fund", "method").order_by(
            "fund__code", "method__code", "kind"
        )
        if not seen.every:
            totals = totals.filter(fund_id__in=seen.fund_ids)
        latest = latest_closed()
        is_latest = latest is not None and latest.pk == period.pk
        return {
            "form": ReopenForm(),
            **super().get_context_data(**kwargs),
            "period": period,
            "closed_by": _name(period.closed_by),
            "reopened_by": _name(period.reopened_by),
            "totals": list(totals),
            "sees_all": seen.every,
            "is_latest": is_latest,
            "may_reopen": is_latest and scope_of(reader, REOPEN).every,
            "why_not": why_not_reopen(period, reader) if is_latest else "",
        }


class PeriodViewSet(ScopedModelViewSet):
    """Accounting months that are closed, for the council as a whole."""

    model = ClosedPeriod
    name = "closed-months"
    icon = "lock"
    menu_label = gettext_lazy("Closed months")
    menu_order = 55
    views = ("index", "inspect")
    index_view_class = PeriodIndexView
    inspect_view_class = PeriodView
    inspect_template_name = PeriodView.template_name
    inspect_view_fields = ["month"]
    ordering = ("-month", "-closed_at")
    select_related = ("closed_by", "reopened_by")
    list_display = [
        ReferenceColumn(
            "month",
            label=gettext_lazy("Month"),
            accessor=lambda period: name_of_month(period.month),
            get_url=lambda period: reverse("ims_closed_months:inspect", args=[period.pk]),
        ),
        TimeColumn("closed_at", label=gettext_lazy("Closed")),
        Column("closed_by", label=gettext_lazy("By"), accessor=lambda p: _name(p.closed_by)),
        TimeColumn("reopened_at", label=gettext_lazy("Opened again")),
        Column(
            "reopened_by",
            label=gettext_lazy("Opened again by"),
            accessor=lambda p: _name(p.reopened_by),
        ),
        Column("reason", label=gettext_lazy("Why")),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("close/", CloseView.as_view(), name="close")]
