"""One round over the places where files arrive by themselves."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from .enums import ArrivesBy
from .exceptions import Unreachable
from .fetching import fetch_from_server
from .folders import take_from_folder
from .models import ImportType


logger = logging.getLogger(__name__)

#: How files are taken that arrive in each way but by hand.
WAYS = {ArrivesBy.FOLDER: take_from_folder, ArrivesBy.SFTP: fetch_from_server}


@dataclass(slots=True)
class Collected:
    """What one round came to."""

    taken: int = 0
    refused: int = 0
    #: Folders and servers that could not be read.
    failed: int = 0


def collect_files() -> Collected:
    """Take every whole file that arrived for the import types; one round at a time.

    What goes wrong with one type is kept on it, and the others go on.
    """
    found = Collected()
    with _alone() as alone:
        if not alone:
            return found
        types = ImportType.objects.filter(enabled=True, arrives_by__in=WAYS)
        for import_type in types.order_by("code"):
            try:
                for taken in WAYS[ArrivesBy(import_type.arrives_by)](import_type):
                    found.taken += taken
                    found.refused += not taken
            except Unreachable as error:
                found.failed += 1
                logger.error("import type %s: %s", import_type.code, error)
                _keep_failure(import_type, str(error))
            else:
                _keep_failure(import_type, "")
    return found


def _keep_failure(import_type: ImportType, why: str) -> None:
    """Keep since when files of a type can't arrive, and why, or that they can again."""
    why = why[:300]
    if why == import_type.failing_why:
        return
    since = (import_type.failing_since or timezone.now()) if why else None
    ImportType.objects.filter(pk=import_type.pk).update(failing_since=since, failing_why=why)


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
