"""What payments adds to the ledger's page of a posting."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from wagtail.admin.ui.components import Component

from ims_wagtail.ledger.models import Posting

from .models import Attempt
from .timeline import OrderStory, story_of


class OrderPanel(Component):
    """The order a posting was made for, its payer and its attempts."""

    template_name = "ims_wagtail/payments/staff/order_panel.html"

    def __init__(self, story: OrderStory) -> None:
        self.story = story

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {"story": self.story, "on_posting": True}


def order_panel(posting: Posting, request: HttpRequest) -> OrderPanel | None:
    """Return the order panel of a posting that an attempt made, for readers who see orders."""
    kind, _colon, rest = posting.source.partition(":")
    number = rest.partition(":")[0]
    if kind != "attempt" or not number.isdecimal():
        return None
    attempt = Attempt.objects.select_related("order").filter(pk=int(number)).first()
    if attempt is None:
        return None
    story = story_of(order=attempt.order, reader=request.user, tells=False)
    return OrderPanel(story) if story.lines else None
