"""The formats we read. Each registers itself when Django starts."""

from __future__ import annotations

from ims_wagtail.imports.enums import ImportKind

from .contract import Format


_formats: dict[str, Format] = {}


def register(a_format: Format) -> None:
    """Let files of a format be imported. Raises ``ValueError`` for a second one of its key."""
    if a_format.key in _formats:
        raise ValueError(f"{a_format.key} is registered already")
    _formats[a_format.key] = a_format


def get(key: str) -> Format:
    """Return a format. Raises ``LookupError`` when nothing installed reads it."""
    return _formats[key]


def every(kind: ImportKind | None = None) -> list[Format]:
    """Return all formats, or those of one kind, by name."""
    found = [one for one in _formats.values() if kind is None or one.kind == kind]
    return sorted(found, key=lambda one: str(one.name))
