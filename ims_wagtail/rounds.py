"""Commands of the schedule: one round for cron, or round after round until they are stopped."""

import signal
from abc import abstractmethod
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections


class RoundsCommand(BaseCommand):
    """A command that does its work in rounds; ``--every SECONDS`` goes on until stopped."""

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
            self.do_round(quiet=False)
            return
        stopped = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.is_set():
            close_old_connections()
            try:
                self.do_round(quiet=True)
            except DatabaseError as error:
                # The database may be restarting: the next round tries again.
                self.stderr.write(f"round failed: {type(error).__name__}")
            stopped.wait(every)

    @abstractmethod
    def do_round(self, *, quiet: bool) -> None:
        """Do one round; with ``quiet`` nothing is printed when there was nothing to do."""
