"""What the screens share on which staff ask people to pay."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.generic import View
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from .rights import asking_scope


class AskingView(WagtailAdminTemplateMixin, View):
    """A screen for whoever may ask to pay into some fund, and for nobody else."""

    header_icon = "link"

    def dispatch(self, request: HttpRequest) -> HttpResponse:
        if not asking_scope(request.user):
            raise PermissionDenied
        return super().dispatch(request)  # type: ignore[return-value]
