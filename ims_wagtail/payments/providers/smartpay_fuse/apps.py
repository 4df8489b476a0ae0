"""Barclaycard Smartpay Fuse: the payer's browser takes a signed form to Barclaycard's page."""

from django.apps import AppConfig


class SmartpayFuseConfig(AppConfig):
    name = "ims_wagtail.payments.providers.smartpay_fuse"
    label = "ims_smartpay_fuse"
    verbose_name = "Smartpay Fuse"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what the Health page asks."""
        from . import checks  # noqa: F401
