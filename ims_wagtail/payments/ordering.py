"""Making an order: a frozen copy of a basket, one for each basket however often it is asked for."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from ims_wagtail.funds.models import PaymentType
from ims_wagtail.money import ZERO

from .cancelling import supersede
from .enums import OrderState
from .exceptions import PaymentUnknown
from .models import Order, OrderContact, OrderLine
from .selectors import unfinished_attempt


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
    page_id: int | None = None
    page_title: str = ""
    confirmation: str = ""


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What a payer undertakes to pay."""

    basket_token: UUID
    language: str
    contact: Contact
    lines: tuple[OrderLineRequest, ...]


def create_order(request: OrderRequest) -> Order:
    """Return the unpaid order of a basket as it now is, made unless it stands already.

    Asked twice for the same basket, it returns the same order. When the basket has changed since
    it was ordered, the payment begun for the earlier order is cancelled first. Raises
    ``AlreadyPaid`` when that one has been paid after all and ``PaymentUnknown`` when nobody can
    say; raises ``ValueError`` without lines. Calls the provider, so never inside a transaction.
    """
    if not request.lines:
        raise ValueError("an order needs at least one line")
    for _round in range(_ROUNDS):
        with transaction.atomic():
            earlier = _lock_latest(request.basket_token)
            if earlier and _is_same(earlier, request):
                _keep_contact(earlier, request)
                return earlier
            if earlier is None or unfinished_attempt(earlier) is None:
                return _insert(request)
        supersede(order=earlier)
    raise PaymentUnknown(str(request.basket_token))


def _lock_latest(basket_token: UUID) -> Order | None:
    """Return the basket's newest unpaid order, held until the transaction ends.

    The basket itself is held as well, by its token, because there may be no order yet to hold.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"ims order {basket_token}"]
        )
    return (
        Order.objects.select_for_update(of=("self",))
        .select_related("contact")
        .filter(basket_token=basket_token, state=OrderState.UNPAID)
        .order_by("-pk")
        .first()
    )


def _is_same(order: Order, request: OrderRequest) -> bool:
    if order.language != request.language:
        return False
    frozen = [_values(line) for line in order.lines.order_by("number")]
    return frozen == [_values(line) for line in _lines(order, request)]


def _values(line: OrderLine) -> dict[str, Any]:
    return {
        f.attname: getattr(line, f.attname)
        for f in OrderLine._meta.concrete_fields
        if not f.primary_key
    }


def _lines(order: Order, request: OrderRequest) -> list[OrderLine]:
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
            page_id=line.page_id,
            page_title=line.page_title,
            confirmation=line.confirmation,
        )
        for number, line in enumerate(request.lines, start=1)
    ]


def _insert(request: OrderRequest) -> Order:
    order = Order.objects.create(
        total=sum((line.amount for line in request.lines), ZERO),
        language=request.language,
        basket_token=request.basket_token,
    )
    OrderLine.objects.bulk_create(_lines(order, request))
    order.contact = OrderContact.objects.create(order=order, **asdict(request.contact))
    return order


def _keep_contact(order: Order, request: OrderRequest) -> None:
    """A payer may correct their details between two tries; what they pay for stays frozen."""
    OrderContact.objects.update_or_create(order=order, defaults=asdict(request.contact))
