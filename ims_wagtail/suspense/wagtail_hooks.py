"""What suspense registers with the Wagtail admin."""

from wagtail import hooks

from ims_wagtail.access.viewsets import ScopedModelViewSet

from .allocation_screens import AllocationViewSet
from .payer_screens import KnownPayerViewSet
from .viewset import SuspenseViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[ScopedModelViewSet]:
    """Register the screens of suspense."""
    return [SuspenseViewSet(), AllocationViewSet(), KnownPayerViewSet()]
