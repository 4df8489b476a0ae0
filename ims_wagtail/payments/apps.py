"""Orders, attempts and providers."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "ims_wagtail.payments"
    label = "ims_payments"
    verbose_name = "Payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how orders and attempts are scoped, by the funds of the lines; add our proofs."""
        from wagtail.permissions import register_permission_policy

        from ims_wagtail.access.policy import FundScopedPolicy

        from . import probes  # noqa: F401 - registers them
        from .models import Attempt, Order
        from .verification import add_proofs

        register_permission_policy(Order, FundScopedPolicy(Order, "lines__fund"))
        register_permission_policy(Attempt, FundScopedPolicy(Attempt, "order__lines__fund"))
        add_proofs()
