"""Account holders and their stop messages."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "ims_wagtail.accounts"
    label = "ims_accounts"
    verbose_name = "Accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how accounts and stop messages are scoped."""
        from wagtail.permissions import register_permission_policy

        from ims_wagtail.access.policy import FundScopedPolicy

        from .models import AccountHolder, StopMessage

        register_permission_policy(AccountHolder, FundScopedPolicy(AccountHolder))
        register_permission_policy(StopMessage, FundScopedPolicy(StopMessage))
