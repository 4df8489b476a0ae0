"""Reports, as an app of its own: it keeps what people ask for and what came of it."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "ims_wagtail.backoffice.reports"
    label = "ims_reports"
    verbose_name = "Reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ims_wagtail.notifications.renderers import register

        from .sending import REPORT_MESSAGE, report_email

        register(REPORT_MESSAGE, report_email)
