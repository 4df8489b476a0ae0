"""Making orders: a frozen copy of a basket, one for each account that takes a part of it.

However often a basket is ordered as it stands, its orders are the same.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Prefetch

from ims_wagtail.funds.models import Office, PaymentType
from ims_wagtail.money import ZERO

from .availability import closed_because
from .cancelling import supersede
from .enums import UNFINISHED_STATES, AttemptState, Channel, OrderState
from .exceptions import AccountClosed, AlreadyPaid, AmountNotAccepted, PaymentUnknown
from .models import Attempt, MerchantAccount, Order, OrderContact, OrderLine
from .selectors import account_for, replaces, with_basket_lines


logger = logging.getLogger(__name__)

_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Contact:
    """Who pays: personal data, kept apart from the order."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address_line_1: str = ""
    address_line_2: str = ""
    town: str = ""
    county: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class OrderLineRequest:
    """One line to be ordered, checked already; money in pounds, ``vat_rate`` a fraction."""

    basket_line: UUID
    payment_type: PaymentType
    account_reference: str
    description: str
    amount: Decimal
    vat_code_id: int
    vat_rate: Decimal
    vat_amount: Decimal
    reference_label: str = ""
    answers: Sequence[dict[str, Any]] = field(default=())
    answer_days: int | None = None
    amount_basis: Mapping[str, Any] = field(default_factory=dict)
    page_id: int | None = None
    page_title: str = ""
    confirmation: str = ""


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What a payer undertakes to pay; ``taken_by`` and ``office`` say which staff took it.

    ``site_id`` is the Wagtail site on which it was ordered; the default one if none.
    """

    basket_token: UUID
    language: str
    contact: Contact
    lines: tuple[OrderLineRequest, ...]
    channel: Channel = Channel.ONLINE
    taken_by: Any = None
    office: Office | None = None
    site_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """The lines of a basket that one account takes."""

    account: MerchantAccount
    lines: tuple[OrderLineRequest, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)


def create_orders(request: OrderRequest) -> tuple[Order, ...]:
    """Return the unpaid orders of a basket as it now is, one for each account it is paid through.

    Asked twice for the same basket, it returns the same orders. What has changed since it was
    ordered, or is no longer wanted, is replaced: a payment begun for it is cancelled first. Raises
    ``AccountClosed`` when no account takes a line at the moment and ``AmountNotAccepted`` when one
    does not take as much as its part comes to; ``AlreadyPaid`` when a line has been paid after all
    and ``PaymentUnknown`` when nobody can say; ``ValueError`` without lines. May call the provider,
    so never inside a transaction.
    """
    if not request.lines:
        raise ValueError("an order needs at least one line")
    parts = _parts(request)
    for _round in range(_ROUNDS):
        with transaction.atomic():
            earlier = lock_earlier(request)
            kept = {part.account.pk: _same(part, earlier, request) for part in parts}
            begun = [
                order
                for order in earlier
                if order.is_begun
                and order.state == OrderState.UNPAID
                and order not in kept.values()
            ]
            if not begun:
                return tuple(
                    _keep_contact(order, request)
                    if (order := kept[part.account.pk])
                    else insert_order(request, lines=part.lines, account=part.account)
                    for part in parts
                )
        for order in begun:
            supersede(order=order)
    raise PaymentUnknown(str(request.basket_token))


def _parts(request: OrderRequest) -> list[_Part]:
    """Split a basket by the accounts that take its lines, in the order they stand in it."""
    accounts = account_for(
        payment_types=[line.payment_type for line in request.lines],
        site_id=request.site_id,
        channel=request.channel,
    )
    lines = defaultdict(list)
    for line in request.lines:
        account = accounts.get(line.payment_type.pk)
        if account is None:
            logger.error("no merchant account takes %s", line.payment_type.slug)
            raise AccountClosed(line.payment_type.slug)
        lines[account].append(line)
    parts = [_Part(account, tuple(own)) for account, own in lines.items()]
    for part in parts:
        account = part.account
        if why := closed_because(account):
            logger.error("merchant account %s takes no payments: %s", account.code, why)
            raise AccountClosed(account.code)
        if not account.minimum_amount <= part.total <= account.maximum_amount:
            raise AmountNotAccepted(
                total=part.total,
                minimum=account.minimum_amount,
                maximum=account.maximum_amount,
                descriptions=[line.description for line in part.lines],
            )
    return parts


def lock_earlier(request: OrderRequest) -> list[Any]:
    """Return the basket's orders, held until the transaction ends.

    The basket itself is held as well, by its token, because there may be no order yet to hold.
    Raises ``AlreadyPaid`` and ``PaymentUnknown`` as ``create_orders`` does.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"ims order {request.basket_token}"],
        )
    attempts = Attempt.objects.filter(order=OuterRef("pk"))
    earlier: list[Any] = list(
        with_basket_lines(Order.objects.filter(basket_token=request.basket_token))
        .annotate(
            is_begun=Exists(attempts.filter(state__in=UNFINISHED_STATES)),
            is_held=Exists(attempts.filter(state=AttemptState.MISMATCH)),
        )
        .select_for_update(of=("self",))
        .select_related("contact", "account")
        .prefetch_related(Prefetch("lines", OrderLine.objects.order_by("number")))
        .order_by("pk")
    )
    wanted = {line.basket_line for line in request.lines}
    for order in earlier:
        # The basket may have been read just before this was paid in another window.
        if wanted.isdisjoint(order.basket_lines):
            continue
        if order.state == OrderState.PAID:
            raise AlreadyPaid(order.reference)
        if order.is_held:
            raise PaymentUnknown(order.reference)
    return earlier


