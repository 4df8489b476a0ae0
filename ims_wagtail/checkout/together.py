"""The payments one basket came to, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ims_wagtail.money import ZERO
from ims_wagtail.payments.enums import UNFINISHED_STATES, AttemptState, OrderState
from ims_wagtail.payments.links import link_of
from ims_wagtail.payments.models import Attempt, Order
from ims_wagtail.payments.selectors import orders_of_basket

from .enums import Outcome
from .models import BasketLine
from .outcomes import outcome_of


#: What a payer may go on with or try once more.
_PAYABLE = (
    None,
    Outcome.OPEN,
    Outcome.DECLINED,
    Outcome.CANCELLED,
    Outcome.EXPIRED,
    Outcome.FAILED,
)
_WORDS: dict[Outcome | None, Promise] = {
    None: _("Not paid yet"),
    Outcome.PAID: _("Paid"),
    Outcome.DECLINED: _("Declined, not paid"),
    Outcome.CANCELLED: _("Cancelled, not paid"),
    Outcome.EXPIRED: _("Not finished in time, not paid"),
    Outcome.FAILED: _("Not paid: there was a problem"),
    Outcome.NOT_STARTED: _("Still being confirmed"),
    Outcome.CHECKING: _("Still being confirmed"),
    Outcome.OPEN: _("Not finished"),
    Outcome.MISMATCH: _("Received, and being looked into"),
    Outcome.REVERSED: _("Taken back by the payment provider"),
}
_COLOURS = {
    Outcome.PAID: "green",
    Outcome.CHECKING: "yellow",
    Outcome.NOT_STARTED: "yellow",
    Outcome.MISMATCH: "yellow",
    Outcome.REVERSED: "red",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One of several payments; ``outcome`` is ``None`` before it is begun."""

    number: int
    order: Order
    outcome: Outcome | None

    @property
    def status(self) -> Promise:
        """What has become of it, in a few words."""
        return _WORDS[self.outcome]

    @property
    def colour(self) -> str:
        """The colour of its tag, which says no more than the words."""
        return _COLOURS.get(self.outcome, "grey") if self.outcome else "grey"

    @property
    def is_paid(self) -> bool:
        """Whether a receipt can be had."""
        return self.outcome == Outcome.PAID

    @property
    def is_payable(self) -> bool:
        """Whether the payer may go on with it. Money that may be on its way is never asked for."""
        return self.order.state == OrderState.UNPAID and self.outcome in _PAYABLE

    @property
    def description(self) -> str:
        """What it is for, on one line."""
        return ", ".join(dict.fromkeys(line.description for line in self.order.lines.all()))

    @property
    def address(self) -> str:
        """Where it is gone on with."""
        return reverse("ims_checkout:order", kwargs={"token": self.order.token})

    @property
    def receipt_address(self) -> str:
        """Where its receipt is."""
        return reverse("ims_checkout:order_receipt", kwargs={"token": self.order.token})


@dataclass(frozen=True, slots=True)
class Together:
    """All payments of a basket, in the order they were ordered."""

    pieces: tuple[Piece, ...]

    @property
    def total(self) -> Decimal:
        """What all of them come to, in pounds."""
        return sum((piece.order.total for piece in self.pieces), ZERO)

    @property
    def paid(self) -> Decimal:
        """What has been paid, in pounds."""
        return sum((piece.order.total for piece in self.pieces if piece.is_paid), ZERO)

    @property
    def paid_count(self) -> int:
        """How many have been paid."""
        return sum(piece.is_paid for piece in self.pieces)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.pieces)

    def others(self, order: Order) -> list[Piece]:
        """Return the payments beside one of them."""
        return [piece for piece in self.pieces if piece.order.pk != order.pk]

    def next_after(self, order: Order) -> Piece | None:
        """Return the payment to go on with once one of them has come to an end."""
        return next((piece for piece in self.others(order) if piece.is_payable), None)


def together_with(order: Order) -> Together | None:
    """Return the payments that an order is one of, or ``None`` when it is the only one."""
    if not Order.objects.filter(basket_token=order.basket_token).exclude(pk=order.pk).exists():
        return None
    together = all_payments(order)
    return together if together.count > 1 else None


def all_payments(order: Order) -> Together:
    """Return the payments of the order's basket, itself among them (4 queries).

    Of the unpaid ones only those that the payer still wants: what they have since taken out of
    their basket is not held out to them again, unless money for it may be on its way.
    """
    orders = orders_of_basket(order.basket_token)
    own = {line for each in orders for line in each.basket_lines}
    kept = set(BasketLine.objects.filter(pk__in=own).values_list("pk", flat=True))
    wanted = [each for each in orders if each.pk == order.pk or _is_wanted(each, kept)]
    return Together(
        pieces=tuple(
            Piece(number=number, order=each, outcome=_outcome(each))
            for number, each in enumerate(wanted, start=1)
        )
    )


def latest_attempt(order: Order) -> Attempt | None:
    """Return the newest attempt of an order whose attempts were read newest first."""
    return next(iter(order.attempts.all()), None)


def _is_wanted(order: Any, kept: set[Any]) -> bool:
    attempt = latest_attempt(order)
    moving = attempt and attempt.state in (*UNFINISHED_STATES, AttemptState.MISMATCH)
    link = link_of(order)
    return (
        order.state != OrderState.UNPAID
        or bool(moving)
        or kept.issuperset(order.basket_lines)
        # Staff keep the basket of a payment they were called about, not its payer.
        or (link is not None and not link.is_closed)
    )


def _outcome(order: Order) -> Outcome | None:
    attempt = latest_attempt(order)
    if attempt is None:
        return None if order.state == OrderState.UNPAID else Outcome.PAID
    return outcome_of(order=order, attempt=attempt)


def unfinished(pieces: Sequence[Piece]) -> list[Attempt]:
    """Return the attempts by which money may still be taken."""
    found = [latest_attempt(piece.order) for piece in pieces]
    return [attempt for attempt in found if attempt and attempt.state in UNFINISHED_STATES]
