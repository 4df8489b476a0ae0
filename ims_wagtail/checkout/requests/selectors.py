"""Reading requests: how they stand is worked out from the orders that were made by them."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from ims_wagtail.checkout.amounts.basis import worked_out
from ims_wagtail.checkout.fixed import OPEN, Fixed
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.selectors import prices_today
from ims_wagtail.payments.enums import UNFINISHED_STATES, AttemptState, OrderState
from ims_wagtail.payments.models import Attempt, Order, OrderLine

from .enums import Closed, RequestState
from .models import RequestToPay, RequestUse
from .tokens import key_of


#: States of an attempt in which money may still come, or has come and is looked into.
_MONEY = (*UNFINISHED_STATES, AttemptState.MISMATCH)
_WAITING = Q(needs_approval=True, approved_at__isnull=True)


def request_by_token(token: str) -> RequestToPay | None:
    """Return the request of a link, unless it waits for approval or for the rest of its file."""
    key = key_of(token)
    if key is None:
        return None
    found = (
        RequestToPay.objects.select_related("payment_type__fund", "recipient", "application")
        .filter(Q(file=None) | Q(file__finished_at__isnull=False), key=key)
        .first()
    )
    return None if found is None or found.is_waiting else found


def closed_because(request: RequestToPay) -> Closed | None:
    """Return why a link can't be used any more, ``None`` while it can."""
    if request.withdrawn_at is not None:
        return Closed.WITHDRAWN
    if request.single_use and paid_lines(request).exists():
        return Closed.PAID
    if request.is_expired:
        return Closed.EXPIRED
    return None


def paid_lines(request: RequestToPay) -> QuerySet[OrderLine]:
    """Return what has been paid by a request."""
    uses = RequestUse.objects.filter(request=request).values("basket_line")
    return OrderLine.objects.filter(basket_line__in=uses, order__state=OrderState.PAID)


def orders_by(request: RequestToPay) -> QuerySet[Order]:
    """Return the orders made by a request, the newest first."""
    uses = RequestUse.objects.filter(request=request).values("basket_line")
    return Order.objects.filter(lines__basket_line__in=uses).distinct().order_by("-pk")


def money_by_others(request: RequestToPay, *, line: Any) -> Closed | None:
    """Return whether another basket line has paid a request, or may be paying it now."""
    uses = RequestUse.objects.filter(request=request).exclude(basket_line=line)
    lines = OrderLine.objects.filter(basket_line__in=uses.values("basket_line"))
    if lines.filter(order__state=OrderState.PAID).exists():
        return Closed.PAID
    begun = Attempt.objects.filter(order__in=lines.values("order"), state__in=_MONEY)
    return Closed.PAYING if begun.exists() else None


def with_payments(requests: QuerySet[RequestToPay]) -> QuerySet[Any]:
    """Annotate requests with ``payments`` and ``paid``: how many, and how much in pounds."""
    mine = RequestUse.objects.filter(request=OuterRef(OuterRef("pk"))).values("basket_line")
    paid = OrderLine.objects.filter(basket_line__in=mine, order__state=OrderState.PAID).order_by()
    # A function of its own instead of an aggregate, which would group by every column.
    sums = paid.annotate(sum=Func(F("amount"), function="SUM")).values("sum")
    counts = paid.annotate(times=Func(F("pk"), function="COUNT")).values("times")
    return requests.annotate(paid=Subquery(sums), payments=Subquery(counts))


def state_of(request: Any) -> RequestState:
    """Return how a request stands, as ``with_payments`` read it."""
    if request.payments:
        return RequestState.PAID
    if request.withdrawn_at is not None:
        return RequestState.WITHDRAWN
    if request.is_expired:
        return RequestState.EXPIRED
    if request.is_waiting:
        return RequestState.WAITING
    return RequestState.UNOPENED if request.opened_at is None else RequestState.OPENED


def in_state(requests: QuerySet[Any], state: str) -> QuerySet[Any]:
    """Return those of the requests that stand so; the same rules as ``state_of``."""
    if state == RequestState.PAID:
        return requests.filter(_is_paid())
    if state == RequestState.WITHDRAWN:
        return requests.filter(~_is_paid(), withdrawn_at__isnull=False)
    unpaid = requests.filter(~_is_paid(), withdrawn_at__isnull=True)
    if state == RequestState.EXPIRED:
        return unpaid.filter(expires_at__lte=timezone.now())
    if state == RequestState.WAITING:
        return unpaid.filter(_WAITING, expires_at__gt=timezone.now())
    return to_be_paid(requests).filter(opened_at__isnull=state == RequestState.UNOPENED)


def to_be_paid(requests: QuerySet[Any]) -> QuerySet[Any]:
    """Return those of the requests that can be paid and are not yet."""
    open_now = requests.filter(withdrawn_at__isnull=True, expires_at__gt=timezone.now())
    return open_now.filter(~_is_paid()).exclude(_WAITING)


def _is_paid() -> Exists:
    paid = OrderLine.objects.filter(
        basket_line=OuterRef("basket_line"), order__state=OrderState.PAID
    )
    return Exists(RequestUse.objects.filter(Exists(paid), request=OuterRef("pk")))


def paid_twice(requests: QuerySet[RequestToPay]) -> QuerySet[RequestToPay]:
    """Return those that may be paid once and were paid more often: somebody is owed a refund."""
    paid = OrderLine.objects.filter(
        basket_line=OuterRef("basket_line"), order__state=OrderState.PAID
    )
    often = (
        RequestUse.objects.filter(Exists(paid))
        .values("request")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
    )
    return requests.filter(single_use=True, pk__in=often.values("request"))


def fixed_for(line: UUID) -> Fixed:
    """Return what can't be changed of a basket line, because a request settled it."""
    use = RequestUse.objects.select_related("request").filter(basket_line=line).first()
    return what_is_fixed(use.request) if use else OPEN


def what_is_fixed(request: RequestToPay) -> Fixed:
    """Return what a request leaves its payer no choice about: all of it, once applied for.

    What prices make up comes to what it costs today.
    """
    application = getattr(request, "application", None)
    if application is None:
        return Fixed(reference=request.reference, amount=request.amount)
    priced = worked_out(
        payment_type=request.payment_type,
        basis=application.amount_basis,
        prices=prices_today(request.payment_type, accounting_date()),
    )
    return Fixed(
        reference=request.reference,
        amount=priced.amount if priced else request.amount,
        answers=application.answers,
        amount_basis=application.amount_basis,
    )
