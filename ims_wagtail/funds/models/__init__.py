"""What can be paid for: funds, payment types, VAT, methods of payment, offices, reference rules."""

from .attributes import Attribute, AttributeValue
from .fund_groups import FundGroup
from .funds import Fund
from .ledger_codes import LedgerCode
from .methods import MethodOfPayment, Office
from .payment_types import PaymentType
from .prices import Price, PriceChange
from .reference_rules import CheckDigit, ReferenceRule
from .vat import VatCode, VatRate


__all__ = [
    "Attribute",
    "AttributeValue",
    "CheckDigit",
    "Fund",
    "FundGroup",
    "LedgerCode",
    "MethodOfPayment",
    "Office",
    "PaymentType",
    "Price",
    "PriceChange",
    "ReferenceRule",
    "VatCode",
    "VatRate",
]