def _same(part: _Part, earlier: Sequence[Any], request: OrderRequest) -> Order | None:
    """Return the order that asks for just this part, unless a newer one has replaced it."""
    for order in reversed(earlier):
        if (
            order.state == OrderState.UNPAID
            and order.account_id == part.account.pk
            and (order.language, order.channel) == (request.language, request.channel)
            and order.site_id == request.site_id
            and order.office_id == (request.office.pk if request.office else None)
            and not any(replaces(other, order) for other in earlier)
            and [_values(line) for line in order.lines.all()]
            == [_values(line) for line in _lines(order, part.lines)]
        ):
            return order
    return None


def _values(line: OrderLine) -> dict[str, Any]:
    return {
        f.attname: getattr(line, f.attname)
        for f in OrderLine._meta.concrete_fields
        if not f.primary_key
    }


def _lines(order: Order, lines: Sequence[OrderLineRequest]) -> list[OrderLine]:
    return [
        OrderLine(
            order=order,
            number=number,
            basket_line=line.basket_line,
            payment_type_id=line.payment_type.pk,
            fund_id=line.payment_type.fund_id,
            account_reference=line.account_reference,
            description=line.description,
            reference_label=line.reference_label,
            amount=line.amount,
            vat_code_id=line.vat_code_id,
            vat_rate=line.vat_rate,
            vat_amount=line.vat_amount,
            answers=list(line.answers),
            answer_days=line.answer_days,
            amount_basis=dict(line.amount_basis),
            page_id=line.page_id,
            page_title=line.page_title,
            confirmation=line.confirmation,
        )
        for number, line in enumerate(lines, start=1)
    ]


def insert_order(
    request: OrderRequest,
    *,
    lines: Sequence[OrderLineRequest],
    account: MerchantAccount | None,
    paid_at: datetime | None = None,
) -> Order:
    """Make the order of some lines of a basket; paid already when ``paid_at`` is told."""
    order = Order.objects.create(
        state=OrderState.PAID if paid_at else OrderState.UNPAID,
        paid_at=paid_at,
        account=account,
        total=sum((line.amount for line in lines), ZERO),
        language=request.language,
        basket_token=request.basket_token,
        channel=request.channel,
        taken_by=request.taken_by,
        office=request.office,
        site_id=request.site_id,
    )
    OrderLine.objects.bulk_create(_lines(order, lines))
    order.contact = OrderContact.objects.create(order=order, **asdict(request.contact))
    return order


def _keep_contact(order: Order, request: OrderRequest) -> Order:
    """A payer may correct their details between two tries; what they pay for stays frozen."""
    OrderContact.objects.update_or_create(order=order, defaults=asdict(request.contact))
    return order
