"""How many requests wait for a person, on Wagtail's home page."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from .filters import Show
from .selectors import waiting_for


class WaitingPanel(Component):
    """A number, and the way to the queue."""

    name = "ims_approvals"
    template_name = "ims_wagtail/approvals/staff/home_panel.html"
    order = 80

    def __init__(self, count: int) -> None:
        self.count = count

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        url = f"{reverse('ims_approvals:index')}?show={Show.DECIDE}"
        return {"count": self.count, "url": url, "heading": _("Approvals")}


def waiting_panel(user: Any) -> WaitingPanel | None:
    """Return the panel for a person; None when nothing waits for them."""
    count = len(waiting_for(user))
    return WaitingPanel(count) if count else None
