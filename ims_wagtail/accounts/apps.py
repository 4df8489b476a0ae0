"""Account holders and their stop messages."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "ims_wagtail.accounts"
    label = "ims_accounts"
    verbose_name = "Accounts"
    default_auto_field = "django.db.models.BigAutoField"
