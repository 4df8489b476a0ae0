"""Take in the files that arrived, and tell of those that did not."""

import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from ims_wagtail.imports.collecting import collect_files
from ims_wagtail.imports.lateness import tell_of_late_files


class Command(BaseCommand):
    help = (
        "Takes whole files from the folders and servers of import types and tells people of files "
        "that are late. Safe to run while another run is still going."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--every",
            type=int,
            metavar="SECONDS",
            help="go on until stopped, one round every so many seconds",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        every: int | None = options["every"]
        if every is None:
            self._round()
            return
        stopped = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.is_set():
            close_old_connections()
            try:
                self._round()
            except DatabaseError as error:
                # The database may be restarting: the next round tries again.
                self.stderr.write(f"round failed: {type(error).__name__}")
            stopped.wait(every)

    def _round(self) -> None:
        found = collect_files()
        if late := tell_of_late_files():
            self.stdout.write(f"{late} files are late")
        if found.taken or found.refused or found.failed:
            self.stdout.write(
                f"{found.taken} files taken, {found.refused} refused,"
                f" {found.failed} folders or servers could not be read"
            )
