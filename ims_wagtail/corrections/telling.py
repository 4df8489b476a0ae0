"""What corrections add to the story of a posting: asking, and what became of it."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from ims_wagtail.access.naming import name_of
from ims_wagtail.access.policy import scope_of
from ims_wagtail.approvals.story import decisions_told
from ims_wagtail.ledger.story import Asked, Event

from .kinds import VIEW
from .models import Correction, CorrectionTake
from .sources import subject_of


def corrections_told(asked: Asked) -> Iterator[Event]:
    """Tell of corrections that took from the postings, made them, or undo them; five queries.

    What they post is the ledger's to tell.
    """
    scope = scope_of(asked.reader, VIEW)
    if not scope:
        return
    ids = list(asked.postings)
    taken = CorrectionTake.objects.filter(transaction__posting__in=ids)
    taken_of: dict[int, set[int]] = defaultdict(set)
    for correction_id, posting_id in taken.values_list("correction", "transaction__posting"):
        taken_of[correction_id].add(posting_id)
    touching = Correction.objects.filter(
        Q(pk__in=list(taken_of)) | Q(posting__in=ids) | Q(undoes__in=ids)
    )
    if not scope.every:
        touching = touching.filter(
            pk__in=Correction.funds.through.objects.filter(fund__in=scope.fund_ids).values(
                "correction"
            )
        )
    subjects: dict[str, tuple[str, frozenset[int]]] = {}
    for correction in touching.select_related("requested_by", "upload").order_by("pk"):
        about = taken_of[correction.pk] | ({correction.posting_id, correction.undoes_id} & {*ids})
        posting_ids = frozenset(pk for pk in about if pk is not None)
        called = f"{correction.get_kind_display()} {correction.reference}"
        subject = subject_of(correction)
        # A file of journals is decided about once, whichever of its lines are told of.
        before = subjects.get(subject, ("", frozenset()))[1]
        decided = called if correction.upload is None else _("Journals from a file")
        subjects[subject] = (decided, before | posting_ids)
        yield Event(
            at=correction.requested_at,
            what=(
                _("%(called)s asked for, to undo what was moved")
                if correction.undoes_id
                else _("%(called)s asked for")
            )
            % {"called": called},
            posting_ids=posting_ids,
            details=tuple(filter(None, [correction.reason, _file(correction)])),
            by=name_of(correction.requested_by),
            url=reverse("ims_corrections:inspect", args=[correction.pk]),
        )
    yield from decisions_told(subjects, asked.reader)


def _file(correction: Correction) -> str:
    if correction.upload is None:
        return ""
    words = {"number": correction.upload.reference, "line": correction.upload_line}
    return _("File of journals %(number)s, line %(line)s") % words
