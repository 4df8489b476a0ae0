"""The door of this room: what other rooms call to have something paid."""

from .cancelling import cancel_payment, supersede
from .exceptions import (
    AccountClosed,
    AlreadyPaid,
    AmountNotAccepted,
    LinkClosed,
    OrderReplaced,
    PaymentError,
    PaymentUnknown,
    ProviderUnavailable,
)
from .links import NoAddress, cancel_link, invite, send_link
from .ordering import Contact, OrderLineRequest, OrderRequest, create_orders
from .settling import settle
from .starting import PaymentStart, start_payment


__all__ = [
    "AccountClosed",
    "AlreadyPaid",
    "AmountNotAccepted",
    "Contact",
    "LinkClosed",
    "NoAddress",
    "OrderLineRequest",
    "OrderReplaced",
    "OrderRequest",
    "PaymentError",
    "PaymentStart",
    "PaymentUnknown",
    "ProviderUnavailable",
    "cancel_link",
    "cancel_payment",
    "create_orders",
    "invite",
    "send_link",
    "settle",
    "start_payment",
    "supersede",
]
