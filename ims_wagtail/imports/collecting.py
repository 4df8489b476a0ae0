"""Files that arrive in folders: taken once they are whole, then moved out of the way."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.core.files.base import File
from django.db import connection
from django.utils import timezone

from ims_wagtail.conf import ims_settings

from .enums import ArrivesBy
from .exceptions import ImportRefused
from .models import ImportType, RefusedFile
from .receiving import receive


logger = logging.getLogger(__name__)

#: A file that nobody wrote to for so long is whole.
QUIET = timedelta(minutes=1)
#: How programs call a file they are still writing; they rename it at the end.
UNFINISHED = (".part", ".partial", ".filepart", ".tmp", ".crdownload")
DONE, REFUSED = "done", "refused"


@dataclass(slots=True)
class Collected:
    """What one round came to."""

    taken: int = 0
    refused: int = 0
    #: Folders that could not be read.
    failed: int = 0


def folder_of(import_type: ImportType) -> Path | None:
    """Return where files of a type arrive: the folder called as the type's code."""
    root = ims_settings().import_folder
    return Path(root) / import_type.code if root else None


def collect_folders() -> Collected:
    """Take every whole file from the folders of import types; one round at a time.

    A folder that can't be read is logged, and the others go on.
    """
    found = Collected()
    with _alone() as alone:
        if not alone:
            return found
        types = ImportType.objects.filter(enabled=True, arrives_by=ArrivesBy.FOLDER)
        for import_type in types.order_by("code"):
            folder = folder_of(import_type)
            if folder is None:
                continue
            try:
                for path in _whole_files(folder):
                    _take(import_type, path, found)
            except OSError as error:
                found.failed += 1
                logger.error("import type %s: %s", import_type.code, error)
    return found


def _whole_files(folder: Path) -> list[Path]:
    before = (timezone.now() - QUIET).timestamp()
    return sorted(
        path
        for path in folder.iterdir()
        if not path.name.startswith(".")
        and not path.name.lower().endswith(UNFINISHED)
        and not path.is_symlink()
        and path.is_file()
        and path.stat().st_mtime <= before
    )


def _take(import_type: ImportType, path: Path, found: Collected) -> None:
    try:
        with path.open("rb") as content:
            made = receive(
                import_type=import_type,
                file=File(content),
                file_name=path.name,
                post_at_once=import_type.post_at_once,
            )
    except ImportRefused as refused:
        found.refused += 1
        logger.warning("import type %s: %s refused: %s", import_type.code, path.name, refused)
        RefusedFile.objects.create(
            import_type=import_type, file_name=path.name[:200], why=str(refused)[:400]
        )
        _move(path, REFUSED)
        return
    found.taken += 1
    logger.info("import type %s: %s is import %s", import_type.code, path.name, made.pk)
    _move(path, DONE)


def _move(path: Path, name: str) -> None:
    """Put a file aside under a name of its own: another of the same name may come tomorrow."""
    folder = path.parent / name
    folder.mkdir(exist_ok=True)
    path.rename(folder / f"{timezone.now():%Y%m%dT%H%M%S%f}-{path.name}")


@contextmanager
def _alone() -> Iterator[bool]:
    """Hold what one round at a time has; say whether it is this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('ims collecting'))")
        alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('ims collecting'))")
