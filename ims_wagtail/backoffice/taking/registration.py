"""What taking payments registers with the Wagtail admin."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from ims_wagtail.access.viewsets import INCOME_MENU, ScopedModelViewSet

from .rights import taking_scope
from .viewset import StaffPaymentViewSet


class TakeMenuItem(MenuItem):
    """Taking a payment, for people who may for some fund."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(taking_scope(request.user))


@hooks.register("register_admin_viewset")
def viewset() -> ScopedModelViewSet:
    """Register the list of payments taken by staff."""
    return StaffPaymentViewSet()


@hooks.register("register_admin_urls")
def urls() -> list[URLResolver]:
    """Register the screens on which a payment is taken."""
    return [path("income/take-a-payment/", include("ims_wagtail.backoffice.taking.urls"))]


@hooks.register(INCOME_MENU)
def menu_take() -> MenuItem:
    """Put taking a payment into the menu, near its top."""
    return TakeMenuItem(
        _("Take a payment"),
        reverse_lazy("ims_taking:take"),
        name="ims-take-a-payment",
        icon_name="pound-sign",
        order=15,
    )
