"""``manage.py ims_purge_baskets``: delete old baskets; run it daily, by cron or a schedule."""

from typing import Any

from django.core.management.base import BaseCommand

from ims_wagtail.checkout.services import purge_baskets


class Command(BaseCommand):
    """Delete baskets nobody touched for ``IMS["BASKET_DAYS"]`` days, and the details in them."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{purge_baskets()} old baskets deleted")
