"""``manage.py ims_setup_import FILE``: bring in a set-up, all or nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ims_wagtail.backoffice.packs.importing import PackRefused, import_pack, preview
from ims_wagtail.backoffice.packs.parsing import PackUnreadable, parse


class Command(BaseCommand):
    """The twin of the upload in the admin. Exits 1 and saves nothing when the pack has problems."""

    help = "Import a set-up pack. With --dry-run it only says what it would do."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="save nothing")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            rows = parse(file.read_bytes())
            plan = preview(rows, by=None) if dry_run else import_pack(rows, by=None)
        except OSError as error:
            raise CommandError(f"Can't read {file}: {error.strerror}.") from error
        except PackUnreadable as error:
            raise CommandError(str(error)) from error
        except PackRefused as refused:
            plan = refused.plan
        for change in plan.changes:
            self.stdout.write(f"{'new' if change.is_new else 'changed'}: {change}")
            if not change.is_new:
                for name, here, there in change.fields:
                    self.stdout.write(f"  {name}: {here} -> {there}")
        for section, keys in plan.left_alone:
            self.stdout.write(f"left alone: {section.name} {', '.join(keys)}")
        if plan.problems:
            problems = "\n".join(map(str, plan.problems))
            raise CommandError(f"Nothing was imported. Put these right first:\n{problems}")
        self.stdout.write(
            f"{'Would be: ' if dry_run else ''}{len(plan.new)} new, {len(plan.changed)} changed, "
            f"{plan.unchanged} unchanged."
        )
