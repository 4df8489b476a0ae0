"""Template tags about refunds."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from ims_wagtail.payments.models import Order
from ims_wagtail.payments.refunds.panel import order_refund_panels


register = template.Library()


@register.simple_tag(takes_context=True)
def refund_panels(context: Any, order: Order) -> SafeString:
    """Show the refunds of an order's payments: ``{% refund_panels story.order %}``."""
    panels = order_refund_panels(order, context["request"])
    # Each has been rendered, and so escaped, by its own template.
    return mark_safe("".join(panel.render_html(context) for panel in panels))  # noqa: S308
