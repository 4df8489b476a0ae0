"""What the screens of the Set-up menu share."""

from ims_wagtail.access.viewsets import SETUP_MENU, ScopedModelViewSet


class SetupViewSet(ScopedModelViewSet):
    """A screen of the Set-up menu: everybody who may see may look, some may change."""

    menu_hook = SETUP_MENU
    views = ("index", "inspect", "add", "edit", "delete")
