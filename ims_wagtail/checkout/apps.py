"""The resident's journey."""

from django.apps import AppConfig


class CheckoutConfig(AppConfig):
    name = "ims_wagtail.checkout"
    label = "ims_checkout"
    verbose_name = "Checkout"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say who writes receipts."""
        from ims_wagtail.notifications.renderers import register

        from .receipt_email import receipt_email

        register("payment_receipt", receipt_email)
