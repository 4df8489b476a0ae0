"""Knowing files that somebody is still writing."""

from datetime import timedelta


#: A file that nobody wrote to for so long is whole.
QUIET = timedelta(minutes=1)
#: How programs call a file they are still writing; they rename it at the end.
UNFINISHED = (".part", ".partial", ".filepart", ".tmp", ".crdownload")


def looks_finished(name: str) -> bool:
    """Say whether a file's name is one that programs give to whole files."""
    return not name.startswith(".") and not name.lower().endswith(UNFINISHED)
