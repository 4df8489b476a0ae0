"""Files in: formats, rules, runs."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "ims_wagtail.imports"
    label = "ims_imports"
    verbose_name = "Imports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what is read, what is done with it, how it is scoped, and what takes two people."""
        from django.contrib.auth.models import Group
        from django.db.models.signals import pre_delete
        from wagtail.permissions import register_permission_policy

        from ims_wagtail.access import needs
        from ims_wagtail.approvals import kinds
        from ims_wagtail.ledger import actions, story
        from ims_wagtail.notifications import renderers

        from . import formats, probes, working  # noqa: F401 - the probes register themselves
        from .checking import check_transactions
        from .enums import ImportKind
        from .formats.installed import TRANSACTION_FORMATS
        from .holders.checking import check_holders
        from .holders.guarding import allow_holders
        from .holders.ims_account_holders import IMS_ACCOUNT_HOLDERS
        from .holders.laid_out import LAID_OUT_HOLDERS
        from .holders.merging import post_holders, undo_holders
        from .lateness import LATE, late_email
        from .models import Import, ImportRow, ImportType
        from .policy import EveryFundPolicy, keep_named_group
        from .posting import allow_transactions, post_transactions, undo_transactions
        from .proofs import add_proofs
        from .reloading import KIND
        from .rules.enabling import KIND as ENABLING
        from .telling import (
            arrivals_failing,
            files_refused,
            imports_late,
            imports_told,
            imports_waiting,
            posting_actions,
        )

        register_permission_policy(ImportType, EveryFundPolicy(ImportType))
        register_permission_policy(Import, EveryFundPolicy(Import, "import_type"))
        register_permission_policy(ImportRow, EveryFundPolicy(ImportRow, "of_import__import_type"))
        pre_delete.connect(keep_named_group, sender=Group)
        kinds.register(KIND)
        kinds.register(ENABLING)
        for one in (*TRANSACTION_FORMATS, LAID_OUT_HOLDERS, IMS_ACCOUNT_HOLDERS):
            formats.register(one)
        working.register(
            ImportKind.TRANSACTIONS,
            working.Engine(
                check_transactions, post_transactions, undo_transactions, allow_transactions
            ),
        )
        working.register(
            ImportKind.ACCOUNT_HOLDERS,
            working.Engine(check_holders, post_holders, undo_holders, allow_holders),
        )
        story.register(imports_told)
        actions.register(posting_actions)
        needs.register(imports_waiting)
        needs.register(imports_late)
        needs.register(files_refused)
        needs.register(arrivals_failing)
        renderers.register(LATE, late_email)
        add_proofs()
