"""Money nobody has matched yet: whose it may be, who looks after it, and where it was put."""

from django.apps import AppConfig


class SuspenseConfig(AppConfig):
    name = "ims_wagtail.suspense"
    label = "ims_suspense"
    verbose_name = "Suspense"
    default_auto_field = "django.db.models.BigAutoField"
