"""Saving a report, removing it, and reading what was kept of it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import TemplateView
from wagtail.admin import messages

from ims_wagtail.access import audit
from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.saved_lists import question_of

from .catalogue import REPORTS
from .files import send
from .forms import VIEW, SaveReportForm
from .keeping import covers, read
from .models import Frequency, ReportResult, SavedReport
from .views import ReportsMixin, outcome_context


class SaveReportView(View):
    """Keeps what is asked of a report under a name; the same name again replaces it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not scope_of(user, VIEW):
            raise PermissionDenied
        report = REPORTS.get(request.POST.get("report", ""))
        if report is None:
            raise Http404
        question = question_of(QueryDict(request.POST.get("query", "")))
        form = SaveReportForm(request.POST)
        if not form.is_valid():
            problem = next(iter(form.errors.values()))[0]
            messages.error(
                request, _("The report was not saved. %(problem)s") % {"problem": problem}
            )
            return redirect(f"{reverse(report.url_name)}?{question}")
        with transaction.atomic():
            frequency = Frequency(form.cleaned_data["frequency"])
            saved, _new = SavedReport.objects.update_or_create(
                owner=user,
                report=report.code,
                name=form.cleaned_data["name"],
                defaults={"query": question, "frequency": frequency, "problem": ""},
            )
            after = {"report": report.code, "frequency": frequency.value, "query": question}
            audit.record(user=user, action="save report", obj=saved, after=after)
        messages.success(request, _("Report saved as “%(name)s”.") % {"name": saved.name})
        if frequency != Frequency.NEVER and not user.email:
            messages.warning(request, _("You have no e-mail address, so it can't be sent to you."))
        return redirect("ims_reports")


class RemoveReportView(View):
    """Removes one of the person's own saved reports, and what was kept of it."""

    model = SavedReport
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.is_authenticated:
            raise PermissionDenied
        saved = get_object_or_404(SavedReport, pk=pk, owner=request.user)
        with transaction.atomic():
            audit.record(user=request.user, action="remove saved report", obj=saved)
            saved.delete()
        messages.success(request, _("Saved report removed."))
        return redirect("ims_reports")


class KeptReportView(ReportsMixin, TemplateView):
    """A report as it was on its day, for its owner, as long as they work in its funds."""

    model = ReportResult
    template_name = "ims_wagtail/reports/kept.html"
    page_title = gettext_lazy("Kept report")

    def get(  # type: ignore[override]
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        self.result = get_object_or_404(
            ReportResult.objects.select_related("saved"),
            pk=kwargs["pk"],
            saved__owner=request.user,
            saved__report__in=REPORTS,
            made_at__isnull=False,
        )
        self.report = REPORTS[self.result.saved.report]
        self.asked, self.outcome = read(self.report, vars(self.result))
        if not covers(scope_of(request.user, VIEW), self.asked):
            raise PermissionDenied
        if "export" in request.GET:
            return send(
                user=request.user,
                report=self.report,
                asked=self.asked,
                outcome=self.outcome,
                wanted=request.GET["export"],
            )
        return super().get(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return f"{self.result.saved.name}, {date_format(self.result.due_on, 'j M Y')}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "result": self.result,
            **outcome_context(
                user=self.request.user,
                report=self.report,
                asked=self.asked,
                outcome=self.outcome,
            ),
        }
