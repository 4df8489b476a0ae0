"""Accounts at providers, orders, attempts, refunds, disputes and comparisons."""

from .accounts import MerchantAccount, Route
from .attempts import Attempt, ProviderEvent
from .comparisons import Comparison, Difference
from .disputes import Dispute
from .links import PaymentLink
from .orders import Order, OrderContact, OrderLine
from .refunds import Refund, RefundBatch, RefundFile, RefundLine, RefundPayee


__all__ = [
    "Attempt",
    "Comparison",
    "Difference",
    "Dispute",
    "MerchantAccount",
    "Order",
    "OrderContact",
    "OrderLine",
    "PaymentLink",
    "ProviderEvent",
    "Refund",
    "RefundBatch",
    "RefundFile",
    "RefundLine",
    "RefundPayee",
    "Route",
]
