"""The keys under which corrections hold money, are approved and post."""

from .models import Correction, JournalUpload


#: What stands before a correction's number in its key.
PREFIX = "correction:"
UPLOAD_PREFIX = "journal_upload:"


def source_of(correction: Correction) -> str:
    """Return the key under which a correction holds money, is approved and posts, once."""
    return f"{PREFIX}{correction.pk}"


def upload_subject_of(upload: JournalUpload) -> str:
    """Return the key under which a file of journals is approved."""
    return f"{UPLOAD_PREFIX}{upload.pk}"


def subject_of(correction: Correction) -> str:
    """Return what a correction is approved under: itself, or the file it came with."""
    return (
        f"{UPLOAD_PREFIX}{correction.upload_id}" if correction.upload_id else source_of(correction)
    )
