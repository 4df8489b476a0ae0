"""What reports register with the Wagtail admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.viewsets import INCOME_MENU

from .forms import VIEW


class ReportsMenuItem(MenuItem):
    """Shown to whoever may see reports of some fund."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(scope_of(request.user, VIEW))


@hooks.register("register_admin_urls")
def urls() -> list[URLResolver]:
    """Register the reports."""
    return [path("income/reports/", include("ims_wagtail.backoffice.reports.urls"))]


@hooks.register(INCOME_MENU)
def menu() -> MenuItem:
    """Put the reports into the Income menu."""
    return ReportsMenuItem(
        _("Reports"), reverse_lazy("ims_reports"), name="ims-reports", icon_name="table", order=15
    )


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    """Let the Groups screen say who may see reports and take them away."""
    return Permission.objects.filter(content_type__app_label="ims_reports")
