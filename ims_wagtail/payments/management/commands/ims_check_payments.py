"""Look at every payment that is not final, once or again and again."""

import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from ims_wagtail.notifications.services import send_due
from ims_wagtail.payments.checking import check_payments


class Command(BaseCommand):
    help = (
        "Ask payment providers about every payment that is due for a check, and send messages "
        "that are still waiting. Safe to run while another run is still going."
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
            self._round(quiet=False)
            return
        stopped = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.is_set():
            close_old_connections()
            try:
                self._round(quiet=True)
            except DatabaseError as error:
                # The database may be restarting: the next round tries again.
                self.stderr.write(f"round failed: {type(error).__name__}")
            stopped.wait(every)

    def _round(self, *, quiet: bool) -> None:
        summary = check_payments()
        sent = send_due()
        if summary or sent or not quiet:
            self.stdout.write(f"{summary}; {sent} messages sent")
