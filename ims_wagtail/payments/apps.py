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
        from ims_wagtail.approvals import kinds
        from ims_wagtail.ledger import actions, story
        from ims_wagtail.ledger.periods import add_check
        from ims_wagtail.notifications.renderers import register

        from . import probes  # noqa: F401 - registers them
        from .models import (
            Attempt,
            Difference,
            Dispute,
            Order,
            OrderLine,
            Refund,
            RefundBatch,
            RefundFile,
        )
        from .month_end import CHECKS
        from .refunds import proofs
        from .refunds.actions import refund_actions
        from .refunds.deciding import REFUND_KIND
        from .refunds.files import RefundFilePolicy
        from .refunds.notice import refund_notice
        from .refunds.telling import refunds_told
        from .telling import payments_told
        from .verification import add_proofs

        register_permission_policy(Order, FundScopedPolicy(Order, "lines__fund"))
        register_permission_policy(OrderLine, FundScopedPolicy(OrderLine))
        register_permission_policy(Attempt, FundScopedPolicy(Attempt, "order__lines__fund"))
        for model in (Difference, Dispute):
            policy = FundScopedPolicy(model, "attempt__order__lines__fund")
            register_permission_policy(model, policy)
        register_permission_policy(Refund, FundScopedPolicy(Refund, "lines__transaction__fund"))
        register_permission_policy(
            RefundFile, RefundFilePolicy(RefundFile, "refunds__lines__transaction__fund")
        )
        register_permission_policy(RefundBatch, FundScopedPolicy(RefundBatch))
        kinds.register(REFUND_KIND)
        register("refund_notice", refund_notice)
        story.register(payments_told)
        story.register(refunds_told)
        actions.register(refund_actions)
        add_proofs()
        proofs.add_proofs()
        for check in CHECKS:
            add_check(check)
