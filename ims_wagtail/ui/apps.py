"""The public look and shared pieces of screen."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "ims_wagtail.ui"
    label = "ims_ui"
    verbose_name = "Public screens"
    default_auto_field = "django.db.models.BigAutoField"
