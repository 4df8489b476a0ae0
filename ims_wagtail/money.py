"""Money as ``Decimal`` pounds, exact to the penny, and VAT taken out of a gross amount."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from django.utils.translation import gettext as _


PENNY = Decimal("0.01")
ZERO = Decimal("0.00")
#: The largest amount one line may carry: what ``numeric(12, 2)`` holds.
MAXIMUM = Decimal("9999999999.99")

_AMOUNT = re.compile(r"£?(?P<pounds>[0-9]{1,10}|[0-9]{1,3}(,[0-9]{3}){1,3})(?P<pence>\.[0-9]{2})?")


class AmountError(ValueError):
    """The text is not an amount of money; the message is fit to show to a resident."""


@dataclass(frozen=True, slots=True)
class VatSplit:
    """A gross amount taken apart: ``net + vat == gross``, all in pounds."""

    gross: Decimal
    net: Decimal
    vat: Decimal


def parse_amount(text: str) -> Decimal:
    """Read pounds and pence as a resident types them, such as ``£1,234.50`` or ``12``.

    Spaces, one pound sign and thousands separators are accepted. Raises ``AmountError`` for
    everything else: negatives, zero, exponents, one or three decimals, digits other than 0-9.
    """
    compact = re.sub(r"[ \t\u00a0\u202f]", "", text)
    if not compact:
        raise AmountError(_("Enter an amount, like 45.50"))
    match = _AMOUNT.fullmatch(compact)
    if match is None:
        raise AmountError(
            _("Amount must be pounds and pence in figures, like 45.50 – not “%(typed)s”")
            % {"typed": text.strip()[:20]}
        )
    amount = Decimal(match["pounds"].replace(",", "") + (match["pence"] or ".00"))
    if amount <= 0:
        raise AmountError(_("Amount must be more than £0.00"))
    if amount > MAXIMUM:
        raise AmountError(_("Amount must be %(limit)s or less") % {"limit": format_pounds(MAXIMUM)})
    return amount


def format_pounds(amount: Decimal) -> str:
    """Write an amount for people: ``£1,234.50``, with a minus sign before the pound sign."""
    sign = "-" if amount < 0 else ""
    return f"{sign}£{abs(amount):,.2f}"


def to_pence(amount: Decimal) -> int:
    """Return whole pence. Raises ``ValueError`` when the amount is not exact to the penny."""
    pence = amount * 100
    if pence != pence.to_integral_value():
        raise ValueError(f"{amount} is not a whole number of pence")
    return int(pence)


def from_pence(pence: int) -> Decimal:
    """Return pounds from whole pence."""
    return Decimal(pence).scaleb(-2).quantize(PENNY)


def split_vat(*, gross: Decimal, rate: Decimal) -> VatSplit:
    """Take the VAT out of a VAT-inclusive amount; ``rate`` is a fraction (0.2 is 20 %).

    VAT is ``gross - gross / (1 + rate)``, rounded once per line to the penny, halves to the even
    penny. That rule is the one the councils' earlier system used, so figures can be compared line
    by line when a council moves; it favours neither side over many lines, and a refund's VAT is
    exactly the negative of the payment's.
    """
    vat = (gross * rate / (1 + rate)).quantize(PENNY, rounding=ROUND_HALF_EVEN)
    return VatSplit(gross=gross, net=gross - vat, vat=vat)
