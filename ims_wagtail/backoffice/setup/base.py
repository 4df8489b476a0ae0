"""What the screens of the Set-up menu share."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ims_wagtail.access.usage import in_words, usage_of
from ims_wagtail.access.views import ScopedInspectView
from ims_wagtail.access.viewsets import SETUP_MENU, ScopedModelViewSet


class SetupInspectView(ScopedInspectView):
    """Shows a row, and last of all what uses it."""

    def get_fields_context(self) -> list[dict[str, Any]]:
        used_by = {"label": _("Used by"), "value": in_words(usage_of(self.object))}
        return [*super().get_fields_context(), used_by]


class SetupViewSet(ScopedModelViewSet):
    """A screen of the Set-up menu: everybody who may see may look, some may change."""

    menu_hook = SETUP_MENU
    views = ("index", "inspect", "add", "edit", "delete")
    inspect_view_class = SetupInspectView
