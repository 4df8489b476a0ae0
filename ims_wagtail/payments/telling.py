"""What payments add to a story: orders, attempts, what providers said, disputes, messages sent."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ims_wagtail.access.columns import london_time
from ims_wagtail.access.naming import name_of
from ims_wagtail.access.policy import scope_of
from ims_wagtail.ledger.story import Asked, Event
from ims_wagtail.money import format_pounds
from ims_wagtail.notifications.models import Message
from ims_wagtail.notifications.selectors import messages_about

from .enums import AttemptState, DisputeStatus, EventSource
from .links import message_source
from .models import Attempt, Dispute, Order, OrderLine, PaymentLink, ProviderEvent


#: What the provider says, in our words; what it says itself is for its own console.
_SAID = {
    "open": gettext_lazy("it waits for the payer"),
    "submitted": gettext_lazy("it is being confirmed"),
    "capturable": gettext_lazy("the money is reserved on the card, not taken yet"),
    "paid": gettext_lazy("it is paid"),
    "declined": gettext_lazy("it was declined"),
    "cancelled_by_payer": gettext_lazy("the payer cancelled it"),
    "cancelled_by_us": gettext_lazy("the council cancelled it"),
    "expired": gettext_lazy("it expired"),
    "error": gettext_lazy("it failed"),
}
#: How it came that the provider was looked at.
_LOOKED = {
    EventSource.CREATE: gettext_lazy("when the payment was made ready"),
    EventSource.RETURN: gettext_lazy("when the payer came back"),
    EventSource.WEBHOOK: gettext_lazy("after a message of its own"),
    EventSource.SCHEDULE: gettext_lazy("on the schedule"),
    EventSource.OFFICER: gettext_lazy("when an officer asked"),
    EventSource.CANCEL: gettext_lazy("when the payment was being cancelled"),
}


def payments_told(asked: Asked) -> Iterator[Event]:
    """Tell of the orders behind postings, all their attempts, and disputes; nine queries."""
    about = orders_behind(asked)
    if about:
        orders = Order.objects.filter(pk__in=list(about)).select_related("taken_by", "office")
        yield from orders_told(list(orders), about, asked.reader)


def orders_behind(asked: Asked) -> dict[int, frozenset[int]]:
    """Return the ids of the orders that postings are payments of, each with its postings."""
    numbers = asked.numbers("attempt")
    attempts = Attempt.objects.filter(pk__in=list(numbers)).values_list("pk", "order")
    found: dict[int, frozenset[int]] = defaultdict(frozenset)
    for attempt_id, order_id in attempts if numbers else ():
        found[order_id] |= {numbers[attempt_id]}
    for order_id, posting_id in asked.numbers("order").items():
        found[order_id] |= {posting_id}
    return dict(found)


def orders_told(
    orders: Sequence[Order], about: Mapping[int, frozenset[int]], reader: Any
) -> Iterator[Event]:
    """Tell of orders, paid or not, as far as a reader may know of them.

    ``about`` gives, by the id of an order, the postings whose story it belongs to.
    """
    lines: dict[int, list[OrderLine]] = defaultdict(list)
    for line in OrderLine.objects.filter(order__in=orders).select_related("fund"):
        lines[line.order_id].append(line)
    funds = {pk: {line.fund_id for line in found} for pk, found in lines.items()}
    seen = {
        order.pk: order
        for order in orders
        if _works_in(reader, "ims_payments.view_order", funds.get(order.pk, ()))
    }
    knows_payers = {
        pk for pk in seen if _works_in(reader, "ims_ledger.view_payerdetails", funds[pk])
    }
    scope = scope_of(reader, "ims_payments.view_order", "ims_ledger.view_transaction")
    for pk, order in seen.items():
        yield _made(order, lines[pk], scope, about.get(pk, frozenset()))
    yield from _messages(seen, knows_payers, about)
    attempts = [
        attempt
        for attempt in Attempt.objects.filter(order__in=list(seen)).select_related("account")
        if _works_in(reader, "ims_payments.view_attempt", funds[attempt.order_id])
    ]
    yield from _attempts(attempts, about)
    disputes = Dispute.objects.filter(attempt__order__in=list(seen)).select_related("attempt")
    for dispute in disputes.order_by("pk"):
        order_id = dispute.attempt.order_id if dispute.attempt else 0
        if _works_in(reader, "ims_payments.view_dispute", funds.get(order_id, ())):
            yield from _dispute(dispute, about.get(order_id, frozenset()))


def _works_in(reader: Any, permission: str, fund_ids: Any) -> bool:
    scope = scope_of(reader, permission)
    return any(fund_id in scope for fund_id in fund_ids)


def _made(order: Order, lines: list[OrderLine], scope: Any, about: frozenset[int]) -> Event:
    details = [
        _("%(amount)s, %(what)s, account %(account)s")
        % {
            "amount": format_pounds(line.amount),
            "what": line.description,
            "account": line.account_reference,
        }
        + (_(" (page “%(page)s”)") % {"page": line.page_title} if line.page_title else "")
        for line in lines
        if line.fund_id in scope
    ]
    details += [
        _("another fund, %(amount)s") % {"amount": format_pounds(line.amount)}
        for line in lines
        if line.fund_id not in scope
    ]
    by = ", ".join(filter(None, [name_of(order.taken_by), str(order.office or "")]))
    return Event(
        at=order.created_at,
        what=_("Basket %(number)s checked out") % {"number": order.reference},
        posting_ids=about,
        details=(*details, str(order.get_channel_display())),
        by=by,
        url=reverse("ims_orders:inspect", args=[order.pk]),
    )


def _messages(
    orders: Mapping[int, Order], knows_payers: set[int], about: Mapping[int, frozenset[int]]
) -> Iterator[Event]:
    """Tell what was sent to payers: the receipt, and the newest link."""
    sources = {f"receipt:{pk}": (pk, _("Receipt")) for pk in orders}
    for link in PaymentLink.objects.filter(order__in=list(orders)):
        sources[message_source(link)] = (link.order_id, _("Payment link"))
    for message in messages_about(list(sources)):
        order_id, called = sources[message.source]
        yield message_told(
            message,
            called=called,
            posting_ids=about.get(order_id, frozenset()),
            url=reverse("ims_orders:inspect", args=[order_id]),
            names_recipient=order_id in knows_payers,
        )


def message_told(
    message: Message,
    *,
    called: str,
    posting_ids: frozenset[int],
    url: str,
    names_recipient: bool,
) -> Event:
    """Return a message as a step: what it was, how far it came, and to whom where allowed."""
    recipient = message.recipient if names_recipient else ""
    details = [
        _("E-mail to %(recipient)s") % {"recipient": recipient} if recipient else "",
        str(message.get_state_display()),
    ]
    at: datetime = message.sent_at or message.created_at
    return Event(
        at=at,
        what=_("%(what)s by e-mail") % {"what": called},
        posting_ids=posting_ids,
        details=tuple(filter(None, details)),
        url=url,
    )


def _attempts(attempts: list[Attempt], about: Mapping[int, frozenset[int]]) -> Iterator[Event]:
    by_pk = {attempt.pk: attempt for attempt in attempts}
    for attempt in attempts:
        posting_ids = about.get(attempt.order_id, frozenset())
        url = reverse("ims_orders:inspect", args=[attempt.order_id])
        yield Event(
            at=attempt.created_at,
            what=_("Attempt %(number)d to pay begun") % {"number": attempt.number},
            posting_ids=posting_ids,
            details=(f"{attempt.account}, {format_pounds(attempt.amount)}",),
            url=url,
        )
        if attempt.finished_at:
            yield Event(
                at=attempt.finished_at,
                what=_("Attempt %(number)d to pay: %(state)s")
                % {
                    "number": attempt.number,
                    "state": AttemptState(attempt.state).label,
                },
                posting_ids=posting_ids,
                url=url,
            )
    events = ProviderEvent.objects.filter(attempt__in=attempts).order_by(
        "attempt", "received_at", "pk"
    )
    # Asked again and again while nothing happens, a provider says the same each time.
    for (attempt_id, said), same in groupby(events, key=_said):
        heard = list(same)
        attempt = by_pk[attempt_id]
        details = [str(_LOOKED[EventSource(heard[0].source)])]
        if len(heard) > 1:
            words = ngettext(
                "The same once more, at %(last)s",
                "The same %(count)s times more, last at %(last)s",
                len(heard) - 1,
            )
            last = london_time(heard[-1].received_at)
            details.append(words % {"count": len(heard) - 1, "last": last})
        yield Event(
            at=heard[0].received_at,
            what=said,
            posting_ids=about.get(attempt.order_id, frozenset()),
            details=tuple(details),
            url=reverse("ims_orders:inspect", args=[attempt.order_id]),
        )


def _said(event: ProviderEvent) -> tuple[int, str]:
    """Return what a provider said in words; what was written down as a bare message says less."""
    said = _SAID.get(str(event.detail.get("state", "")))
    if said:
        words = _("The provider says that %(said)s") % {"said": said}
    elif event.message_id or event.source == EventSource.WEBHOOK:
        words = _("The provider sent a message about it")
    elif event.source == EventSource.CREATE and not event.provider_id:
        words = _("The provider did not take the payment on")
    else:
        words = _("The provider was asked")
    return event.attempt_id or 0, words


def _dispute(dispute: Dispute, posting_ids: frozenset[int]) -> Iterator[Event]:
    url = reverse("ims_disputes:inspect", args=[dispute.pk])
    amount = {"amount": format_pounds(dispute.amount)}
    due = dispute.evidence_due_at
    yield Event(
        at=dispute.opened_at,
        what=_("The payer disputes %(amount)s with their card issuer") % amount,
        posting_ids=posting_ids,
        details=(_("Evidence due by %(when)s") % {"when": london_time(due)},) if due else (),
        url=url,
    )
    if dispute.status in (DisputeStatus.WON, DisputeStatus.LOST):
        yield Event(
            at=dispute.seen_at,
            what=_("Dispute: %(status)s") % {"status": dispute.get_status_display()},
            posting_ids=posting_ids,
            url=url,
        )
