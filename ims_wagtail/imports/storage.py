"""Where files that came in are kept: out of reach of every browser."""

from pathlib import PurePath
from uuid import uuid4

from django.core.files.storage import Storage, storages
from django.utils import timezone


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
