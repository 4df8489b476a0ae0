"""``manage.py ims_send_reports``: have the reports made that are due; run it daily."""

from typing import Any

from django.core.management.base import BaseCommand

from ims_wagtail.backoffice.reports.sending import forget_reports, send_reports


class Command(BaseCommand):
    """Queue each report that is due, once, and delete kept ones older than ``REPORT_DAYS``."""

    help = "Make and send the reports that are due, and forget old ones. Run it daily."

    def handle(self, *args: Any, **options: Any) -> None:
        begun, forgotten = send_reports(), forget_reports()
        self.stdout.write(f"{begun} reports begun, {forgotten} old ones deleted")
