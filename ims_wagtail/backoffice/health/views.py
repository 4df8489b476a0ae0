"""The page behind Income → Health."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from ims_wagtail.access.policy import Scope, scope_of
from ims_wagtail.probes import Finding, Looks, Severity, findings

from .links import address_of


PERMISSION = "ims_backoffice.view_health"


def may_see_health(user: Any) -> bool:
    """Say whether the user may see health, if only that of some funds."""
    return bool(scope_of(user, PERMISSION))


def within(scope: Scope, found: list[Finding]) -> list[Finding]:
    """Return what a person of this scope may read: the whole, or what is about their funds."""
    return [each for each in found if scope.every or each.fund_id in scope.fund_ids]


class HealthView(WagtailAdminTemplateMixin, TemplateView):
    """Everything the probes find, worst first; nothing is kept, so a fault put right is gone."""

    template_name = "ims_wagtail/backoffice/staff/health.html"
    page_title = gettext_lazy("Health")
    header_icon = "circle-check"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_see_health(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = within(scope_of(self.request.user, PERMISSION), findings(*Looks))
        return {
            **super().get_context_data(**kwargs),
            "errors": [(each, address_of(each.about)) for each in found if is_error(each)],
            "warnings": [(each, address_of(each.about)) for each in found if not is_error(each)],
        }


def is_error(finding: Finding) -> bool:
    """Say whether money or residents are hit."""
    return finding.severity == Severity.ERROR
