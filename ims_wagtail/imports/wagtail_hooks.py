"""What imports register with the Wagtail admin."""

from wagtail import hooks

from ims_wagtail.access.viewsets import ScopedModelViewSet

from .screens.layouts import LayoutViewSet
from .screens.rules import RuleViewSet
from .screens.types import ImportTypeViewSet
from .screens.viewset import ImportViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[ScopedModelViewSet]:
    """Register the screens of imports."""
    return [ImportViewSet(), ImportTypeViewSet(), LayoutViewSet(), RuleViewSet()]
