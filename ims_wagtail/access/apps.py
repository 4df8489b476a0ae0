"""Who may do what to which funds."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "ims_wagtail.access"
    label = "ims_access"
    verbose_name = "Access"
    default_auto_field = "django.db.models.BigAutoField"
