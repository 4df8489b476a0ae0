"""The public look and shared pieces of screen."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "ims_wagtail.ui"
    label = "ims_ui"
    verbose_name = "Public screens"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Show a change of the council's details, its messages or a site with the next request."""
        from django.db.models.signals import post_delete, post_save
        from wagtail.models import Site

        from .council import forget_council
        from .models import CouncilDetails, Notice

        for model in (CouncilDetails, Notice, Site):
            post_save.connect(forget_council, sender=model)
            post_delete.connect(forget_council, sender=model)
