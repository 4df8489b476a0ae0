"""What corrections register with the Wagtail admin."""

from wagtail import hooks

from ims_wagtail.access.viewsets import ScopedModelViewSet

from .uploads.viewset import JournalUploadViewSet
from .viewset import CorrectionViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[ScopedModelViewSet]:
    """Register the screens of corrections."""
    return [CorrectionViewSet(), JournalUploadViewSet()]
