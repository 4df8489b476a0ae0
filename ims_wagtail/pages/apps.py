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
        from ims_wagtail.checkout.requests.applications import pages

        from . import (  # noqa: F401 - registers
            amount_checks,
            amount_probes,
            application_checks,
            following,
            probes,
            question_checks,
        )
        from .asked import live_pages, page_to_apply_on
        from .feedback.asking import address_of_question
        from .following import tell_translations

        asked.register(live_pages)
        pages.register(page_to_apply_on)
        afterwards.register(address_of_question)
        page_published.connect(tell_translations)
