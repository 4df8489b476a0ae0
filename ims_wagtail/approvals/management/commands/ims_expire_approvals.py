"""``manage.py ims_expire_approvals``: close requests nobody decided about in their days."""

from typing import Any

from django.core.management.base import BaseCommand

from ims_wagtail.approvals.services import expire_approvals


class Command(BaseCommand):
    """Run it daily. What was kept back for a request that expires is given free again."""

    help = "Close the requests that have waited for approval longer than IMS['APPROVAL_DAYS']."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{expire_approvals()} requests expired")
