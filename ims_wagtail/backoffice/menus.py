"""The Income menu: one place in Wagtail's sidebar, to which every room appends its screens."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from ims_wagtail.access.viewsets import INCOME_MENU, REFERENCE_MENU, SETUP_MENU

from .dashboard.views import may_see_dashboard
from .health.views import may_see_health
from .packs.views import EXPORT, IMPORT
from .packs.views import may as may_move_packs


class DashboardMenuItem(MenuItem):
    """Today's takings, for people with something to see there."""

    def is_shown(self, request) -> bool:  # type: ignore[no-untyped-def]
        return may_see_dashboard(request.user)


class HealthMenuItem(MenuItem):
    """What is missing or contradictory, for people who can do something about it."""

    def is_shown(self, request) -> bool:  # type: ignore[no-untyped-def]
        return may_see_health(request.user)


class PacksMenuItem(MenuItem):
    """The whole set-up as a file, for people who work in all funds."""

    def is_shown(self, request) -> bool:  # type: ignore[no-untyped-def]
        return may_move_packs(request.user, EXPORT, IMPORT)


def health_item() -> MenuItem:
    """Return the menu item of the page of health."""
    return HealthMenuItem(
        _("Health"),
        reverse_lazy("ims_health"),
        name="ims-health",
        icon_name="circle-check",
        order=920,
    )


def packs_item() -> MenuItem:
    """Return the menu item of the set-up packs."""
    return PacksMenuItem(
        _("Set-up packs"),
        reverse_lazy("ims_packs:index"),
        name="ims-set-up-packs",
        icon_name="download",
        order=930,
    )


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
