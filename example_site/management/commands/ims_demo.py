"""``manage.py ims_demo``: fill the example council with data."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from example_site.demo_data import staff, working_references
from example_site.demo_data.stages import set_up


class Command(BaseCommand):
    """The same data on every machine, dated back from today; run again, it adds what is missing."""

    help = "Make Anyborough Council's demo data, as far as it is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--people", action="store_true", help="only print the demo people and their password"
        )
        parser.add_argument(
            "--references",
            action="store_true",
            help="only print references that work",
        )

    def handle(self, *, people: bool, references: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "Demo people have a password that everybody knows, so they are only made where the "
                "environment says IMS_DEMO=1. Never set it on a site that takes real payments."
            )
        if people:
            self.stdout.write(staff.describe())
        elif references:
            self.stdout.write(working_references.as_markdown(), ending="")
        elif set_up(say=self._say):
            self._say("The demo data is ready. Who may log in: manage.py ims_demo --people")
        else:
            self._say("The demo data is complete already; nothing was changed.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
