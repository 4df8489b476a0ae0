"""The side panel of the page editor that says what keeps a page from being published."""

from typing import Any, ClassVar

from django.core.exceptions import FieldDoesNotExist
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.side_panels import BaseSidePanel

from .checks import Finding, Version, findings_for
from .mixins import PayablePageMixin


class ReadySidePanel(BaseSidePanel):
    """What the checks find, each with what to do. Wagtail renews it with every draft it keeps."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = _("Toggle the list of things to do")
        icon_name = "tasks"
        counter_classname = "w-bg-critical-200"
        template_name = "ims_wagtail/pages/admin/ready_toggle.html"

        def get_context_data(self, parent_context: Any) -> dict[str, Any]:
            """Count what stops publishing."""
            context = super().get_context_data(parent_context)
            context["count"] = len(self.panel.stops)
            return context

    name = "ready"
    title = _("Before publishing")
    template_name = "ims_wagtail/pages/admin/ready.html"

    class Media:
        css: ClassVar = {"all": ["ims_wagtail/pages/admin.css"]}

    def __init__(self, page: PayablePageMixin, request: HttpRequest, *, version: Version) -> None:
        super().__init__(page, request)
        self.findings = findings_for(version)

    @property
    def stops(self) -> list[Finding]:
        """What keeps the page from being published."""
        return [finding for finding in self.findings if finding.is_stop]

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Add the findings, each with the name of the field it is about."""
        context = super().get_context_data(parent_context)
        named = [(finding, self._field_name(finding)) for finding in self.findings]
        context["stops"] = [pair for pair in named if pair[0].is_stop]
        context["advice"] = [pair for pair in named if not pair[0].is_stop]
        context["is_partial"] = parent_context.get("is_partial", False)
        return context

    def _field_name(self, finding: Finding) -> str:
        try:
            return capfirst(self.model._meta.get_field(finding.field).verbose_name)
        except FieldDoesNotExist:
            return ""
