"""``manage.py ims_setup_export FILE``: write the whole set-up to a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ims_wagtail.backoffice.packs.writing import export


class Command(BaseCommand):
    """The twin of the download in the admin."""

    help = "Export the set-up (no personal data, no secrets) as one JSON file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="where to write; - writes to the screen")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        content = export()
        if str(file) == "-":
            self.stdout.write(content, ending="")
            return
        try:
            file.write_bytes(content.encode())
        except OSError as error:
            raise CommandError(f"Can't write {file}: {error.strerror}.") from error
        self.stdout.write(f"Wrote {file}.")
