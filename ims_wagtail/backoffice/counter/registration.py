"""What the counter registers with the Wagtail admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from ims_wagtail.access.viewsets import INCOME_MENU, ScopedModelViewSet

from .rights import counter_scope
from .viewset import SessionViewSet


class TillMenuItem(MenuItem):
    """A cashier's own till, for people who may take money for some fund."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(counter_scope(request.user))


@hooks.register("register_admin_viewset")
def viewset() -> ScopedModelViewSet:
    """Register the list of cashier sessions."""
    return SessionViewSet()


@hooks.register("register_admin_urls")
def urls() -> list[URLResolver]:
    """Register the screens of the counter."""
    return [path("income/counter/", include("ims_wagtail.backoffice.counter.urls"))]


@hooks.register(INCOME_MENU)
def menu_till() -> MenuItem:
    """Put the till into the menu, after taking a payment."""
    return TillMenuItem(
        _("My till"),
        reverse_lazy("ims_counter:sessions"),
        name="ims-my-till",
        icon_name="user",
        order=16,
    )


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    """Let the Groups screen say who takes money, closes and confirms, voids and returns."""
    return Permission.objects.filter(
        content_type__app_label="ims_backoffice",
        codename__in=(
            "take_at_counter",
            "close_cashiersession",
            "confirm_cashiersession",
            "return_cheque",
            "void_receipt",
        ),
    )
