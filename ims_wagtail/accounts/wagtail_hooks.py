"""What accounts registers with the Wagtail admin."""

from wagtail import hooks

from .viewsets import AccountHolderViewSet, StopMessageViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[AccountHolderViewSet | StopMessageViewSet]:
    """Register the screens of accounts."""
    return [AccountHolderViewSet(), StopMessageViewSet()]
