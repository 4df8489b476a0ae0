"""What imports register with the Wagtail admin."""

from wagtail import hooks

from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.suspense.item_screen import ITEM_ACTIONS

from .screens.layouts import LayoutViewSet
from .screens.received import ReceivedViewSet, row_action
from .screens.rule_from_item import rule_action
from .screens.rules import RuleViewSet
from .screens.types import ImportTypeViewSet
from .screens.viewset import ImportViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[ScopedModelViewSet]:
    """Register the screens of imports."""
    return [
        ImportViewSet(),
        ReceivedViewSet(),
        ImportTypeViewSet(),
        LayoutViewSet(),
        RuleViewSet(),
    ]


hooks.register(ITEM_ACTIONS, row_action)
hooks.register(ITEM_ACTIONS, rule_action)
