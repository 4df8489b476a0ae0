"""Which state of an attempt may follow which. A trigger of the database keeps the same table.

Money that turns up late is never refused: an attempt that ended without money may still become
paid. Money that was taken is never forgotten: from paid, the only way on is ``capture_failed``,
which takes the posting back. An abandoned attempt never opens again, because its order may have
another by now: when it turns up unpaid it is cancelled.
"""

from ims_wagtail.money import format_pounds

from .enums import AttemptState
from .models import Attempt
from .providers.contract import Observation, ProviderState


S = AttemptState
#: The only currency that is posted.
CURRENCY = "GBP"

_ENDS_WITHOUT_MONEY = frozenset(
    {S.DECLINED, S.CANCELLED_BY_PAYER, S.CANCELLED_BY_US, S.EXPIRED, S.ERROR}
)
#: States in which the provider holds money of the payer, or did when it last told us.
MONEY_TAKEN = frozenset({S.PAID, S.MISMATCH})
_ENDS = _ENDS_WITHOUT_MONEY | MONEY_TAKEN

ALLOWED: dict[AttemptState, frozenset[AttemptState]] = {
    S.CREATING: _ENDS | {S.UNKNOWN, S.OPEN, S.SUBMITTED, S.ABANDONED},
    S.UNKNOWN: _ENDS | {S.OPEN, S.SUBMITTED, S.ABANDONED},
    S.OPEN: _ENDS | {S.SUBMITTED},
    S.SUBMITTED: _ENDS,
    S.ABANDONED: _ENDS,
    S.PAID: frozenset({S.CAPTURE_FAILED}),
    S.MISMATCH: frozenset({S.CAPTURE_FAILED}),
    S.CAPTURE_FAILED: frozenset(),
    **dict.fromkeys(_ENDS_WITHOUT_MONEY, MONEY_TAKEN),
}


def is_allowed(before: AttemptState, after: AttemptState) -> bool:
    """Return whether an attempt may go from one state to another."""
    return after in ALLOWED[before]


def wanted_state(*, before: AttemptState, seen: ProviderState) -> AttemptState:
    """Return the state that a provider's word asks for, whether or not it is allowed.

    A provider says only that a payment failed; that it fails after it was paid is our knowledge.
    """
    if seen == ProviderState.ERROR and before in MONEY_TAKEN | {S.CAPTURE_FAILED}:
        return S.CAPTURE_FAILED
    if seen == ProviderState.PAID and before == S.MISMATCH:
        return S.MISMATCH
    if seen == ProviderState.CAPTURABLE:
        return S.SUBMITTED
    return AttemptState(seen.value)


def differences(*, attempt: Attempt, seen: Observation) -> str:
    """Return how a payment differs from what was asked for, or nothing."""
    wrong = []
    if seen.reference != attempt.reference:
        wrong.append(f"reference {seen.reference[:40]} instead of {attempt.reference}")
    if seen.currency != CURRENCY:
        wrong.append(f"currency {seen.currency[:3]} instead of {CURRENCY}")
    if seen.amount != attempt.amount:
        wrong.append(f"{format_pounds(seen.amount)} instead of {format_pounds(attempt.amount)}")
    return ", ".join(wrong)


def is_money_of(attempt: Attempt) -> bool:
    """Return whether the provider holds money by this attempt, as far as we know."""
    return attempt.state in MONEY_TAKEN
