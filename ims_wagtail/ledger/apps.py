"""The book."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "ims_wagtail.ledger"
    label = "ims_ledger"
    verbose_name = "Ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how the book is scoped: a posting is seen by whoever sees one of its lines."""
        from django.db.models.signals import post_migrate
        from wagtail.permissions import register_permission_policy

        from ims_wagtail.access.policy import FundScopedPolicy

        from . import story
        from .models import Posting, Transaction
        from .notes import notes_told
        from .search_indexes import make_search_indexes
        from .telling import postings_told

        register_permission_policy(Transaction, FundScopedPolicy(Transaction))
        register_permission_policy(
            Posting, FundScopedPolicy(Posting, "lines__fund", auth_model=Transaction)
        )
        story.register(postings_told)
        story.register(notes_told)
        post_migrate.connect(make_search_indexes, sender=self)
