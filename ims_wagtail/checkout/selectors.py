"""Reading baskets. What was paid for has left a basket, however the payment came to be known."""

import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet, prefetch_related_objects

from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.selectors import payable_types
from ims_wagtail.money import ZERO
from ims_wagtail.payments.enums import AttemptState, OrderState
from ims_wagtail.payments.models import Attempt, Order, OrderLine

from .amounts.basis import reprice
from .models import Basket, BasketLine
from .requests.models import RequestUse


Line = TypeVar("Line", BasketLine, OrderLine)


@dataclass(frozen=True, slots=True)
class OpenBasket:
    """A basket with what is still to be paid; ``basket`` is ``None`` before the first line."""

    basket: Basket | None
    lines: tuple[BasketLine, ...]

    @property
    def total(self) -> Decimal:
        """Sum of the lines, in pounds."""
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def asks_address(self) -> bool:
        """Whether anything in it needs the payer's name and address."""
        return any(line.payment_type.ask_address for line in self.lines)


def open_basket(token: uuid.UUID | None, *, with_rules: bool = False) -> OpenBasket:
    """Return a resident's basket; an unknown one, or one paid to the end, is an empty one.

    ``with_rules`` reads all that checking a line or showing its VAT looks at, which is most of the
    work, and gives lines that prices make up what they come to today. A basket paid to the end is
    never used again: the next resident at the same computer must not meet the last one's name and
    address.
    """
    if token is None:
        return OpenBasket(basket=None, lines=())
    mine = BasketLine.objects.filter(basket__token=token).select_related("basket")
    lines = _unpaid(mine, with_rules=with_rules)
    if with_rules:
        reprice(lines)
    return _opened(lines[0].basket if lines else basket_by_token(token), lines)


def filled(basket: Basket) -> OpenBasket:
    """Return a basket already read, with its lines."""
    return _opened(basket, _unpaid(basket.lines.all(), with_rules=False))


def basket_by_token(token: uuid.UUID | None) -> Basket | None:
    """Return a basket without looking into it."""
    return Basket.objects.filter(token=token).first() if token else None


def lines_to_recheck(order: Order) -> tuple[OrderLine, ...]:
    """Return an order's lines with all that the rules look at."""
    return tuple(_with_rules(order.lines.all()))


def payable_type(slug: str) -> PaymentType | None:
    """Return what may be paid for today under this short name, with its rules, or ``None``."""
    return payable_types(accounting_date()).filter(slug=slug).first()


def _money_received() -> QuerySet[OrderLine]:
    # A mismatch means that money came, though not what was asked for: an officer sorts it out, and
    # the resident must not be invited to pay once more.
    held = Attempt.objects.filter(order=OuterRef("order"), state=AttemptState.MISMATCH)
    # What staff received has left their basket for good: were it voided or its cheque returned, it
    # would turn up among what the next person pays.
    received = Q(order__account__isnull=True)
    return OrderLine.objects.filter(
        Q(order__state=OrderState.PAID) | received | Exists(held), basket_line=OuterRef("pk")
    )


def _opened(basket: Basket | None, lines: list[BasketLine]) -> OpenBasket:
    if basket and not lines and basket.lines.exists():
        return OpenBasket(basket=None, lines=())
    return OpenBasket(basket=basket, lines=tuple(lines))


def _unpaid(lines: QuerySet[BasketLine], *, with_rules: bool) -> list[BasketLine]:
    asked = RequestUse.objects.filter(basket_line=OuterRef("pk"))
    unpaid = lines.filter(~Exists(_money_received())).annotate(
        **{
            "is_asked": Exists(asked),
            "is_applied_for": Exists(asked.filter(request__application__isnull=False)),
        }
    )
    return _with_rules(unpaid) if with_rules else list(unpaid.select_related("payment_type"))


def _with_rules(lines: QuerySet[Line]) -> list[Line]:
    """Read lines with all that the rules look at, in three queries whatever their number."""
    found = list(
        lines.select_related(
            "payment_type__vat_code",
            "payment_type__price",
            "payment_type__fund__vat_code",
            "payment_type__fund__reference_rule__check_digit",
        )
    )
    codes = [line.payment_type.fund.vat_code for line in found]
    codes += [line.payment_type.vat_code for line in found if line.payment_type.vat_code]
    prefetch_related_objects(codes, "rates")
    prices = [line.payment_type.price for line in found if line.payment_type.price]
    prefetch_related_objects(prices, "changes")
    return found
