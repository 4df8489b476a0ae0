"""What this room adds to the Wagtail admin."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button

from .archive.archiving import leave_out_archived
from .archive.screens import ArchiveView, archive_address
from .feedback.screens import EditorsMenuItem, FeedbackView, is_asking
from .mixins import PayablePageMixin
from .publishing import ask_finance_first, refuse_unready_pages
from .trying.views import step_address, try_a_page
from .viewsets import AnyPageViewSet, viewsets


hooks.register("construct_explorer_page_queryset", leave_out_archived)
hooks.register("before_bulk_action", refuse_unready_pages)
hooks.register("before_publish_page", ask_finance_first)
# First, so that a site may have screens of its own.
hooks.register("register_admin_viewset", viewsets, order=-1)
# After Wagtail's own, which is at -1 as well, and before a site's.
hooks.register("register_admin_viewset", AnyPageViewSet, order=-0.5)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Where editors put pages away, read what people say of them, and try them out."""
    return [
        path("income/archived-pages/", ArchiveView.as_view(), name="ims_archived_pages"),
        path("income/page-feedback/", FeedbackView.as_view(), name="ims_page_feedback"),
        path("income/try-a-page/", try_a_page, name="ims_try_a_page"),
    ]


@hooks.register("register_reports_menu_item")
def feedback_item() -> MenuItem:
    """Lead there from Wagtail's reports."""
    return EditorsMenuItem(
        gettext_lazy("Payment page feedback"),
        reverse_lazy("ims_page_feedback"),
        name="page-feedback",
        icon_name="comment",
        order=900,
    )


@hooks.register("register_page_header_buttons")
def feedback_button(page: Any, user: Any, view_name: str, next_url: Any = None) -> Iterator[Any]:
    """Lead there from a page that asks."""
    if is_asking(page) and page.permissions_for_user(user).can_edit():
        yield Button(
            gettext_lazy("Feedback"),
            f"{reverse_lazy('ims_page_feedback')}?page={page.pk}",
            icon_name="comment",
            priority=90,
        )


@hooks.register("register_page_header_buttons")
def try_button(page: Any, user: Any, view_name: str, next_url: Any = None) -> Iterator[Any]:
    """Lead from a page to trying it out."""
    if isinstance(page, PayablePageMixin) and page.permissions_for_user(user).can_edit():
        yield Button(
            gettext_lazy("Try it out"),
            step_address(page, "start"),
            icon_name="view",
            priority=85,
        )


@hooks.register("register_page_header_buttons")
def archive_button(page: Any, user: Any, view_name: str, next_url: Any = None) -> Iterator[Any]:
    """Lead from a page to putting it away."""
    if address := archive_address(page, user):
        yield Button(gettext_lazy("Archive"), address, icon_name="folder-inverse", priority=95)


@hooks.register("register_reports_menu_item")
def archived_item() -> MenuItem:
    """Lead from Wagtail's reports to the pages that are put away."""
    return EditorsMenuItem(
        gettext_lazy("Archived payment pages"),
        reverse_lazy("ims_archived_pages"),
        name="archived-pages",
        icon_name="folder-inverse",
        order=910,
    )


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    """Let the Groups screen say who signs off pages."""
    return Permission.objects.filter(content_type__app_label="ims_pages", codename="sign_off_page")
