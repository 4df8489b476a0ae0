"""Taking a file of requests in: what was looked at, once, and the work that makes them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ims_wagtail.access import audit
from ims_wagtail.checkout.requests.models import RequestFile

from .checking import CheckedFile, Terms, check_file
from .reading import FileRow
from .tasks import make_file


#: Nothing heard for so long means that the worker was stopped.
_SILENCE = timedelta(minutes=3)


class RowsRefused(Exception):
    """Something has changed since the file was looked at; ``checked`` says what is wrong."""

    def __init__(self, checked: CheckedFile) -> None:
        self.checked = checked
        super().__init__(f"{len(checked.faults)} things are wrong")


def take_in(
    *, key: UUID, rows: Sequence[FileRow], terms: Terms, file_name: str, by: Any
) -> RequestFile:
    """Keep a file that was looked at, and have its requests made; the same ``key`` is kept once.

    Raises ``RowsRefused``.
    """
    if kept := RequestFile.objects.filter(key=key).first():
        return kept
    checked = check_file(rows, terms=terms)
    if checked.faults:
        raise RowsRefused(checked)
    with transaction.atomic():
        kept, is_new = RequestFile.objects.get_or_create(
            key=key,
            defaults={
                "payment_type": terms.payment_type,
                "file_name": file_name[:200],
                "rows": [_with_day(row, terms).packed() for row in checked.rows],
                "count": len(checked.rows),
                "single_use": terms.single_use,
                "language": terms.language,
                "and_send": terms.and_send,
                "site_id": terms.site_id,
                "made_by": by,
            },
        )
        if is_new:
            audit.record(
                user=by,
                action="upload requests",
                obj=kept,
                fund=kept.fund_id,
                after={
                    "file": kept.file_name,
                    "payment_type": str(terms.payment_type),
                    "requests": kept.count,
                    "amount": str(checked.total),
                    "sent": terms.and_send,
                },
            )
            make_file.enqueue(file_id=kept.pk)
    return kept


def has_stopped(file: RequestFile) -> bool:
    """Return whether nothing has been heard for a while of what makes the requests."""
    return file.finished_at is None and file.heard_of_at < timezone.now() - _SILENCE


@transaction.atomic
def go_on(*, file: RequestFile, by: Any) -> None:
    """Have the rest made by another worker."""
    audit.record(user=by, action="go on", obj=file, fund=file.fund_id)
    RequestFile.objects.filter(pk=file.pk).update(heard_of_at=timezone.now())
    make_file.enqueue(file_id=file.pk)


def _with_day(row: FileRow, terms: Terms) -> FileRow:
    """Write the last day into a row that left it to the form."""
    return replace(row, expires_on=row.expires_on or terms.expires_on)
