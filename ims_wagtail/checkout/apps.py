"""The resident's journey."""

from django.apps import AppConfig


class CheckoutConfig(AppConfig):
    name = "ims_wagtail.checkout"
    label = "ims_checkout"
    verbose_name = "Checkout"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say who writes receipts, who may see their copies, and what is told of them."""
        from wagtail.permissions import register_permission_policy

        from ims_wagtail.access.policy import FundScopedPolicy
        from ims_wagtail.ledger import actions, story
        from ims_wagtail.notifications.renderers import register

        from .models import ReceiptCopy
        from .receipt_email import receipt_email
        from .telling import copies_told, receipt_actions

        register("payment_receipt", receipt_email)
        register_permission_policy(ReceiptCopy, FundScopedPolicy(ReceiptCopy, "order__lines__fund"))
        story.register(copies_told)
        actions.register(receipt_actions)
