"""Reading what can be paid for, and by which rules."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, prefetch_related_objects

from .attributes import Value, read
from .enums import AmountSource, MethodKind
from .models import Fund, MethodOfPayment, PaymentType, Price, PriceChange, VatCode


class NoVatRate(LookupError):
    """A VAT code has no rate on that day."""


class NoPrice(LookupError):
    """There is no approved price on that day."""


class NotSetUp(LookupError):
    """The council has not set up something that taking money needs; the message names it."""


def vat_rate(vat_code: VatCode, on: date) -> Decimal:
    """Return the rate in force on a day, as a fraction. Raises ``NoVatRate``.

    Makes no query when the code's ``rates`` are prefetched.
    """
    begun = [rate for rate in vat_code.rates.all() if rate.starts <= on]
    if not begun:
        raise NoVatRate(f"VAT code {vat_code.code} has no rate on {on}")
    return max(begun, key=lambda rate: rate.starts).rate


def price_on(price: Price, on: date) -> Decimal:
    """Return what a price comes to on a day, in pounds. Raises ``NoPrice``.

    That is the newest approved change whose day has come: days are London's, so a price is live at
    midnight there. Makes no query when the price's ``changes`` are prefetched.
    """
    begun = [change for change in price.changes.all() if change.is_approved and change.starts <= on]
    if not begun or not price.enabled:
        raise NoPrice(f"There is no price for {price} on {on}")
    return max(begun, key=lambda change: change.starts).amount


def set_price(payment_type: PaymentType, on: date) -> Decimal | None:
    """Return what everybody pays on a day, ``None`` where the payer types it.

    Raises ``NoPrice`` when the council sets the price and has not set one for that day.
    """
    if payment_type.amount_source != AmountSource.FIXED:
        return None
    if payment_type.price is None:
        raise NoPrice(f"{payment_type} has no price")
    return price_on(payment_type.price, on)


def prices_today(payment_type: PaymentType, on: date) -> dict[int, Decimal]:
    """Return what the prices that pages may charge come to on a day, by primary key, in pounds.

    One that has no amount that day is not among them. Two queries where there are such prices,
    none where ``prices__changes`` is prefetched.
    """
    amounts: dict[int, Decimal] = {}
    if payment_type.amount_source != AmountSource.PRICES:
        return amounts
    prefetch_related_objects([payment_type], "prices__changes")
    for price in payment_type.prices.all():
        with suppress(NoPrice):
            amounts[price.pk] = price_on(price, on)
    return amounts


def payable_types(on: date) -> QuerySet[PaymentType]:
    """Return what residents may pay for on a day, with all that checking a payment reads.

    What has no price that day can't be paid for.
    """
    begun = PriceChange.objects.filter(
        price=OuterRef("price"), price__enabled=True, approved_at__isnull=False, starts__lte=on
    )
    return (
        PaymentType.objects.filter(
            Q(open_from__isnull=True) | Q(open_from__lte=on),
            Q(open_until__isnull=True) | Q(open_until__gte=on),
            ~Q(amount_source=AmountSource.FIXED) | Exists(begun),
            enabled=True,
            fund__enabled=True,
        )
        .select_related("vat_code", "price", "fund__vat_code", "fund__reference_rule__check_digit")
        .prefetch_related("vat_code__rates", "fund__vat_code__rates", "price__changes")
        .order_by("position", "name", "pk")
    )


def default_method(kind: MethodKind) -> MethodOfPayment:
    """Return the method of payment used for a kind. Raises ``NotSetUp``."""
    method = MethodOfPayment.objects.filter(kind=kind, is_default=True, enabled=True).first()
    if method is None:
        raise NotSetUp(f"No enabled method of payment is the default for “{kind.label}”")
    return method


def suspense_fund() -> Fund:
    """Return the fund that holds money nobody has matched yet. Raises ``NotSetUp``."""
    fund = Fund.objects.select_related("vat_code").filter(is_suspense=True).first()
    if fund is None:
        raise NotSetUp("No fund is marked as the suspense fund")
    return fund


def ledger_code(fund: Fund, on: date) -> str:
    """Return the general-ledger code of a fund on a day; ``""`` when it has none yet.

    Makes no query when the fund's ``ledger_codes`` are prefetched.
    """
    begun = [code for code in fund.ledger_codes.all() if code.starts <= on]
    return max(begun, key=lambda code: code.starts).code if begun else ""


def attribute_values(owner: Fund | PaymentType) -> dict[str, Value]:
    """Return the council's own attributes of a fund or payment type, by name, as what they are."""
    return {
        kept.attribute.name: read(kept.attribute, kept.value)
        for kept in owner.attribute_values.select_related("attribute").order_by("attribute__name")
    }
