"""Which state of a refund may follow which. A trigger of the database keeps the same table.

A refund whose outcome is unknown stays unknown until the provider says: taking it for failed would
let the same money go back twice. One that succeeded may still be returned by the payer's bank.
"""

from ims_wagtail.payments.enums import RefundState


S = RefundState

ALLOWED: dict[RefundState, frozenset[RefundState]] = {
    S.REQUESTED: frozenset({S.APPROVED, S.REJECTED, S.WITHDRAWN}),
    # A refund to a bank account goes out in a file, so it is submitted without being sent by us.
    S.APPROVED: frozenset({S.SENDING, S.SUBMITTED, S.WITHDRAWN, S.FAILED}),
    S.SENDING: frozenset({S.UNKNOWN, S.SUBMITTED, S.SUCCEEDED, S.FAILED}),
    S.UNKNOWN: frozenset({S.SUBMITTED, S.SUCCEEDED, S.FAILED}),
    S.SUBMITTED: frozenset({S.SUCCEEDED, S.FAILED}),
    S.SUCCEEDED: frozenset({S.RETURNED}),
    S.REJECTED: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.FAILED: frozenset(),
    S.RETURNED: frozenset(),
}


def is_allowed(before: RefundState, after: RefundState) -> bool:
    """Return whether a refund may go from one state to another."""
    return after in ALLOWED[before]
