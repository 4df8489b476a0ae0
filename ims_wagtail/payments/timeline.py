"""What staff see of an order: its lines, its payer, and everything that happened, in order.

The whole story of a paid order is that of its postings; of one that isn't paid, its own.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from ims_wagtail.access.policy import scope_of
from ims_wagtail.ledger.models import Posting
from ims_wagtail.ledger.story import Event, stories_of
from ims_wagtail.money import ZERO

from .models import Attempt, Order, OrderContact, OrderLine
from .posting import source_of
from .receiving import source_of_received
from .telling import orders_told


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the story of a refund."""

    at: datetime
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class OrderStory:
    """An order as one reader may see it."""

    order: Order
    lines: list[OrderLine]
    hidden_lines: int
    total: Decimal
    contact: OrderContact | None
    attempts: list[Attempt]
    events: tuple[Event, ...]


def story_of(*, order: Order, reader: Any, tells: bool = True) -> OrderStory:
    """Tell the story of an order to a reader, in a constant number of queries.

    Lines of funds the reader doesn't work in are counted, never shown; attempts only to who may see
    attempts, the payer only to who may see payers. ``tells`` is false where the events stand on the
    page already.
    """
    every = list(order.lines.select_related("fund", "vat_code").order_by("number"))
    seen = scope_of(reader, "ims_payments.view_order", "ims_ledger.view_transaction")
    lines = [line for line in every if line.fund_id in seen]
    attempts: list[Attempt] = []
    if _works_in_one(reader, "ims_payments.view_attempt", lines):
        attempts = list(order.attempts.select_related("account").order_by("number"))
    contact = None
    if _works_in_one(reader, "ims_ledger.view_payerdetails", lines):
        contact = OrderContact.objects.filter(order=order).first()
    return OrderStory(
        order=order,
        lines=lines,
        hidden_lines=len(every) - len(lines),
        total=sum((line.amount for line in lines), ZERO),
        contact=contact,
        attempts=attempts,
        events=_events(order, reader) if tells and lines else (),
    )


def _works_in_one(reader: Any, permission: str, lines: list[OrderLine]) -> bool:
    scope = scope_of(reader, permission)
    return any(line.fund_id in scope for line in lines)


def _events(order: Order, reader: Any) -> tuple[Event, ...]:
    sources = [source_of(attempt) for attempt in order.attempts.all()]
    sources.append(source_of_received(order))
    posting_ids = list(Posting.objects.filter(source__in=sources).values_list("pk", flat=True))
    stories = stories_of(posting_ids=posting_ids, reader=reader)
    # An order that was paid twice has two postings, whose stories share most of their events.
    found = {id(event): event for story in stories.values() for event in story.events}
    if not found:
        told = orders_told([order], {}, reader)
        return tuple(sorted(told, key=lambda event: event.at))
    return tuple(sorted(found.values(), key=lambda event: event.at))
