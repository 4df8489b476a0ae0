"""Why a payment could not be started. Each is certain about whether money was taken."""

from collections.abc import Sequence
from decimal import Decimal


class PaymentError(Exception):
    """A payment could not be started."""


class ProviderUnavailable(PaymentError):
    """Nothing was created and no money was taken: the payer may try again."""


class OrderReplaced(ProviderUnavailable):
    """The basket has been ordered again since, in another window; this order is not to be paid."""


class AccountClosed(ProviderUnavailable):
    """No merchant account takes this at the moment; something else may still be paid."""


class LinkClosed(ProviderUnavailable):
    """The payment link has expired or was cancelled: no new payment may be begun by it."""


class AmountNotAccepted(ProviderUnavailable):
    """The merchant account does not take such an amount at once."""

    def __init__(
        self, *, total: Decimal, minimum: Decimal, maximum: Decimal, descriptions: Sequence[str]
    ) -> None:
        super().__init__(f"{total} is not between {minimum} and {maximum}")
        self.descriptions = descriptions
        self.total = total
        self.minimum = minimum
        self.maximum = maximum


class AlreadyPaid(PaymentError):
    """The order has been paid: show its result, never ask again."""


class PaymentUnknown(PaymentError):
    """Nobody can say yet whether money was taken or will be: the payer must wait, not repeat."""
