"""Everything behind a posting, told in order. Each room adds what it knows.

A room registers a contributor in ``AppConfig.ready``: a function that is asked about a set of
postings and returns events, in a constant number of queries however many postings there are.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from ims_wagtail.access.policy import scope_of

from .family import MOST, families_of
from .models import Posting, Transaction


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a story, in people's words.

    ``posting_ids`` are the postings whose story it belongs to. ``by`` names the person who did it;
    ``url`` is its page, empty when there is none that the reader may open.
    """

    at: datetime
    what: str
    posting_ids: frozenset[int]
    details: tuple[str, ...] = ()
    by: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """What a posting holds in one fund, in pounds."""

    lines: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class Asked:
    """What contributors are asked about: postings that the reader may see, and who reads."""

    postings: Mapping[int, Posting]
    #: What each posting holds by fund, other people's funds among them.
    shares: Mapping[int, Mapping[int, Share]]
    reader: Any

    @property
    def by_source(self) -> dict[str, int]:
        """The ids of the postings by what caused them, such as ``attempt:91``."""
        return {posting.source: pk for pk, posting in self.postings.items()}

    def numbers(self, kind: str) -> dict[int, int]:
        """Return the ids of postings by the number in their source: ``attempt:91`` is 91."""
        found = {}
        for pk, posting in self.postings.items():
            name, _colon, rest = posting.source.partition(":")
            if name == kind and rest.isdecimal():
                found[int(rest)] = pk
        return found

    def may(self, permission: str, posting_id: int) -> bool:
        """Say whether the reader has a permission in one of the funds of a posting."""
        scope = scope_of(self.reader, permission)
        return any(fund_id in scope for fund_id in self.shares[posting_id])


@dataclass(frozen=True, slots=True)
class Story:
    """What one reader may know of a posting, the oldest first."""

    events: tuple[Event, ...]
    #: Whether there are more postings behind it than are told of.
    is_cut: bool


Contributor = Callable[[Asked], Iterable[Event]]

_contributors: list[Contributor] = []


def register(contributor: Contributor) -> None:
    """Let a room add to every story. Registering twice counts once."""
    if contributor not in _contributors:
        _contributors.append(contributor)


def stories_of(*, posting_ids: Collection[int], reader: Any) -> dict[int, Story]:
    """Tell the stories of postings to a reader, by their ids; as many queries for one as for all.

    A posting of which the reader sees no line has a story without events.
    """
    families = families_of(posting_ids)
    asked = _asked({pk for members in families.values() for pk in members[:MOST]}, reader)
    told = [event for contributor in _contributors for event in contributor(asked)]
    # What came at once stays as it was told: rooms are asked in the order money flows.
    told.sort(key=lambda event: event.at)
    return {
        root: Story(
            events=tuple(event for event in told if not event.posting_ids.isdisjoint(members))
            if root in asked.postings
            else (),
            is_cut=len(members) > MOST,
        )
        for root, members in families.items()
    }


def story_of(*, posting: Posting, reader: Any) -> Story:
    """Tell the story of one posting to a reader, in a constant number of queries."""
    return stories_of(posting_ids=[posting.pk], reader=reader)[posting.pk]


def _asked(posting_ids: Collection[int], reader: Any) -> Asked:
    scope = scope_of(reader, "ims_ledger.view_transaction")
    shares: dict[int, dict[int, Share]] = defaultdict(dict)
    held = Transaction.objects.filter(posting__in=posting_ids).order_by()
    for row in held.values("posting", "fund").annotate(lines=Count("pk"), total=Sum("amount")):
        shares[row["posting"]][row["fund"]] = Share(row["lines"], row["total"])
    seen = [pk for pk, funds in shares.items() if any(fund in scope for fund in funds)]
    postings = Posting.objects.select_related("entered_by", "office").in_bulk(seen)
    return Asked(postings=postings, shares={pk: shares[pk] for pk in postings}, reader=reader)
