"""The resident's journey."""

from django.apps import AppConfig


class CheckoutConfig(AppConfig):
    name = "ims_wagtail.checkout"
    label = "ims_checkout"
    verbose_name = "Checkout"
    default_auto_field = "django.db.models.BigAutoField"
