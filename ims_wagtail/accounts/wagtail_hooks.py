"""What accounts registers with the Wagtail admin."""

from wagtail import hooks

from .stop_viewsets import StopMessageViewSet
from .viewsets import AccountHolderViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[AccountHolderViewSet | StopMessageViewSet]:
    """Register the screens of accounts."""
    return [AccountHolderViewSet(), StopMessageViewSet()]
