"""Go on with files whose worker was stopped, and remove old ones."""

from ims_wagtail.imports.holders.forgetting import forget_old_holders
from ims_wagtail.imports.storage import forget_old_files
from ims_wagtail.imports.working import resume_imports
from ims_wagtail.rounds import RoundsCommand


class Command(RoundsCommand):
    help = (
        "Goes on with files whose worker was stopped or never began, and removes files whose days "
        "have gone by. Safe to repeat and to run beside workers: one file is worked on once."
    )

    def do_round(self, *, quiet: bool) -> None:
        if count := resume_imports():
            self.stdout.write(f"{count} imports looked after")
        if count := forget_old_files():
            self.stdout.write(f"{count} old files removed")
        if count := forget_old_holders():
            self.stdout.write(f"rows of {count} old files of account holders removed")
