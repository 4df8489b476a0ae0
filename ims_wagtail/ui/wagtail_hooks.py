"""What this app registers with the Wagtail admin."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


#: Drawn for this project; the names are what ``menu_icon`` and ``{% icon %}`` take.
ICONS = ("bank", "ledger", "pound-sign", "receipt", "refund")


@hooks.register("register_icons")
def register_icons(icons: list[str]) -> list[str]:
    """Add the icons of money: a menu item that names an unknown icon shows a blank."""
    return [*icons, *(f"ims_wagtail/ui/icons/{name}.svg" for name in ICONS)]


@hooks.register("insert_global_admin_css")
def admin_css() -> SafeString:
    """Link the styles of charts and other shared pieces of our admin screens."""
    return format_html('<link rel="stylesheet" href="{}">', static("ims_wagtail/ui/admin.css"))
