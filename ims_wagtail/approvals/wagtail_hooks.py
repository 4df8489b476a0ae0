"""What approvals registers with the Wagtail admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component

from ims_wagtail.access.viewsets import ScopedModelViewSet

from . import kinds
from .limits import ApprovalLimitViewSet
from .panel import waiting_panel
from .viewsets import ApprovalViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[ScopedModelViewSet]:
    """Register the queue and the limits."""
    return [ApprovalViewSet(), ApprovalLimitViewSet()]


@hooks.register("construct_homepage_panels")
def home_panel(request: HttpRequest, panels: list[Component]) -> None:
    """Say on Wagtail's home page how many requests wait for the person."""
    if panel := waiting_panel(request.user):
        panels.append(panel)


@hooks.register("register_permissions")
def permissions_of_kinds() -> QuerySet[Permission]:
    """Let the Groups screen say who may ask for what and who may approve it."""
    wanted = Permission.objects.none()
    for kind in kinds.every():
        for name in (kind.ask, kind.approve):
            app_label, codename = name.split(".")
            wanted |= Permission.objects.filter(
                content_type__app_label=app_label, codename=codename
            )
    return wanted
