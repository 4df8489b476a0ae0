"""One person asks, another approves."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "ims_wagtail.approvals"
    label = "ims_approvals"
    verbose_name = "Approvals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how requests are scoped and who writes their e-mails; add our proofs."""
        from wagtail.permissions import register_permission_policy

        from ims_wagtail.access.policy import FundScopedPolicy
        from ims_wagtail.ledger.periods import add_check
        from ims_wagtail.notifications.renderers import register

        from . import probes  # noqa: F401 - registers them
        from .models import Approval
        from .month_end import waiting_approvals
        from .notices import ASKED, DECIDED, asked_email, decided_email
        from .verification import add_proofs

        register_permission_policy(Approval, FundScopedPolicy(Approval, "funds__pk"))
        register(ASKED, asked_email)
        register(DECIDED, decided_email)
        add_proofs()
        add_check(waiting_approvals)
