"""Every card and amount by which the pretend provider can be made to behave in some way.

The docs are generated from these tables. The numbers are Luhn-valid and belong to nobody.
"""

from dataclasses import dataclass
from decimal import Decimal

from .states import RefundWord, State


@dataclass(frozen=True, slots=True)
class Webhook:
    """A message the pretend provider sends, some seconds after the card was used."""

    event: str
    after: int = 0
    times: int = 1


SUCCEEDED = Webhook("card_payment_succeeded")
FAILED = Webhook("card_payment_failed")
EXPIRED = Webhook("card_payment_expired")


@dataclass(frozen=True, slots=True)
class Card:
    """A card number and what happens when it is used."""

    number: str
    name: str
    meaning: str
    state: State
    then: State | None = None
    after: int = 0
    takes_more: Decimal = Decimal(0)
    returns: bool = True
    webhooks: tuple[Webhook, ...] = (SUCCEEDED,)
    refunds_closed: bool = False

    @property
    def brand(self) -> str:
        """The brand, as the payer's receipt names it."""
        return "Mastercard" if self.number.startswith("5") else "Visa"

    @property
    def spaced(self) -> str:
        """The number as it is printed on a card."""
        return " ".join(self.number[i : i + 4] for i in range(0, len(self.number), 4))


@dataclass(frozen=True, slots=True)
class Amount:
    """An exact amount and what happens when a payment of it is created."""

    amount: Decimal
    name: str
    meaning: str


CARDS = (
    Card(
        "4242424242424242",
        "Success",
        "The payment succeeds and is captured at once.",
        State.CAPTURED,
    ),
    Card(
        "5555555555554444",
        "Success with another brand",
        "As above, with a Mastercard.",
        State.CAPTURED,
    ),
    Card(
        "4000000000000002",
        "Declined",
        "The card is declined. No money is taken.",
        State.DECLINED,
        webhooks=(FAILED,),
    ),
    Card(
        "4000000000000069",
        "Expired",
        "The payment's ninety minutes are over at once. No money is taken.",
        State.EXPIRED,
        webhooks=(EXPIRED,),
    ),
    Card(
        "4000000000000119",
        "Error",
        "The provider fails. No money is taken.",
        State.ERROR,
        webhooks=(FAILED,),
    ),
    Card(
        "4000000000000101",
        "Slow",
        "For 20 seconds whoever asks about the payment gets no answer. Then it has succeeded.",
        State.SLOW,
        then=State.CAPTURED,
        after=20,
        webhooks=(Webhook("card_payment_succeeded", after=20),),
    ),
    Card(
        "4000000000000200",
        "Submitted, then success",
        "The payer comes back while the payment is being confirmed. It succeeds 10 seconds later.",
        State.SUBMITTED,
        then=State.CAPTURED,
        after=10,
        webhooks=(Webhook("card_payment_succeeded", after=10),),
    ),
    Card(
        "4000000000000309",
        "Success, then capture error",
        "The payment succeeds, but 30 seconds later the money can’t be captured. No webhook tells "
        "of that: the schedule or an officer’s check finds it.",
        State.SUCCESS,
        then=State.ERROR,
        after=30,
    ),
    Card(
        "4000000000000408",
        "Never returns",
        "The payment succeeds, but the payer is told to close the window. The webhook tells of it.",
        State.CAPTURED,
        returns=False,
    ),
    Card(
        "4000000000000507",
        "Never returns, no webhook",
        "As above, and no webhook is sent: only the schedule finds the payment.",
        State.CAPTURED,
        returns=False,
        webhooks=(),
    ),
    Card(
        "4000000000000606",
        "Wrong amount",
        "One pound more is taken than was asked for.",
        State.CAPTURED,
        takes_more=Decimal("1.00"),
    ),
    Card(
        "4000000000000705",
        "Webhook repeated",
        "The payment succeeds and the same webhook is sent three times.",
        State.CAPTURED,
        webhooks=(Webhook("card_payment_succeeded", times=3),),
    ),
    Card(
        "4000000000000804",
        "Webhooks out of order",
        "The payment succeeds. “Captured” is told first and “succeeded” five seconds later.",
        State.CAPTURED,
        webhooks=(
            Webhook("card_payment_captured"),
            Webhook("card_payment_succeeded", after=5),
        ),
    ),
    Card(
        "4000000000000903",
        "No refunds",
        "The payment succeeds, but the provider gives nothing back to this card: a refund has to "
        "go to a bank account.",
        State.CAPTURED,
        refunds_closed=True,
    ),
)

ANSWER_LOST = Decimal("77.77")
REFUSED = Decimal("77.78")
NEVER_ARRIVED = Decimal("77.79")

#: Exact amounts, because creation happens before there is a card.
AMOUNTS = (
    Amount(
        ANSWER_LOST,
        "Answer lost",
        "The payment is created, but the answer does not come back. It is found and goes on at the "
        "next try.",
    ),
    Amount(
        REFUSED,
        "Refused",
        "The provider refuses to create the payment.",
    ),
    Amount(
        NEVER_ARRIVED,
        "Request lost",
        "The request never arrives, and nobody can tell at first.",
    ),
)


@dataclass(frozen=True, slots=True)
class RefundFault:
    """An exact amount and what happens when so much is refunded."""

    amount: Decimal
    name: str
    meaning: str
    #: What becomes of a refund that is made, and after how many seconds.
    then: RefundWord = RefundWord.SUCCESS
    after: int = 10
    refused: bool = False
    arrives: bool = True
    answers: bool = True


USUAL_REFUND = RefundFault(Decimal(0), "Usual", "Submitted, and made ten seconds later.")

REFUND_AMOUNTS = (
    RefundFault(
        Decimal("6.61"),
        "Refund refused",
        "The provider refuses the refund.",
        refused=True,
    ),
    RefundFault(
        Decimal("6.62"),
        "Answer lost",
        "The refund is made, but the answer does not come back. The schedule finds out.",
        answers=False,
    ),
    RefundFault(
        Decimal("6.63"),
        "Request lost",
        "The request never arrives. Half an hour later the schedule is sure of it.",
        arrives=False,
        answers=False,
    ),
    RefundFault(
        Decimal("6.64"),
        "Submitted, then error",
        "The refund is submitted, and given back to the council ten seconds later.",
        then=RefundWord.ERROR,
    ),
    RefundFault(
        Decimal("6.65"),
        "Slow",
        "The refund stays submitted for half an hour.",
        after=1800,
    ),
)
REFUND_BY_AMOUNT = {fault.amount: fault for fault in REFUND_AMOUNTS}

BY_NUMBER = {card.number: card for card in CARDS}
