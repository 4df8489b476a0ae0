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

        from ims_wagtail.access import needs
        from ims_wagtail.access.policy import FundScopedPolicy
        from ims_wagtail.approvals import kinds
        from ims_wagtail.ledger import actions, story
        from ims_wagtail.notifications import renderers

        from .deciding import allocation_kind
        from .known_payers import known_payer_kind
        from .models import Allocation, KnownPayer, SuspenseItem
        from .notes import QUESTION_MESSAGE
        from .proofs import add_proofs
        from .question_email import question_email
        from .selectors import suspense_needs
        from .telling import allocations_told, suspense_actions

        register_permission_policy(SuspenseItem, FundScopedPolicy(SuspenseItem))
        register_permission_policy(Allocation, FundScopedPolicy(Allocation, "funds__pk"))
        register_permission_policy(KnownPayer, FundScopedPolicy(KnownPayer))
        kinds.register(allocation_kind())
        kinds.register(known_payer_kind())
        renderers.register(QUESTION_MESSAGE, question_email)
        story.register(allocations_told)
        actions.register(suspense_actions)
        needs.register(suspense_needs)
        add_proofs()
