"""Take in the files that arrived, and tell of those that did not."""

from ims_wagtail.imports.collecting import collect_files
from ims_wagtail.imports.lateness import tell_of_late_files
from ims_wagtail.rounds import RoundsCommand


class Command(RoundsCommand):
    help = (
        "Takes whole files from the folders and servers of import types and tells people of files "
        "that are late. Safe to run while another run is still going."
    )

    def do_round(self, *, quiet: bool) -> None:
        found = collect_files()
        if late := tell_of_late_files():
            self.stdout.write(f"{late} files are late")
        if found.taken or found.refused or found.failed:
            self.stdout.write(
                f"{found.taken} files taken, {found.refused} refused,"
                f" {found.failed} folders or servers could not be read"
            )
