"""The outbox of messages to people."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "ims_wagtail.notifications"
    label = "ims_notifications"
    verbose_name = "Messages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import probes  # noqa: F401 - registers them
