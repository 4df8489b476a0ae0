"""What can go wrong with a file, in words fit for who brought it."""

from __future__ import annotations

from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from .models import Import


class ImportRefused(Exception):
    """What was asked for can't be done; the message says why."""


class AlreadyImported(ImportRefused):
    """The same content came in before, perhaps under another name."""

    def __init__(self, message: str, earlier: Import) -> None:
        super().__init__(message)
        self.earlier = earlier


class Unreachable(Exception):
    """Where files arrive can't be read; the message says why, fit for finance people."""


class LeaseLost(Exception):
    """Somebody cancelled the file, or another worker took it over: stop, and write nothing."""
