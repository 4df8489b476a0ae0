"""What a file becomes in the book: everything in one transaction, or nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ims_wagtail.ledger.bulk import LineSource, post_set, reverse_set, standing_in_the_way
from ims_wagtail.ledger.enums import PostingKind

from .enums import IN_THE_BOOK, ImportState, RowOutcome
from .exceptions import ImportRefused
from .finishing import count_rows, mark_duplicates
from .keys import forget_keys, keep_keys, queue_for_the_book
from .lanes import Lane
from .leases import Lease
from .models import Import, ImportPosting, ImportRow


#: Lines are the rows, by their ordinals. Where they are read, those that have only just become
#: suspense may still be problems.
_ROWS = LineSource(
    relation="ims_imports_importrow",
    where="of_import_id = %s AND outcome IN (%s, %s, %s)",
    line_number="ordinal",
    accounting_date="date",
)


def allow_transactions(file: Import, _gone_reason: str) -> None:
    """Let a file be posted of which something can be. Raises ``ImportRefused``."""
    outcomes = set(file.totals.values_list("outcome", flat=True))
    if not outcomes & {*IN_THE_BOOK, RowOutcome.PROBLEM}:
        raise ImportRefused(_("There is nothing to post: every row came before or can't be read."))


def post_transactions(lease: Lease) -> None:
    """Post a file that was confirmed. Raises ``LeaseLost``.

    When another file brought some of its rows into the book meanwhile, nothing is posted and it
    waits for a person again, with those rows marked.
    """
    try:
        with Lane() as lane, transaction.atomic():
            _post(lease.lock(state=ImportState.POSTING), lane)
    except IntegrityError as error:
        if "ims_imports_importkey" not in str(error):
            raise
        _look_again(lease)


def _post(file: Import, lane: Lane) -> None:
    now = timezone.now()
    problems = ImportRow.objects.filter(of_import=file, outcome=RowOutcome.PROBLEM)
    if problems.update(outcome=RowOutcome.SUSPENSE):
        count_rows(file)
    queue_for_the_book(wait=True)
    keep_keys(file)
    postings = post_set(
        kind=PostingKind.IMPORT,
        source=f"import:{file.pk}",
        lines=_ROWS,
        parameters=[file.pk, *IN_THE_BOOK, RowOutcome.PROBLEM],
        by_id=file.confirmed_by_id,
        at=now,
        beside=lane,
    )
    mark_posted(file, postings, now)


def mark_posted(file: Import, postings: list[int], at: datetime) -> None:
    """Write down what a locked file became."""
    ImportPosting.objects.bulk_create(
        ImportPosting(posting_id=posting_id, of_import=file) for posting_id in postings
    )
    file.state = ImportState.POSTED
    file.posted_at = at
    file.lease = file.leased_until = None
    file.save()


def _look_again(lease: Lease) -> None:
    with transaction.atomic():
        file = lease.lock(state=ImportState.POSTING)
        found = mark_duplicates(file)
        count_rows(file)
        give_back(
            file,
            ImportState.PREVIEWED,
            _(
                "Another import has just posted %(count)d of these rows: nothing was posted. "
                "Look at the totals again."
            )
            % {"count": found},
        )


def undo_transactions(lease: Lease) -> None:
    """Undo a file by opposite lines, dated today. Raises ``LeaseLost``.

    Refused, with the lines named, when some of its money was moved, refunded or is held.
    """
    with transaction.atomic():
        file = lease.lock(state=ImportState.UNDOING)
        postings = list(file.postings.values_list("posting_id", flat=True))
        if lines := standing_in_the_way(postings):
            give_back(
                file,
                ImportState.POSTED,
                _("It can't be undone: money was moved, refunded or is held of %(lines)s.")
                % {"lines": ", ".join(lines)},
            )
            return
        now = timezone.now()
        reverse_set(
            posting_ids=postings,
            source=f"import:{file.pk}:undo",
            narrative=_("Import undone: %(reason)s") % {"reason": file.undo_reason},
            by_id=file.undone_by_id,
            at=now,
        )
        forget_keys(file)
        file.state = ImportState.UNDONE
        file.undone_at = now
        file.lease = file.leased_until = None
        file.save()


def give_back(file: Import, state: ImportState, why: str) -> None:
    """Put a locked file back to where a person decides, and say why."""
    file.state = state
    file.failure = why[:400]
    file.lease = file.leased_until = None
    file.save()
