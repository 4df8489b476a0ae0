"""Money that staff receive themselves, with no provider: the order and its posting are one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from ims_wagtail.ledger.entries import Line, Payer
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Posting
from ims_wagtail.ledger.services import post
from ims_wagtail.money import split_vat
from ims_wagtail.notifications.services import queue_email

from .cancelling import supersede
from .enums import OrderState
from .exceptions import PaymentUnknown
from .models import Order
from .ordering import OrderRequest, insert_order, lock_earlier


_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Part:
    """So many pounds of the order's line with this number, received by one method."""

    number: int
    method_id: int
    amount: Decimal


def source_of_received(order: Order) -> str:
    """Return the key under which an order that staff received posts, once."""
    return f"order:{order.pk}"


def receive(
    request: OrderRequest,
    *,
    parts: Sequence[Part],
    at: datetime,
    also: Callable[[Order, Posting], None],
) -> Order:
    """Order what a basket holds, post that it was received at ``at``, and return the paid order.

    Once for each basket, however often it is asked for. ``parts`` add up to the lines, whose VAT
    is that of their parts. ``also`` writes what belongs to it in the same transaction. A payment
    begun for the basket by card is cancelled first. Raises ``AlreadyPaid`` when something of it
    was paid before, and ``PaymentUnknown`` when that can't be told. Must not be called inside a
    transaction: it may ask a provider.
    """
    for _round in range(_ROUNDS):
        with transaction.atomic():
            begun = [
                order
                for order in lock_earlier(request)
                if order.is_begun and order.state == OrderState.UNPAID
            ]
            if not begun:
                order = insert_order(request, lines=request.lines, account=None, paid_at=at)
                order.refresh_from_db(fields=["reference"])
                also(order, _post(order, request, parts=parts, at=at))
                return order
        for order in begun:
            supersede(order=order)
    raise PaymentUnknown(str(request.basket_token))


def _post(order: Order, request: OrderRequest, *, parts: Sequence[Part], at: datetime) -> Posting:
    contact = request.contact
    address = (contact.address_line_1, contact.address_line_2, contact.town, contact.county)
    posting = post(
        kind=PostingKind.STAFF_RECEIPT,
        source=source_of_received(order),
        at=at,
        by=request.taken_by,
        office=request.office,
        payer=Payer(
            name=contact.name,
            email=contact.email,
            phone=contact.phone,
            address="\n".join(filter(None, address)),
            postcode=contact.postcode,
        ),
        lines=[_line(order, request, part) for part in parts],
    ).posting
    if contact.email:
        queue_email(
            kind="payment_receipt",
            source=f"receipt:{order.pk}",
            recipient=contact.email,
            language=order.language,
            parameters={"order_id": order.pk},
        )
    return posting


def _line(order: Order, request: OrderRequest, part: Part) -> Line:
    line = request.lines[part.number - 1]
    return Line(
        fund_id=line.payment_type.fund_id,
        account_reference=line.account_reference,
        method_id=part.method_id,
        amount=part.amount,
        vat_code_id=line.vat_code_id,
        vat_rate=line.vat_rate,
        vat_amount=split_vat(gross=part.amount, rate=line.vat_rate).vat,
        receipt_number=order.reference,
        narrative=line.description,
    )
