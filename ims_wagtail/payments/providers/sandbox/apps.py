"""A pretend payment provider for trying things out."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "ims_wagtail.payments.providers.sandbox"
    label = "ims_sandbox"
    verbose_name = "Sandbox provider"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the warning of ``check --deploy``."""
        from . import checks  # noqa: F401
