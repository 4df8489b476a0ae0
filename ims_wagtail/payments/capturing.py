"""Deciding about money that is only reserved: taken when it is what was asked for, else let go."""

import logging

from . import gateway
from .enums import AttemptState, OrderState
from .models import Attempt
from .providers.contract import NotFound, Observation, ProviderState, TooLate, Unreachable
from .transitions import differences


logger = logging.getLogger(__name__)


def decide(*, attempt: Attempt, seen: Observation) -> Observation:
    """Capture a reserved payment, or cancel it, and return what the provider says afterwards.

    It is captured when it is the payment that was asked for and its order still waits for money.
    Somebody else may be deciding at the same moment: the reading afterwards tells. Raises
    ``Unreachable`` or ``NotFound``.
    """
    if seen.state != ProviderState.CAPTURABLE:
        return seen
    wanted = (
        attempt.state != AttemptState.ABANDONED
        and attempt.order.state == OrderState.UNPAID
        and not differences(attempt=attempt, seen=seen)
    )
    act = gateway.capture if wanted else gateway.cancel
    try:
        act(account=attempt.account, provider_id=seen.provider_id)
    except (TooLate, NotFound, Unreachable) as error:
        logger.info("attempt %s: %s: %s", attempt.pk, act.__name__, type(error).__name__)
    return gateway.read(attempt=attempt) or seen
