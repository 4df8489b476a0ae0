"""Giving up a payment that has been begun. What became of it is always read afterwards."""

import logging

from . import gateway
from .enums import UNFINISHED_STATES, AttemptState, EventSource, OrderState
from .exceptions import AlreadyPaid, PaymentUnknown
from .models import Attempt, Order
from .providers.contract import NotFound, TooLate, Unreachable
from .selectors import unfinished_attempt
from .settling import settle


logger = logging.getLogger(__name__)


def cancel_payment(*, attempt: Attempt) -> Attempt:
    """Cancel an attempt at the provider and return it as it then stands.

    The payer may have paid at the same moment: the caller looks at the state, which comes from
    reading the payment after the cancellation, whatever that answered. An attempt whose creation
    is not known of is searched for first.
    """
    if not attempt.provider_id:
        attempt = settle(attempt_id=attempt.pk, source=EventSource.CANCEL)
    if attempt.provider_id:
        try:
            gateway.cancel(account=attempt.account, provider_id=attempt.provider_id)
        except (TooLate, NotFound, Unreachable) as error:
            logger.info("attempt %s not cancelled: %s", attempt.pk, type(error).__name__)
        attempt = settle(attempt_id=attempt.pk, source=EventSource.CANCEL)
    return attempt


def supersede(*, order: Order) -> None:
    """Make sure that an order can no longer be paid, because another is about to replace it.

    Raises ``AlreadyPaid`` when it has been paid, and ``PaymentUnknown`` when that can't be told
    yet.
    """
    attempt = unfinished_attempt(order)
    if attempt is None:
        return
    attempt = cancel_payment(attempt=attempt)
    if attempt.order.state == OrderState.PAID:
        raise AlreadyPaid(order.reference)
    if attempt.state in (*UNFINISHED_STATES, AttemptState.MISMATCH):
        raise PaymentUnknown(order.reference)
