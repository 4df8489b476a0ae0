"""What suspense adds to the page of a posting: its items, and the story of their allocations."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from ims_wagtail.access.naming import name_of
from ims_wagtail.access.policy import scope_of
from ims_wagtail.approvals.story import decisions_told
from ims_wagtail.ledger.actions import Action
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Posting
from ims_wagtail.ledger.story import Asked, Event
from ims_wagtail.money import format_pounds

from .deciding import source_of
from .kinds import ALLOCATE, VIEW
from .models import Allocation, AllocationTake, SuspenseItem
from .remaining import with_remaining
from .undoing import why_not_undo


#: So many items of one posting are offered one by one; the list of suspense has them all.
_MOST = 5


def suspense_actions(posting: Posting, user: Any) -> Iterator[Action]:
    """Offer the items of a posting, and to take an allocation back."""
    sees = scope_of(user, VIEW)
    items = SuspenseItem.objects.filter(transaction__posting=posting, cleared=False)
    if sees and not sees.every:
        items = items.filter(fund__in=sees.fund_ids)
    if sees:
        rows = with_remaining(items).select_related("transaction").order_by("pk")[:_MOST]
        for item in rows:
            words = {"item": item.transaction.reference, "left": format_pounds(item.remaining)}
            yield Action(
                _("Clear suspense (%(item)s)") % words,
                url=reverse("ims_suspense:inspect", args=[item.pk]),
                note=_("%(left)s is left to allocate.") % words,
            )
    if posting.kind != PostingKind.SUSPENSE_ALLOCATION:
        return
    made = Allocation.objects.select_related("posting").filter(posting=posting).first()
    if made is None or not scope_of(user, ALLOCATE):
        return
    why_not = why_not_undo(made)
    url = "" if why_not else reverse("ims_suspense_allocations:undo", args=[made.pk])
    yield Action(_("Undo"), url=url, why_not=why_not)


def allocations_told(asked: Asked) -> Iterator[Event]:
    """Tell of allocations that took from the postings or made them; five queries."""
    scope = scope_of(asked.reader, "ims_suspense.view_allocation")
    if not scope:
        return
    ids = list(asked.postings)
    taken = AllocationTake.objects.filter(item__transaction__posting__in=ids)
    taken_of: dict[int, set[int]] = defaultdict(set)
    for made_id, posting_id in taken.values_list("allocation", "item__transaction__posting"):
        taken_of[made_id].add(posting_id)
    touching = Allocation.objects.filter(
        Q(pk__in=list(taken_of)) | Q(posting__in=ids) | Q(undoes__posting__in=ids)
    )
    if not scope.every:
        mine = Allocation.funds.through.objects.filter(fund__in=scope.fund_ids)
        touching = touching.filter(pk__in=mine.values("allocation"))
    subjects = {}
    for made in touching.select_related("requested_by", "undoes").order_by("pk"):
        undone = made.undoes.posting_id if made.undoes else None
        about = taken_of[made.pk] | ({made.posting_id, undone} & {*ids})
        posting_ids = frozenset(pk for pk in about if pk is not None)
        called = _("Suspense allocation %(number)s") % {"number": made.reference}
        subjects[source_of(made)] = (called, posting_ids)
        yield Event(
            at=made.requested_at,
            what=(
                _("%(called)s asked for, to undo what was allocated")
                if undone
                else _("%(called)s asked for")
            )
            % {"called": called},
            posting_ids=posting_ids,
            details=(made.reason,),
            by=name_of(made.requested_by),
            url=reverse("ims_suspense_allocations:inspect", args=[made.pk]),
        )
    yield from decisions_told(subjects, asked.reader)
