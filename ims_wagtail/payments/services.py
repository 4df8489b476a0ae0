"""The door of this room: what other rooms call to have something paid."""

from .cancelling import cancel_payment, supersede
from .exceptions import (
    AlreadyPaid,
    AmountNotAccepted,
    OrderReplaced,
    PaymentError,
    PaymentUnknown,
    ProviderUnavailable,
)
from .ordering import Contact, OrderLineRequest, OrderRequest, create_order
from .settling import settle
from .starting import PaymentStart, start_payment


__all__ = [
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
    "create_order",
    "settle",
    "start_payment",
    "supersede",
]
