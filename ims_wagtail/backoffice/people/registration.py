"""What the screens about people, and the words to them, register with the Wagtail admin."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from ims_wagtail.access.viewsets import SETUP_MENU, ScopedModelViewSet
from ims_wagtail.backoffice.notices import NoticePanel, NoticeViewSet, staff_notices

from .review import AccessReviewMenuItem, AccessReviewView
from .screens import PeopleViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[ScopedModelViewSet]:
    """Register the list of people and the messages of the day."""
    return [PeopleViewSet(), NoticeViewSet()]


@hooks.register("construct_homepage_panels")
def home_notices(request: HttpRequest, panels: list[Component]) -> None:
    """Show staff the messages of the day on Wagtail's home page."""
    if notices := staff_notices(request):
        panels.append(NoticePanel(notices))


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    """Register the access review."""
    return [path("income/access-review/", AccessReviewView.as_view(), name="ims_access_review")]


@hooks.register(SETUP_MENU)
def menu_review() -> MenuItem:
    """Put the access review into the menu."""
    return AccessReviewMenuItem(
        _("Access review"),
        reverse_lazy("ims_access_review"),
        name="ims-access-review",
        icon_name="key",
        order=110,
    )
