"""The door of this room: what other rooms call to have something paid."""

from .cancelling import cancel_payment, supersede
from .exceptions import (
    AccountClosed,
    AlreadyPaid,
    AmountNotAccepted,
    OrderReplaced,
    PaymentError,
    PaymentUnknown,
    ProviderUnavailable,
)
from .ordering import Contact, OrderLineRequest, OrderRequest, create_orders
from .settling import settle
from .starting import PaymentStart, start_payment


__all__ = [
    "AccountClosed",
    "AlreadyPaid",
    "AmountNotAccepted",
    "Contact",
    "OrderLineRequest",
    "OrderReplaced",
    "OrderRequest",
    "PaymentError",
    "PaymentStart",
    "PaymentUnknown",
    "ProviderUnavailable",
    "cancel_payment",
    "create_orders",
    "settle",
    "start_payment",
    "supersede",
]
