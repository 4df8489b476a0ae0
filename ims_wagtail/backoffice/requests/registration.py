"""What requests to pay register with the Wagtail admin."""

from wagtail import hooks

from ims_wagtail.access.viewsets import ScopedModelViewSet

from .viewset import RequestViewSet


@hooks.register("register_admin_viewset")
def viewset() -> list[ScopedModelViewSet]:
    """Register the list of requests and its screens."""
    return [RequestViewSet()]
