"""Bring the example site's database, static files and demo data up to date."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    """One process for all steps: each process that starts Django costs more than most steps."""

    help = "Migrate, collect static files and make the demo data, as far as each is needed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("people", type=Path, help="file to write the demo people to")

    def handle(self, *, people: Path, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database ...")
            call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("ims_demo", stdout=self.stdout)
        with people.open("w", encoding="utf-8") as file:
            call_command("ims_demo", people=True, stdout=file)
