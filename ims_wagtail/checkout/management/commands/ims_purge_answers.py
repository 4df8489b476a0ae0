"""``manage.py ims_purge_answers``: erase old answers; run it daily, by cron or a schedule."""

from typing import Any

from django.core.management.base import BaseCommand

from ims_wagtail.checkout.forgetting import forget_old_answers


class Command(BaseCommand):
    """Erase answers to the questions of pages once their days have gone by."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Answers of {forget_old_answers()} payments and applications erased")
