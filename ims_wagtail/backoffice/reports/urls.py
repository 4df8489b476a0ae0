"""Addresses of reports in the Wagtail admin."""

from django.urls import path

from .catalogue import REPORTS
from .kept_views import KeptReportView, RemoveReportView, SaveReportView
from .views import ReportsView, ReportView


urlpatterns = [
    path("", ReportsView.as_view(), name="ims_reports"),
    *(
        path(f"{report.code}/", ReportView.as_view(report=report), name=report.url_name)
        for report in REPORTS.values()
    ),
    path("save/", SaveReportView.as_view(), name="ims_save_report"),
    path("saved/<int:pk>/remove/", RemoveReportView.as_view(), name="ims_remove_report"),
    path("kept/<int:pk>/", KeptReportView.as_view(), name="ims_kept_report"),
]
