"""``manage.py ims_remind_payers``: remind people of links that expire soon; run it daily."""

from typing import Any

from django.core.management.base import BaseCommand

from ims_wagtail.checkout.requests.erasing import erase_recipients
from ims_wagtail.checkout.requests.sending import send_reminders


class Command(BaseCommand):
    """Remind once everybody whose link expires within days, and forget who was asked long ago."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{send_reminders()} reminded; {erase_recipients()} forgotten")
