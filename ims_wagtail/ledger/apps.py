"""The book."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "ims_wagtail.ledger"
    label = "ims_ledger"
    verbose_name = "Ledger"
    default_auto_field = "django.db.models.BigAutoField"
