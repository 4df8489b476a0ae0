"""What access registers with the Wagtail admin."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks

from .group_panel import GroupFundsPanel


@hooks.register("register_group_permission_panel")
def group_funds_panel() -> type[GroupFundsPanel]:
    """Let the Groups screen say which funds a group works in."""
    return GroupFundsPanel


@hooks.register("insert_global_admin_css")
def staff_css() -> SafeString:
    """Link the styles of staff lists and pages."""
    return format_html('<link rel="stylesheet" href="{}">', static("ims_wagtail/access/staff.css"))
