"""The API for other systems of the council."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "ims_wagtail.api"
    label = "ims_api"
    verbose_name = "API"
    default_auto_field = "django.db.models.BigAutoField"
