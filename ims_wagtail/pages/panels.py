"""Read-only help beside the payment type in the page editor."""

from typing import Any

from wagtail.admin.panels import Panel

from .choices import may_see
from .words import setup_in_words


class PaymentSetupPanel(Panel):
    """Shows where the money of the chosen payment type goes: fund, VAT, reference rule, limits.

    Only people who may see that fund read it; the rest of the page is open to any editor.
    """

    class BoundPanel(Panel.BoundPanel):
        template_name = "ims_wagtail/pages/admin/payment_setup.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Look up what there is to say."""
            context = super().get_context_data(parent_context)
            payment_type = self.instance.payment_type
            visible = payment_type is not None and may_see(
                user=self.request.user, payment_type=payment_type
            )
            context["payment_type"] = payment_type
            context["facts"] = setup_in_words(payment_type) if visible else ()
            return context
