"""What requests to pay register with the Wagtail admin."""

from wagtail import hooks

from ims_wagtail.access.viewsets import ScopedModelViewSet

from .applications import ApplicationViewSet
from .files import RequestFileViewSet
from .viewset import RequestViewSet


@hooks.register("register_admin_viewset")
def viewset() -> list[ScopedModelViewSet]:
    """Register the lists of applications, of requests and of their files."""
    return [ApplicationViewSet(), RequestViewSet(), RequestFileViewSet()]
