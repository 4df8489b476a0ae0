"""Names and addresses of files that are done with are not kept for longer than these files."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from ims_wagtail.conf import ims_settings
from ims_wagtail.imports.enums import OVER_WITHOUT_TRACE, ImportState
from ims_wagtail.imports.models import Import, ImportHolder


def forget_old_holders() -> int:
    """Remove the rows of old files of account holders; return of how many files.

    How many accounts each of them changed stays. What its accounts were before doesn't: from then
    on it can't be undone.
    """
    before = timezone.now() - timedelta(days=ims_settings().import_file_days)
    done = (ImportState.POSTED, *OVER_WITHOUT_TRACE)
    old = Import.objects.filter(
        received_at__lt=before, state__in=done, holder_file__isnull=False, holders__ordinal=1
    )
    ids = list(old.values_list("pk", flat=True))
    rows = ImportHolder.objects.filter(of_import__in=ids)
    rows._raw_delete(rows.db)
    return len(ids)
