"""Reading orders and attempts."""

import hashlib
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from ims_wagtail.funds.models import PaymentType

from .enums import UNFINISHED_STATES, AttemptState, Channel, EventSource, OrderState
from .models import Attempt, MerchantAccount, Order, OrderLine, ProviderEvent, Route
from .schedule import FLAG_AFTER


#: How late the schedule may be before it is taken not to run.
_SCHEDULE_LATE = timedelta(minutes=15)


def account_for(
    *,
    payment_types: Collection[PaymentType],
    site_id: int | None,
    channel: Channel = Channel.ONLINE,
    using: str = DEFAULT_DB_ALIAS,
) -> dict[int, MerchantAccount]:
    """Return which account takes each payment type, by its primary key (one query for them all).

    ``site_id`` is the Wagtail site it is paid on; the default one where it is ``None``, as for the
    name on the receipt. That is the account of the route that names both, otherwise of the one for
    all of the site, then of the one for the payment type on every site, then of the one for
    everything else. The site comes before the payment type because it says whose money it is: what
    reaches the right council under the wrong heading is sorted by the ledger, what reaches another
    council's bank has to be paid over. What no account takes is missing. Whether the account takes
    anything at the moment is for ``availability.is_open`` to say.
    """
    wanted = {payment_type.pk for payment_type in payment_types}
    here = Q(site__is_default_site=True) if site_id is None else Q(site=site_id)
    routes = (
        Route.objects.using(using)
        .select_related("account")
        .filter(Q(payment_type__in=wanted) | Q(payment_type=None), here | Q(site=None))
        .filter(channel=channel)
    )
    accounts = {
        (route.payment_type_id, route.site_id is not None): route.account for route in routes
    }
    found = {}
    for pk in wanted:
        for route in ((pk, True), (None, True), (pk, False), (None, False)):
            if route in accounts:
                found[pk] = accounts[route]
                break
    return found


def replaces(newer: Any, older: Any) -> bool:
    """Return whether an order of the same basket has taken the place of an older one.

    It has when it is for the same account, or has a line of the other: routes may have changed in
    between. Both need their ``basket_lines``, as ``with_basket_lines`` reads them.
    """
    return newer.pk > older.pk and (
        newer.account_id == older.account_id
        or not set(newer.basket_lines).isdisjoint(older.basket_lines)
    )


def with_basket_lines(orders: QuerySet[Order]) -> QuerySet[Any]:
    """Annotate orders with the ids of the basket lines they were made from."""
    lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by("number")
    return orders.annotate(basket_lines=ArraySubquery(lines.values("basket_line")))


def orders_of_basket(basket_token: UUID) -> list[Any]:
    """Return what a basket came to, in the order it was ordered: paid, or still to be paid.

    Orders that another one has replaced are not among them, unless they were paid before. With
    lines and attempts, the newest attempt first (3 queries).
    """
    attempts = Attempt.objects.select_related("account").order_by("-number")
    orders = list(
        with_basket_lines(Order.objects.filter(basket_token=basket_token))
        .select_related("contact", "link")
        .prefetch_related(Prefetch("lines", _lines()), Prefetch("attempts", attempts))
        .order_by("pk")
    )
    return [
        order
        for order in orders
        if order.state != OrderState.UNPAID or not any(replaces(other, order) for other in orders)
    ]


def hash_token(token: str) -> str:
    """Return what is stored of a return token: whoever reads the table can't use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def attempt_by_return_token(token: str) -> Attempt | None:
    """Return the attempt a payer comes back to, with its order, contact and lines (2 queries)."""
    return (
        Attempt.objects.select_related("account", "order__contact")
        .prefetch_related(Prefetch("order__lines", _lines()))
        .filter(token_hash=hash_token(token))
        .first()
    )


def order_by_token(token: UUID) -> Order | None:
    """Return an order with its contact, lines and attempts, newest attempt first (3 queries)."""
    attempts = Attempt.objects.select_related("account").order_by("-number")
    return (
        Order.objects.select_related("contact", "link")
        .prefetch_related(Prefetch("lines", _lines()), Prefetch("attempts", attempts))
        .filter(token=token)
        .first()
    )


def unfinished_attempt(order: Order) -> Attempt | None:
    """Return the order's attempt by which money may still be taken; there is one at most."""
    return (
        Attempt.objects.select_related("account", "order")
        .filter(order=order, state__in=UNFINISHED_STATES)
        .first()
    )


def recently_paid(*, references: Iterable[tuple[int, str]], hours: int) -> set[tuple[int, str]]:
    """Return those of ``(fund id, account reference)`` that were paid online so recently.

    Money that is being confirmed or looked into counts: its payer was told not to pay again.
    """
    wanted = set(references)
    since = timezone.now() - timedelta(hours=hours)
    held = Attempt.objects.filter(
        order=OuterRef("order"),
        state__in=(AttemptState.SUBMITTED, AttemptState.MISMATCH),
        created_at__gte=since,
    )
    paid = OrderLine.objects.filter(
        Q(order__state=OrderState.PAID, order__paid_at__gte=since) | Exists(held),
        account_reference__in={reference for _fund, reference in wanted},
        fund_id__in={fund for fund, _reference in wanted},
    )
    return wanted & set(paid.values_list("fund_id", "account_reference"))


def attempts_needing_attention() -> QuerySet[Attempt]:
    """Return attempts that a person has to look at, newest first.

    Those with a problem, and those unfinished for so long that the schedule would have said so:
    it may be the schedule that doesn't run.
    """
    long_ago = timezone.now() - FLAG_AFTER - _SCHEDULE_LATE
    return (
        Attempt.objects.filter(
            ~Q(problem="") | Q(state__in=UNFINISHED_STATES, created_at__lt=long_ago)
        )
        .select_related("account", "order")
        .order_by("-created_at", "-pk")
    )


def unmatched_messages() -> QuerySet[ProviderEvent]:
    """Return webhook messages about payments that none of our attempts made, newest first."""
    return (
        ProviderEvent.objects.filter(source=EventSource.WEBHOOK, handled_at__isnull=True)
        .select_related("account")
        .order_by("-received_at", "-pk")
    )


def _lines() -> QuerySet[OrderLine]:
    return OrderLine.objects.select_related("fund", "vat_code").order_by("number")
