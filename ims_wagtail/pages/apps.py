"""Payable pages for editors."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "ims_wagtail.pages"
    label = "ims_pages"
    verbose_name = "Payment pages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wagtail.signals import page_published

        from ims_wagtail.checkout import asked

        from . import amount_checks, following, probes, question_checks  # noqa: F401 - registers
        from .asked import live_pages
        from .following import tell_translations

        asked.register(live_pages)
        page_published.connect(tell_translations)
