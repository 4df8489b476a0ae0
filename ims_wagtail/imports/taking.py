"""Taking in one file that arrived by itself, or noting why it was not taken."""

from __future__ import annotations

import logging

from django.core.files.base import File

from .exceptions import ImportRefused
from .models import ImportType, RefusedFile
from .receiving import receive


logger = logging.getLogger(__name__)


def take(*, import_type: ImportType, file: File, file_name: str) -> bool:
    """Take a file in; say whether it was. One that is refused is noted with the reason."""
    try:
        made = receive(
            import_type=import_type,
            file=file,
            file_name=file_name,
            post_at_once=import_type.post_at_once,
        )
    except ImportRefused as refused:
        refuse(import_type=import_type, file_name=file_name, why=str(refused))
        return False
    logger.info("import type %s: %s is import %s", import_type.code, file_name, made.pk)
    return True


def refuse(*, import_type: ImportType, file_name: str, why: str) -> None:
    """Note that a file was not taken, and why: the dashboard and the page of its type tell it."""
    logger.warning("import type %s: %s refused: %s", import_type.code, file_name, why)
    RefusedFile.objects.create(import_type=import_type, file_name=file_name[:200], why=why[:400])
