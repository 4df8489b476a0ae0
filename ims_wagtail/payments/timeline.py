"""What staff see of an order: its lines, its payer, and everything that happened, in order."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ims_wagtail.access.policy import scope_of
from ims_wagtail.money import ZERO

from .models import Attempt, Order, OrderContact, OrderLine, ProviderEvent


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the story of an order."""

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
    happenings: list[Happening]


def story_of(*, order: Order, reader: Any) -> OrderStory:
    """Tell the story of an order to a reader, in four queries however long it is.

    Lines of funds the reader doesn't work in are counted, never shown; attempts and the provider's
    words only to who may see attempts, the payer only to who may see payers.
    """
    every = list(order.lines.select_related("fund", "vat_code").order_by("number"))
    seen = scope_of(reader, "ims_payments.view_order", "ims_ledger.view_transaction")
    lines = [line for line in every if line.fund_id in seen]
    attempts: list[Attempt] = []
    events: list[ProviderEvent] = []
    if _works_in_one(reader, "ims_payments.view_attempt", lines):
        attempts = list(order.attempts.select_related("account").order_by("number"))
        events = list(
            ProviderEvent.objects.filter(attempt__order=order)
            .select_related("attempt")
            .order_by("received_at", "pk")
        )
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
        happenings=_happenings(order, attempts, events),
    )


def _works_in_one(reader: Any, permission: str, lines: list[OrderLine]) -> bool:
    scope = scope_of(reader, permission)
    return any(line.fund_id in scope for line in lines)


def _happenings(
    order: Order, attempts: list[Attempt], events: list[ProviderEvent]
) -> list[Happening]:
    found = [Happening(order.created_at, _("Order made"), order.reference)]
    for attempt in attempts:
        found.append(
            Happening(
                attempt.created_at,
                _("Attempt %(number)d started") % {"number": attempt.number},
                f"{attempt.account}, {attempt.reference}",
            )
        )
        if attempt.finished_at:
            found.append(
                Happening(
                    attempt.finished_at,
                    _("Attempt %(number)d finished") % {"number": attempt.number},
                    str(attempt.get_state_display()),
                )
            )
    found.extend(
        Happening(
            event.received_at,
            _("Provider, seen by: %(source)s") % {"source": event.get_source_display().lower()},
            ", ".join(filter(None, [event.raw_state, event.provider_id])),
        )
        for event in events
    )
    if order.paid_at:
        found.append(Happening(order.paid_at, _("Order paid"), order.reference))
    return sorted(found, key=lambda happening: happening.at)
