"""What access registers with the Wagtail admin."""

from django.templatetags.static import static
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks

from . import own_rights, saved_lists
from .group_panel import GroupFundsPanel


@hooks.register("register_group_permission_panel")
def group_funds_panel() -> type[GroupFundsPanel]:
    """Let the Groups screen say which funds a group works in."""
    return GroupFundsPanel


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    """Register saving lists and removing saved ones."""
    return saved_lists.urlpatterns


@hooks.register("insert_global_admin_css")
def staff_css() -> SafeString:
    """Link the styles of staff lists and pages."""
    return format_html('<link rel="stylesheet" href="{}">', static("ims_wagtail/access/staff.css"))


hooks.register("before_create_user", own_rights.before_creating)
hooks.register("after_create_user", own_rights.after_creating)
hooks.register("before_edit_user", own_rights.before_editing)
hooks.register("after_edit_user", own_rights.after_editing)
hooks.register("before_bulk_action", own_rights.before_many)
