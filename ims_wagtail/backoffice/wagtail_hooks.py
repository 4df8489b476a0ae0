"""What the back office registers with the Wagtail admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path
from wagtail import hooks
from wagtail.admin.menu import MenuItem, SubmenuMenuItem
from wagtail.admin.ui.components import Component

from ims_wagtail.access.viewsets import INCOME_MENU, ScopedModelViewSet

from .audit_list import AuditEntryViewSet
from .counter import registration as counter_registration  # noqa: F401
from .dashboard.views import DashboardView, IncomePanel, may_see_dashboard
from .health.views import HealthView
from .menus import health_item, income_menu, packs_item, reference_menu, setup_menu
from .people import registration as people_registration  # noqa: F401
from .prices.viewset import PriceViewSet
from .read_list import ReadEntryViewSet
from .reference_data import register_reference_data
from .requests import registration as requests_registration  # noqa: F401
from .setup import (
    AttributeViewSet,
    CheckDigitViewSet,
    FundGroupViewSet,
    FundViewSet,
    PaymentTypeViewSet,
    ReferenceRuleViewSet,
)
from .taking import registration as taking_registration  # noqa: F401


@hooks.register("register_admin_viewset")
def viewsets() -> list[ScopedModelViewSet]:
    """Register the screens of set-up and audit."""
    return [
        FundViewSet(),
        FundGroupViewSet(),
        AttributeViewSet(),
        PaymentTypeViewSet(),
        PriceViewSet(),
        ReferenceRuleViewSet(),
        CheckDigitViewSet(),
        AuditEntryViewSet(),
        ReadEntryViewSet(),
    ]


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    """Register the dashboard, the page of health and the set-up packs."""
    return [
        path("income/", DashboardView.as_view(), name="ims_dashboard"),
        path("income/health/", HealthView.as_view(), name="ims_health"),
        path("income/set-up-packs/", include("ims_wagtail.backoffice.packs.urls")),
    ]


@hooks.register("construct_homepage_panels")
def home_panel(request: HttpRequest, panels: list[Component]) -> None:
    """Show today's figures on Wagtail's home page, to people who may see some."""
    if may_see_dashboard(request.user):
        panels.append(IncomePanel())


@hooks.register("register_admin_menu_item")
def menu() -> SubmenuMenuItem:
    """Register the Income menu."""
    return income_menu()


@hooks.register(INCOME_MENU)
def menu_setup() -> SubmenuMenuItem:
    """Register the set-up part of the Income menu."""
    return setup_menu()


@hooks.register(INCOME_MENU)
def menu_reference() -> SubmenuMenuItem:
    """Register the reference data part of the Income menu."""
    return reference_menu()


@hooks.register(INCOME_MENU)
def menu_health() -> MenuItem:
    """Register the page of health."""
    return health_item()


@hooks.register(INCOME_MENU)
def menu_packs() -> MenuItem:
    """Register the set-up packs."""
    return packs_item()


@hooks.register("register_permissions")
def permissions_without_a_list() -> QuerySet[Permission]:
    """Let the Groups screen say who may see health and move set-ups."""
    return Permission.objects.filter(
        content_type__app_label="ims_backoffice",
        codename__in=("view_health", "export_setuppack", "import_setuppack"),
    )


register_reference_data()
