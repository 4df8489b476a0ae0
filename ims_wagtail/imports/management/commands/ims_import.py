"""Import a file from the command line: check it, post it, say what became of it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from ims_wagtail.imports.deciding import confirm
from ims_wagtail.imports.enums import ImportState, OnProblems
from ims_wagtail.imports.exceptions import ImportRefused
from ims_wagtail.imports.models import Import, ImportType
from ims_wagtail.imports.receiving import receive
from ims_wagtail.imports.storage import private_storage
from ims_wagtail.imports.summaries import summary
from ims_wagtail.imports.working import work_on


class Command(BaseCommand):
    help = (
        "Checks a file and posts it, all of it or nothing. Prints a JSON summary. Exits 0 when it "
        "was posted (or would be, with --dry-run), otherwise 1 with the reason."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("import_type", help="code of the import type, such as bank-statement")
        parser.add_argument("file", help="the file")
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would become of it"
        )
        parser.add_argument(
            "--rest-to-suspense",
            action="store_true",
            help="post the good rows and put those with problems into suspense",
        )

        parser.add_argument(
            "--remove-because",
            default="",
            metavar="REASON",
            help="why a file may remove more account holders than its import type lets it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = ImportType.objects.filter(code=options["import_type"]).first()
        if found is None:
            known = ", ".join(ImportType.objects.order_by("code").values_list("code", flat=True))
            raise CommandError(
                f"No import type {options['import_type']}. There are: {known or 'none yet'}"
            )
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"No file {path}")
        self.gone_reason = options["remove_because"]
        on_problems = found.on_problems
        if options["rest_to_suspense"]:
            on_problems = OnProblems.SUSPENSE
        if not options["dry_run"]:
            self._run(found, path, on_problems)
            return
        with transaction.atomic():
            try:
                self._run(found, path, on_problems, dry=True)
            finally:
                transaction.set_rollback(True)

    def _run(
        self, import_type: ImportType, path: Path, on_problems: str, *, dry: bool = False
    ) -> None:
        with path.open("rb") as content:
            try:
                file = receive(
                    import_type=import_type,
                    file=File(content),
                    file_name=path.name,
                    on_problems=on_problems,
                    post_at_once=not dry,
                    at_once=True,
                )
            except ImportRefused as refused:
                self._tell({"outcome": "refused", "dry_run": dry, "message": str(refused)})
                raise CommandError(str(refused)) from refused
        try:
            self._finish(file, on_problems, dry)
        finally:
            if dry:
                private_storage().delete(file.stored_as)

    def _finish(self, file: Import, on_problems: str, dry: bool) -> None:
        work_on(import_id=file.pk)
        file.refresh_from_db()
        why = file.failure
        if file.state == ImportState.PREVIEWED:
            try:
                confirm(
                    import_id=file.pk,
                    on_problems=on_problems,
                    gone_reason=self.gone_reason,
                    at_once=True,
                )
            except ImportRefused as refused:
                why = str(refused)
            else:
                if not dry:
                    work_on(import_id=file.pk)
                file.refresh_from_db()
                why = file.failure
        if dry and file.state in (ImportState.POSTING, ImportState.POSTED):
            outcome = "would_post"
        elif file.state == ImportState.POSTED:
            outcome = "posted"
        elif file.state == ImportState.FAILED:
            outcome = "failed"
        else:
            outcome = "refused"
        found = {"outcome": outcome, "dry_run": dry, "message": why, **summary(file)}
        self._tell(found)
        if outcome not in ("posted", "would_post"):
            raise CommandError(why or f"The import is {file.get_state_display()}")

    def _tell(self, found: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
