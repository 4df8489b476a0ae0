"""What can be paid for: funds, payment types, VAT, methods of payment, offices, reference rules."""

from .funds import Fund
from .methods import MethodOfPayment, Office
from .payment_types import PaymentType
from .prices import Price, PriceChange
from .reference_rules import CheckDigit, ReferenceRule
from .vat import VatCode, VatRate


__all__ = [
    "CheckDigit",
    "Fund",
    "MethodOfPayment",
    "Office",
    "PaymentType",
    "Price",
    "PriceChange",
    "ReferenceRule",
    "VatCode",
    "VatRate",
]
