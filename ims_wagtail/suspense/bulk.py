"""Allocating many items at once by what is suggested for them, each by itself."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ims_wagtail.access.policy import scope_of
from ims_wagtail.corrections.checking import REASON_LENGTH
from ims_wagtail.corrections.targets import funds_with_rules
from ims_wagtail.corrections.wishes import To

from .allocating import request_allocation
from .exceptions import SuspenseRefused
from .kinds import ALLOCATE
from .models import Allocation, SuspenseItem
from .remaining import with_remaining
from .suggesting.suggestions import Suggestion, suggest
from .wishes import Wish


#: So many items are looked at for one page: what is asked of the database stays the same.
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Match:
    """An item with the likeliest account for all that is left of it."""

    item: Any
    suggestion: Suggestion

    @property
    def key(self) -> str:
        """What was seen and agreed to: another account or amount is something else."""
        to = self.suggestion
        return f"{self.item.pk}:{to.fund.pk}:{to.reference}:{self.item.remaining}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of accepting: what was asked for, and of which items nothing, and why."""

    made: Sequence[Allocation]
    refused: Sequence[tuple[SuspenseItem, str]]


def items_to_match(*, by: Any) -> QuerySet[Any]:
    """Return items a person may allocate that nobody else looks after, the oldest first."""
    items = SuspenseItem.objects.filter(Q(owner=None) | Q(owner=by), cleared=False, amount__gt=0)
    mine = scope_of(by, ALLOCATE)
    if not mine.every:
        items = items.filter(fund__in=mine.fund_ids)
    rows = with_remaining(items).filter(remaining__gt=0).select_related("transaction", "fund")
    return rows.order_by("received_at", "pk")


def matches(items: Sequence[Any], *, score: int, by: Any) -> list[Match]:
    """Return the likeliest account of each item whose score is so much or more."""
    found = suggest(items, reader=by)
    best = ((item, found[item.pk][0]) for item in items if found.get(item.pk))
    return [Match(item, likeliest) for item, likeliest in best if likeliest.score >= score]


def accept(*, keys: Collection[str], score: int, by: Any) -> Outcome:
    """Allocate what was agreed to, each item by itself; what has changed since is left out."""
    item_ids = {int(key.partition(":")[0]) for key in keys if key.partition(":")[0].isdecimal()}
    items = list(items_to_match(by=by).filter(pk__in=item_ids)[:AT_ONCE])
    agreed = [match for match in matches(items, score=score, by=by) if match.key in keys]
    left_out = SuspenseItem.objects.select_related("transaction").filter(
        pk__in=item_ids - {match.item.pk for match in agreed}
    )
    made: list[Allocation] = []
    refused = [
        (item, _("It has changed since, or somebody else looks after it.")) for item in left_out
    ]
    funds = funds_with_rules({match.suggestion.fund.pk for match in agreed}).in_bulk()
    for match in agreed:
        try:
            made.append(request_allocation(wish=_wish(match, funds), by=by))
        except SuspenseRefused as why_not:
            refused.append((match.item, str(why_not)))
    return Outcome(made, refused)


def reason_of(suggestion: Suggestion) -> str:
    """Return why money goes to a suggested account, as it stands in the book."""
    words = {"score": suggestion.score, "reason": suggestion.reason}
    return (_("Suggested, %(score)s of 100: %(reason)s") % words)[:REASON_LENGTH]


def _wish(match: Match, funds: Mapping[int, Any]) -> Wish:
    to = match.suggestion
    return Wish(
        takes={match.item.pk: match.item.remaining},
        gives=[To(funds[to.fund.pk], to.reference, match.item.remaining)],
        reason=reason_of(to),
    )
