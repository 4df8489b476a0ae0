"""Where files that came in are kept: out of reach of every browser."""

from datetime import timedelta
from pathlib import PurePath
from uuid import uuid4

from django.core.files.storage import Storage, storages
from django.utils import timezone

from ims_wagtail.conf import ims_settings

from .enums import OVER_WITHOUT_TRACE, ImportState
from .models import Import


#: The name in ``STORAGES`` of the storage that no browser may fetch from.
PRIVATE = "ims_private"


def private_storage() -> Storage:
    """Return the storage. Raises ``InvalidStorageError`` when the site has not set it up."""
    return storages[PRIVATE]


def name_for(file_name: str) -> str:
    """Return where to keep a file: nothing of the sender's name but how it ends."""
    ending = PurePath(file_name).suffix[:10]
    ending = ending if ending[1:].isalnum() and ending.isascii() else ""
    return f"imports/{timezone.now():%Y/%m}/{uuid4().hex}{ending}"


def forget_old_files() -> int:
    """Remove files whose days have gone by, when nothing more is done with them; return how many.

    Their rows stay, with the text of each.
    """
    before = timezone.now() - timedelta(days=ims_settings().import_file_days)
    done = (ImportState.POSTED, *OVER_WITHOUT_TRACE)
    old = Import.objects.filter(received_at__lt=before, state__in=done).exclude(stored_as="")
    count = 0
    for file in old.order_by("pk").iterator():
        private_storage().delete(file.stored_as)
        Import.objects.filter(pk=file.pk).update(stored_as="")
        count += 1
    return count
