"""Files that wait on other servers: fetched once each, when nobody writes to them any more."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from tempfile import TemporaryFile
from typing import IO

import paramiko
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ims_wagtail.conf import ims_settings

from .exceptions import Unreachable
from .models import ImportType, RemoteFile
from .servers import connected
from .taking import refuse, take
from .unfinished import QUIET, looks_finished


#: So many questions of 32 KB are under way at once: enough for a distant server, and little memory.
_UNDER_WAY = 64
_CHUNK = 32_768


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as a server lists it."""

    name: str
    size: int
    modified: int


def fetch_from_server(import_type: ImportType) -> Iterator[bool]:
    """Fetch the files of a type that are new on its server; yield of each whether it was taken.

    A file counts as whole when it has stood unchanged since a round a minute ago: the clock of the
    server has no part in it. Raises ``Unreachable``.
    """
    now = timezone.now()
    faults: list[str] = []
    with connected(import_type.server) as sftp:
        listed = sorted(_listed(sftp, import_type), key=lambda seen: (seen.modified, seen.name))
        known = {
            file.path: file
            for file in RemoteFile.objects.filter(
                import_type=import_type, path__in=[_known_as(import_type, one) for one in listed]
            )
        }
        for seen in listed:
            file = _note(import_type, seen, known.get(_known_as(import_type, seen)), now)
            if file.fetched_at is None and file.unchanged_since <= now - QUIET:
                try:
                    taken = _fetch(sftp, import_type, file, seen)
                except PermissionError:
                    faults.append(_("We may not read %(name)s.") % {"name": seen.name})
                    continue
                if taken is None:
                    continue
                yield taken
            if file.taken and import_type.remove_fetched:
                try:
                    sftp.remove(_place(import_type, seen))
                    # Whatever comes under this name next is new, however much it looks the same.
                    file.delete()
                except PermissionError:
                    faults.append(
                        _("%(name)s was taken, but we may not remove it.") % {"name": seen.name}
                    )
    if faults:
        raise Unreachable(" ".join(faults))


def _listed(sftp: paramiko.SFTPClient, import_type: ImportType) -> Iterator[Seen]:
    pattern = import_type.remote_names or "*"
    for found in sftp.listdir_iter(import_type.remote_folder or "."):
        name = found.filename
        if (
            found.st_mode is not None
            and stat.S_ISREG(found.st_mode)
            and found.st_size
            # What another machine calls its files is not to lead anywhere else.
            and "/" not in name
            and name.isprintable()
            and len(name) <= 200
            and looks_finished(name)
            and fnmatchcase(name.lower(), pattern.lower())
        ):
            yield Seen(name, found.st_size, found.st_mtime or 0)


def _note(
    import_type: ImportType, seen: Seen, known: RemoteFile | None, now: datetime
) -> RemoteFile:
    """Keep how a file stands now; another content under a name we know is another file."""
    if known is None:
        return RemoteFile.objects.create(
            import_type=import_type,
            path=_known_as(import_type, seen),
            size=seen.size,
            modified=seen.modified,
            unchanged_since=now,
        )
    if (known.size, known.modified) != (seen.size, seen.modified):
        known.size, known.modified, known.unchanged_since = seen.size, seen.modified, now
        known.fetched_at, known.taken = None, False
        known.save()
    return known


def _fetch(
    sftp: paramiko.SFTPClient, import_type: ImportType, file: RemoteFile, seen: Seen
) -> bool | None:
    """Fetch a file and take it in, together or not at all. None when it changed on the way."""
    most = ims_settings().import_megabytes
    if seen.size > most * 1_000_000:
        with transaction.atomic():
            why = _("The file has more than %(most)d MB, the most we take. Ask for it in parts.")
            refuse(import_type=import_type, file_name=seen.name, why=why % {"most": most})
            _done(file, taken=False)
        return False
    with TemporaryFile() as content:
        if not _copy(sftp, _place(import_type, seen), content, seen):
            return None
        with transaction.atomic():
            taken = take(import_type=import_type, file=File(content), file_name=seen.name)
            _done(file, taken=taken)
    return taken


def _done(file: RemoteFile, *, taken: bool) -> None:
    file.fetched_at, file.taken = timezone.now(), taken
    file.save(update_fields=["fetched_at", "taken"])


def _copy(sftp: paramiko.SFTPClient, place: str, content: IO[bytes], seen: Seen) -> bool:
    """Copy what was listed, and say whether it is what stands there still."""
    size = 0
    try:
        with sftp.open(place, "rb") as remote:
            remote.prefetch(seen.size, _UNDER_WAY)
            while size <= seen.size and (chunk := remote.read(_CHUNK)):
                size += len(chunk)
                content.write(chunk)
        after = sftp.stat(place)
    except FileNotFoundError:
        return False
    return size == seen.size == after.st_size and (after.st_mtime or 0) == seen.modified


def _place(import_type: ImportType, seen: Seen) -> str:
    folder = import_type.remote_folder.rstrip("/")
    if not folder and import_type.remote_folder:
        return f"/{seen.name}"
    return f"{folder}/{seen.name}" if folder else seen.name


def _known_as(import_type: ImportType, seen: Seen) -> str:
    return f"{import_type.server}:{_place(import_type, seen)}"
