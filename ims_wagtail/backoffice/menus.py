"""The Income menu: one place in Wagtail's sidebar, to which every room appends its screens."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from ims_wagtail.access.viewsets import INCOME_MENU, REFERENCE_MENU, SETUP_MENU

from .dashboard import may_see_dashboard


class DashboardMenuItem(MenuItem):
    """Today's takings, for people with something to see there."""

    def is_shown(self, request) -> bool:  # type: ignore[no-untyped-def]
        return may_see_dashboard(request.user)


def income_menu() -> SubmenuMenuItem:
    """Return the Income menu; a person sees it when they may see anything in it."""
    return SubmenuMenuItem(
        _("Income"),
        Menu(
            register_hook_name=INCOME_MENU,
            items=[
                DashboardMenuItem(
                    _("Today"),
                    reverse_lazy("ims_dashboard"),
                    name="ims-today",
                    icon_name="home",
                    order=10,
                )
            ],
        ),
        name="ims-income",
        icon_name="pound-sign",
        order=250,
    )


def setup_menu() -> SubmenuMenuItem:
    """Return the part of the Income menu by which a council is set up."""
    return SubmenuMenuItem(
        _("Set-up"),
        Menu(register_hook_name=SETUP_MENU),
        name="ims-setup",
        icon_name="cogs",
        order=900,
    )


def reference_menu() -> SubmenuMenuItem:
    """Return the part of the Income menu with codes that hardly ever change."""
    return SubmenuMenuItem(
        _("Reference data"),
        Menu(register_hook_name=REFERENCE_MENU),
        name="ims-reference-data",
        icon_name="list-ul",
        order=910,
    )
