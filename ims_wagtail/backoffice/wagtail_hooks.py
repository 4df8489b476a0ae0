"""What the back office registers with the Wagtail admin."""

from django.http import HttpRequest
from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.admin.menu import SubmenuMenuItem
from wagtail.admin.ui.components import Component

from ims_wagtail.access.viewsets import INCOME_MENU, ScopedModelViewSet

from .audit_list import AuditEntryViewSet
from .dashboard import DashboardView, IncomePanel, may_see_dashboard
from .menus import income_menu, reference_menu, setup_menu
from .reference_data import register_reference_data
from .setup import CheckDigitViewSet, FundViewSet, PaymentTypeViewSet, ReferenceRuleViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[ScopedModelViewSet]:
    """Register the screens of set-up and audit."""
    return [
        FundViewSet(),
        PaymentTypeViewSet(),
        ReferenceRuleViewSet(),
        CheckDigitViewSet(),
        AuditEntryViewSet(),
    ]


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    """Register the dashboard."""
    return [path("income/", DashboardView.as_view(), name="ims_dashboard")]


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


register_reference_data()
