"""Money nobody has matched yet: whose it may be, who looks after it, and where it was put."""

from django.apps import AppConfig


class SuspenseConfig(AppConfig):
    name = "ims_wagtail.suspense"
    label = "ims_suspense"
    verbose_name = "Suspense"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how suspense is scoped and what takes two people; add our proofs."""
        from wagtail.permissions import register_permission_policy

        from ims_wagtail.access.policy import FundScopedPolicy
        from ims_wagtail.approvals import kinds

        from .deciding import allocation_kind
        from .models import Allocation, SuspenseItem
        from .proofs import add_proofs

        register_permission_policy(SuspenseItem, FundScopedPolicy(SuspenseItem))
        register_permission_policy(Allocation, FundScopedPolicy(Allocation, "funds__pk"))
        kinds.register(allocation_kind())
        add_proofs()
