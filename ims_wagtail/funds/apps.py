"""What can be paid for, and by which rules."""

from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "ims_wagtail.funds"
    label = "ims_funds"
    verbose_name = "Funds"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import probes, system_checks  # noqa: F401 - registers them
