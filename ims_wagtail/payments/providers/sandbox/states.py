"""The pretend provider's own words for where a payment stands."""

from enum import StrEnum


class State(StrEnum):
    """One column of the pretend provider's table."""

    CREATED = "created"
    SUBMITTED = "submitted"
    #: Being worked on; whoever asks gets no answer.
    SLOW = "slow"
    #: Reserved on the card until it is captured or let go.
    CAPTURABLE = "capturable"
    SUCCESS = "success"
    CAPTURED = "captured"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ERROR = "error"


#: What is over for the payer.
FINISHED = frozenset(State) - {State.CREATED}
#: The money has been taken from the payer's pretend card.
TAKEN = frozenset({State.SUCCESS, State.CAPTURED})


class RefundWord(StrEnum):
    """The pretend provider's words for where a refund stands."""

    SUBMITTED = "submitted"
    SUCCESS = "success"
    ERROR = "error"
