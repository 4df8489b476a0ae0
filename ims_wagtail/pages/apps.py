"""Payable pages for editors."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "ims_wagtail.pages"
    label = "ims_pages"
    verbose_name = "Payment pages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wagtail.signals import page_published

        from ims_wagtail.checkout import afterwards, asked

        from . import (  # noqa: F401 - registers
            amount_checks,
            amount_probes,
            following,
            probes,
            question_checks,
        )
        from .asked import live_pages
        from .feedback.asking import address_of_question
        from .following import tell_translations

        asked.register(live_pages)
        afterwards.register(address_of_question)
        page_published.connect(tell_translations)
