"""Money moved inside the book: journals, transfers, write-offs, and undoing them."""

from django.apps import AppConfig


class CorrectionsConfig(AppConfig):
    name = "ims_wagtail.corrections"
    label = "ims_corrections"
    verbose_name = "Corrections"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how corrections are scoped and what takes two people; add our proofs."""
        from wagtail.permissions import register_permission_policy

        from ims_wagtail.access.policy import FundScopedPolicy
        from ims_wagtail.approvals import kinds
        from ims_wagtail.ledger import actions, story

        from .actions import correction_actions
        from .deciding import approval_kinds
        from .models import Correction, JournalUpload
        from .proofs import add_proofs
        from .telling import corrections_told

        for model in (Correction, JournalUpload):
            register_permission_policy(model, FundScopedPolicy(model, "funds__pk"))
        for kind in approval_kinds():
            kinds.register(kind)
        story.register(corrections_told)
        actions.register(correction_actions)
        add_proofs()
