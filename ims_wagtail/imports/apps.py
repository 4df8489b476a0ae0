"""Files in: formats, rules, runs."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "ims_wagtail.imports"
    label = "ims_imports"
    verbose_name = "Imports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how imports are scoped."""
        from wagtail.permissions import register_permission_policy

        from .models import Import, ImportRow, ImportType
        from .policy import EveryFundPolicy

        register_permission_policy(ImportType, EveryFundPolicy(ImportType))
        register_permission_policy(Import, EveryFundPolicy(Import, "import_type"))
        register_permission_policy(ImportRow, EveryFundPolicy(ImportRow, "of_import__import_type"))
