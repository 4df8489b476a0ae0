"""Looking for viruses in files of residents, by whatever the site uses."""

from typing import BinaryIO

from django.utils.module_loading import import_string

from ims_wagtail.conf import ims_settings


class FileRefused(ValueError):
    """A file is not kept. Its text is shown to whoever sent it."""


def scan(file: BinaryIO, *, name: str, content_type: str) -> None:
    """Have the site's scanner look at a file before it is kept; without one nothing happens.

    ``IMS["FILE_SCANNER"]`` names a function with these parameters. It raises ``FileRefused``, with
    words for the resident, for what must not be kept or could not be looked at.
    """
    if scanner := ims_settings().file_scanner:
        import_string(scanner)(file, name=name, content_type=content_type)
        file.seek(0)
