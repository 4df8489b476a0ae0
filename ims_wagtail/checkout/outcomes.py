"""What a resident is told, from the states of an order and of the attempt to pay it."""

from ims_wagtail.payments.enums import AttemptState, OrderState
from ims_wagtail.payments.models import Attempt, Order

from .enums import Outcome


_OF_ATTEMPT = {
    # The payer never saw the provider's page, so nothing can have been taken.
    AttemptState.CREATING: Outcome.NOT_STARTED,
    AttemptState.UNKNOWN: Outcome.NOT_STARTED,
    AttemptState.OPEN: Outcome.OPEN,
    AttemptState.SUBMITTED: Outcome.CHECKING,
    # Paid while the order is not: it is being written into the book at this moment.
    AttemptState.PAID: Outcome.CHECKING,
    AttemptState.CAPTURE_FAILED: Outcome.REVERSED,
    AttemptState.MISMATCH: Outcome.MISMATCH,
    AttemptState.DECLINED: Outcome.DECLINED,
    AttemptState.CANCELLED_BY_PAYER: Outcome.CANCELLED,
    AttemptState.CANCELLED_BY_US: Outcome.CANCELLED,
    AttemptState.EXPIRED: Outcome.EXPIRED,
    AttemptState.ERROR: Outcome.FAILED,
    AttemptState.ABANDONED: Outcome.FAILED,
}


def outcome_of(*, order: Order, attempt: Attempt) -> Outcome:
    """Return what to tell. An order that is paid is paid, whatever this attempt at it came to."""
    if order.state == OrderState.PAID:
        return Outcome.PAID
    if order.state == OrderState.REVERSED:
        return Outcome.REVERSED
    return _OF_ATTEMPT[AttemptState(attempt.state)]
