"""Income → Reports: the list of them, and the page of each."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.saved_lists import question_of

from .asking import Asked
from .catalogue import REPORTS
from .files import FORMATS, may_take, send
from .forms import VIEW, AskForm, SaveReportForm, heading_of
from .models import Frequency, ReportResult, SavedReport
from .report import Outcome, Report
from .showing import SHOWN, shown


#: So many kept reports are named below a saved one.
_NAMED = 5


class ReportsMixin(WagtailAdminTemplateMixin):
    """A page for people who may see reports of some fund."""

    header_icon = "table"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not scope_of(request.user, VIEW):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_reports"), "label": _("Reports")},
            {"url": "", "label": self.get_page_title()},
        ]


class ReportsView(ReportsMixin, TemplateView):
    """Every report with what it counts, and the reader's own saved ones."""

    template_name = "ims_wagtail/reports/list.html"
    page_title = _("Reports")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        made = ReportResult.objects.filter(made_at__isnull=False).order_by("-due_on")
        owner: Any = self.request.user
        saved = SavedReport.objects.filter(owner=owner, report__in=REPORTS).order_by("name", "pk")
        return {
            **super().get_context_data(**kwargs),
            "reports": REPORTS.values(),
            "saved": [
                {
                    "saved": kept,
                    "report": REPORTS[kept.report],
                    "url": f"{reverse(REPORTS[kept.report].url_name)}?{kept.query}",
                    "results": kept.made[:_NAMED],
                }
                for kept in saved.prefetch_related(
                    Prefetch("results", made.only("pk", "saved_id", "due_on"), to_attr="made")
                )
            ],
        }


def outcome_context(*, user: Any, report: Report, asked: Asked, outcome: Outcome) -> dict[str, Any]:
    """Return what every page with an outcome shows."""
    return {
        "report": report,
        "heading": heading_of(report, asked),
        "outcome": shown(report, outcome),
        "shown": SHOWN,
        "formats": FORMATS if may_take(user, asked) else (),
    }


class ReportView(ReportsMixin, TemplateView):
    """One report: what is asked, its rows and totals, and the proof that the book says the same."""

    template_name = "ims_wagtail/reports/report.html"
    report: Report | None = None

    def get_page_title(self) -> str:
        return str(self._report.title)

    @property
    def _report(self) -> Report:
        if self.report is None:
            raise ValueError("this view is made for a report")
        return self.report

    def get(  # type: ignore[override]
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        self.form = AskForm(request.GET, user=request.user)
        self.asked = self.form.asked() if self.form.is_valid() else None
        self.outcome = self._report.make(self.asked) if self.asked else None
        if "export" in request.GET and self.asked and self.outcome:
            return send(
                user=request.user,
                report=self._report,
                asked=self.asked,
                outcome=self.outcome,
                wanted=request.GET["export"],
            )
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {
            **super().get_context_data(**kwargs),
            "report": self._report,
            "form": self.form,
            "question": question_of(self.request.GET),
        }
        if self.asked and self.outcome:
            context |= outcome_context(
                user=self.request.user,
                report=self._report,
                asked=self.asked,
                outcome=self.outcome,
            )
            context |= {"save_form": SaveReportForm(), "frequencies": Frequency.choices}
        return context
