"""What the screens about prices share."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from ims_wagtail.funds.models import Price


class PriceScreen(WagtailAdminTemplateMixin, View):
    """A page of the admin for people who have every one of its permissions."""

    model = Price
    permissions: tuple[str, ...] = ()
    header_icon = "pound-sign"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perms(self.permissions):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_prices:index"), "label": _("Prices")},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]
