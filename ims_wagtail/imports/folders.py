"""Files that arrive in folders: taken once they are whole, then moved out of the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.core.files.base import File
from django.utils import timezone
from django.utils.translation import gettext as _

from ims_wagtail.conf import ims_settings

from .exceptions import Unreachable
from .models import ImportType
from .taking import take
from .unfinished import QUIET, looks_finished


DONE, REFUSED = "done", "refused"


def take_from_folder(import_type: ImportType) -> Iterator[bool]:
    """Take every whole file of a type's folder; yield of each whether it was taken.

    Raises ``Unreachable`` when the folder can't be read.
    """
    root = ims_settings().import_folder
    if not root:
        raise Unreachable(_("The settings don’t say in which folder files arrive."))
    folder = Path(root) / import_type.code
    try:
        for path in _whole_files(folder):
            with path.open("rb") as content:
                taken = take(import_type=import_type, file=File(content), file_name=path.name)
            _move(path, DONE if taken else REFUSED)
            yield taken
    except OSError as error:
        raise Unreachable(
            _("The folder %(folder)s can’t be used: %(why)s")
            % {"folder": folder, "why": error.strerror or type(error).__name__}
        ) from error


def _whole_files(folder: Path) -> list[Path]:
    before = (timezone.now() - QUIET).timestamp()
    return sorted(
        path
        for path in folder.iterdir()
        if looks_finished(path.name)
        and not path.is_symlink()
        and path.is_file()
        and path.stat().st_mtime <= before
    )


def _move(path: Path, name: str) -> None:
    """Put a file aside under a name of its own: another of the same name may come tomorrow."""
    folder = path.parent / name
    folder.mkdir(exist_ok=True)
    path.rename(folder / f"{timezone.now():%Y%m%dT%H%M%S%f}-{path.name}")
