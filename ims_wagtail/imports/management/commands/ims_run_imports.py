"""Go on with files whose worker was stopped, and remove old ones."""

from typing import Any

from django.core.management.base import BaseCommand

from ims_wagtail.imports.holders.forgetting import forget_old_holders
from ims_wagtail.imports.storage import forget_old_files
from ims_wagtail.imports.working import resume_imports


class Command(BaseCommand):
    help = (
        "Goes on with files whose worker was stopped or never began, and removes files whose days "
        "have gone by. Safe to repeat and to run beside workers: one file is worked on once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if count := resume_imports():
            self.stdout.write(f"{count} imports looked after")
        if count := forget_old_files():
            self.stdout.write(f"{count} old files removed")
        if count := forget_old_holders():
            self.stdout.write(f"rows of {count} old files of account holders removed")
