"""What becomes of a file of journals: posted together, or given up together."""

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from ims_wagtail.access.people import office_of
from ims_wagtail.corrections.checking import check_gives
from ims_wagtail.corrections.enums import CorrectionKind, CorrectionState
from ims_wagtail.corrections.exceptions import CorrectionRefused
from ims_wagtail.corrections.kinds import POSTS_AS
from ims_wagtail.corrections.models import (
    CorrectionGive,
    CorrectionTake,
    JournalUpload,
)
from ims_wagtail.corrections.posting import give_of, targets_of
from ims_wagtail.corrections.sources import PREFIX
from ims_wagtail.funds.selectors import NotSetUp
from ims_wagtail.ledger.corrections import Movement, Take, move_many
from ims_wagtail.ledger.models import Hold, Posting


_KIND = CorrectionKind.JOURNAL


def post_upload(upload: JournalUpload) -> None:
    """Post every line, dated today, by whoever asked for it; inside the deciding transaction.

    The targets are checked again. Raises ``CorrectionRefused``: nothing is posted then.
    """
    _release(upload)
    gives = check_gives(_KIND, targets_of(_gives(upload)))
    takes = _takes(upload)
    try:
        move_many(
            kind=POSTS_AS[_KIND],
            movements=[
                Movement(
                    source=f"{PREFIX}{take.correction_id}",
                    takes=[Take(take.transaction, take.amount)],
                    gives=[give_of(to)],
                    narrative=take.correction.reason,
                )
                for take, to in zip(takes, gives, strict=True)
            ],
            by=upload.requested_by,
            office=office_of(upload.requested_by),
        )
    except NotSetUp as missing:
        raise CorrectionRefused(str(missing)) from missing
    key = Concat(Value(PREFIX), Cast(OuterRef("pk"), CharField()))
    posted = Posting.objects.filter(source=key)
    upload.corrections.update(
        state=CorrectionState.POSTED,
        posting=Subquery(posted.values("pk")),
        finished_at=timezone.now(),
    )
    _finish(upload, CorrectionState.POSTED)


def give_up_upload(upload: JournalUpload, state: CorrectionState) -> None:
    """Give every line up that was not approved, and what is held for it."""
    _release(upload)
    upload.corrections.update(state=state, finished_at=timezone.now())
    _finish(upload, state)


def _finish(upload: JournalUpload, state: CorrectionState) -> None:
    upload.state, upload.finished_at = state, timezone.now()
    upload.save(update_fields=["state", "finished_at"])


def _release(upload: JournalUpload) -> None:
    ids = upload.corrections.values_list("pk", flat=True)
    Hold.objects.filter(source__in=[f"{PREFIX}{pk}" for pk in ids]).delete()


def _takes(upload: JournalUpload) -> QuerySet[CorrectionTake]:
    takes = CorrectionTake.objects.filter(correction__upload=upload)
    return takes.select_related("transaction", "correction").order_by("correction")


def _gives(upload: JournalUpload) -> QuerySet[CorrectionGive]:
    return CorrectionGive.objects.filter(correction__upload=upload).order_by("correction")
