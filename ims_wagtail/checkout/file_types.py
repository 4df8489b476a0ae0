"""What a file is, by what stands in it: names and what browsers say prove nothing."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from .enums import FileType


@dataclass(frozen=True, slots=True)
class Known:
    """A format that is taken: what it counts as, and how its names end."""

    kind: FileType
    content_type: str
    endings: tuple[str, ...]
    is_it: Callable[[bytes, BinaryIO], bool]


def known_format(file: BinaryIO) -> Known | None:
    """Return the format of a file, or ``None`` for one that is not taken."""
    file.seek(0)
    head = file.read(1024)
    found = next((known for known in FORMATS if known.is_it(head, file)), None)
    file.seek(0)
    return found


def endings_of(kinds: tuple[str, ...]) -> list[str]:
    """Return how names of these kinds of files end, for a browser's dialogue."""
    return [ending for known in FORMATS if known.kind in kinds for ending in known.endings]


def _begins(*beginnings: bytes) -> Callable[[bytes, BinaryIO], bool]:
    return lambda head, file: head.startswith(beginnings)


def _is_heic(head: bytes, file: BinaryIO) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1")


def _is_word(head: bytes, file: BinaryIO) -> bool:
    names = _names(head, file)
    # Macros are programs, whatever the name ends in.
    return "word/document.xml" in names and "word/vbaProject.bin" not in names


def _is_open_document(head: bytes, file: BinaryIO) -> bool:
    # The format puts its name first, uncompressed.
    if not head[30:].startswith(b"mimetypeapplication/vnd.oasis.opendocument.text"):
        return False
    names = _names(head, file)
    # What can't be looked into may hold macros.
    return bool(names) and not any(name.startswith("Basic/") for name in names)


def _names(head: bytes, file: BinaryIO) -> frozenset[str]:
    if not head.startswith(b"PK\x03\x04"):
        return frozenset()
    try:
        with zipfile.ZipFile(file) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return frozenset()


FORMATS = (
    Known(FileType.PDF, "application/pdf", (".pdf",), _begins(b"%PDF-")),
    Known(FileType.PICTURE, "image/jpeg", (".jpg", ".jpeg"), _begins(b"\xff\xd8\xff")),
    Known(FileType.PICTURE, "image/png", (".png",), _begins(b"\x89PNG\r\n\x1a\n")),
    Known(FileType.PICTURE, "image/heic", (".heic",), _is_heic),
    Known(
        FileType.DOCUMENT,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (".docx",),
        _is_word,
    ),
    Known(
        FileType.DOCUMENT, "application/vnd.oasis.opendocument.text", (".odt",), _is_open_document
    ),
)
