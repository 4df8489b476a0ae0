"""Orders, attempts and providers."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "ims_wagtail.payments"
    label = "ims_payments"
    verbose_name = "Payments"
    default_auto_field = "django.db.models.BigAutoField"
