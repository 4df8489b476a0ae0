"""What the screens of the Set-up menu share."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ims_wagtail.access.usage import in_words, usage_of
from ims_wagtail.access.views import ScopedCreateView, ScopedEditView, ScopedInspectView
from ims_wagtail.access.viewsets import SETUP_MENU, ScopedModelViewSet

from .parts import parts_of


class SetupInspectView(ScopedInspectView):
    """Shows a row, and last of all what uses it."""

    def get_fields_context(self) -> list[dict[str, Any]]:
        used_by = {"label": _("Used by"), "value": in_words(usage_of(self.object))}
        return [*super().get_fields_context(), used_by]


class WithParts:
    """A form's view that compares and audits what belongs to the row as well."""

    def details(self, obj: Any) -> dict[str, Any]:
        return super().details(obj) | parts_of(obj)  # type: ignore[misc]


class PartsCreateView(WithParts, ScopedCreateView):
    """Adds a row with its parts."""


class PartsEditView(WithParts, ScopedEditView):
    """Changes a row and its parts."""


class PartsInspectView(SetupInspectView):
    """Shows a row, its parts, and what uses it."""

    def get_fields_context(self) -> list[dict[str, Any]]:
        *fields, used_by = super().get_fields_context()
        labels = {"ledger_codes": _("General-ledger codes"), "attributes": _("For exports")}
        parts = [
            {"label": labels[name], "value": "; ".join(lines) or _("none")}
            for name, lines in parts_of(self.object).items()
        ]
        return [*fields, *parts, used_by]


class SetupViewSet(ScopedModelViewSet):
    """A screen of the Set-up menu: everybody who may see may look, some may change."""

    menu_hook = SETUP_MENU
    views: tuple[str, ...] = ("index", "inspect", "add", "edit", "delete")
    inspect_view_class = SetupInspectView
