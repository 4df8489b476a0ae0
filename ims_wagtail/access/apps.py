"""Who may do what to which funds."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "ims_wagtail.access"
    label = "ims_access"
    verbose_name = "Access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how rows of this room and of funds, below it, are scoped."""
        from wagtail.permissions import register_permission_policy

        from ims_wagtail.funds.models import Fund, PaymentType

        from .models import AuditEntry
        from .policy import FundScopedPolicy

        register_permission_policy(Fund, FundScopedPolicy(Fund, "pk"))
        register_permission_policy(PaymentType, FundScopedPolicy(PaymentType))
        register_permission_policy(AuditEntry, FundScopedPolicy(AuditEntry))
