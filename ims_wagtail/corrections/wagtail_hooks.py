"""What corrections register with the Wagtail admin."""

from django.http import HttpRequest
from wagtail import hooks

from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.ledger.models import Posting
from ims_wagtail.ledger.viewsets import POSTING_PANELS

from .panel import CorrectionPanel, correction_panel
from .viewset import CorrectionViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[ScopedModelViewSet]:
    """Register the screens of corrections."""
    return [CorrectionViewSet()]


@hooks.register(POSTING_PANELS)
def posting_panel(posting: Posting, request: HttpRequest) -> CorrectionPanel | None:
    """Show the corrections of a posting on the ledger's page of it."""
    return correction_panel(posting, request)
