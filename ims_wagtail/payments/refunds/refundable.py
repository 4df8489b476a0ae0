"""What may still be given back of a payment, by which route, and otherwise why not."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from ims_wagtail.access.policy import Scope
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.holds import available
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.money import ZERO
from ims_wagtail.payments import gateway
from ims_wagtail.payments.enums import DisputeStatus, EventSource, RefundRoute, RefundState
from ims_wagtail.payments.models import Attempt, Dispute, ProviderEvent, Refund
from ims_wagtail.payments.providers.contract import Can, NotFound, Observation, Unreachable
from ims_wagtail.payments.transitions import MONEY_TAKEN


#: Postings by which money came in, so that it can go back.
MONEY_IN = (
    PostingKind.PAYMENT,
    PostingKind.IMPORT,
    PostingKind.STAFF_RECEIPT,
    PostingKind.ERETURN,
)
#: A refund by the same way may become possible by itself: no reason to choose another.
_PASSES = "pending"
BLOCKED_IN_DISPUTES = (
    DisputeStatus.NEEDS_RESPONSE,
    DisputeStatus.UNDER_REVIEW,
    DisputeStatus.LOST,
)


@dataclass(frozen=True, slots=True)
class RefundableLine:
    """A line of a payment and what may still be given back of it, in pounds."""

    line: Transaction
    available: Decimal


@dataclass(frozen=True, slots=True)
class Refundable:
    """A payment as it may be refunded: ``why_not`` holds whatever the route."""

    posting: Posting
    attempt: Attempt | None
    lines: tuple[RefundableLine, ...]
    why_not: str
    why_not_card: str
    why_not_bank: str

    @property
    def total(self) -> Decimal:
        """What may still be given back of all lines."""
        return sum((line.available for line in self.lines), ZERO)

    def why_not_by(self, route: RefundRoute) -> str:
        """Return why a route is closed, or nothing."""
        by_route = self.why_not_card if route == RefundRoute.CARD else self.why_not_bank
        return self.why_not or by_route

    @property
    def routes(self) -> list[RefundRoute]:
        """The routes that are open."""
        return [
            route for route in (RefundRoute.CARD, RefundRoute.BANK) if not self.why_not_by(route)
        ]


def refundable(
    *,
    posting: Posting,
    within: Scope | None = None,
    seen: Observation | None = None,
    line_id: int | None = None,
) -> Refundable:
    """Return what may be refunded of a payment, in a constant number of queries.

    ``within`` leaves out lines of other funds, ``line_id`` all lines but one. ``seen`` is what the
    provider has just said; without it, what it said last counts.
    """
    attempt = attempt_of(posting)
    lines = [
        line
        for line in posting.lines.select_related("fund", "method").order_by("line_number")
        if line.amount > 0
        and (within is None or line.fund_id in within)
        and line_id in (None, line.pk)
    ]
    left = available(line.pk for line in lines)
    block = _block(attempt, seen)
    why_not_card = _why_not_card(attempt, lines, block)
    return Refundable(
        posting=posting,
        attempt=attempt,
        lines=tuple(RefundableLine(line, left[line.pk]) for line in lines),
        why_not=_why_not(posting, attempt, left.values()),
        why_not_card=why_not_card,
        why_not_bank=_why_not_bank(why_not_card, block),
    )


def attempt_of(posting: Posting) -> Attempt | None:
    """Return the card payment a posting is of, while the provider holds its money."""
    kind, _colon, number = posting.source.partition(":")
    if kind != "attempt" or not number.isdecimal():
        return None
    attempts = Attempt.objects.select_related("account", "order")
    return attempts.filter(pk=int(number), state__in=MONEY_TAKEN).first()


def ask_provider(attempt: Attempt) -> Observation | None:
    """Return what the provider says of a payment, or ``None`` when it can't be asked now."""
    try:
        return gateway.read(attempt=attempt)
    except (Unreachable, NotFound):
        return None


def block_in_words(block: str) -> str:
    """Return a provider's reason for refunding nothing as a sentence."""
    known = {
        "pending": _("The provider has not finished taking the money. Try again tomorrow."),
        "unavailable": _("The provider does not refund this payment to the card."),
        "full": _("The provider says that all of it has been refunded."),
        "disputed": _("The payer has asked their card issuer for the money: it is disputed."),
    }
    return known.get(block) or _("The provider refunds nothing and says “%(word)s”.") % {
        "word": block[:60]
    }


def _why_not(posting: Posting, attempt: Attempt | None, left: Collection[Decimal]) -> str:
    if posting.kind not in MONEY_IN:
        return _("Only payments can be refunded.")
    if attempt is None and posting.source.startswith("attempt:"):
        return _("The provider took this payment back: there is nothing to refund.")
    if attempt and Dispute.objects.filter(attempt=attempt, status__in=BLOCKED_IN_DISPUTES).exists():
        return _(
            "The payer disputes this payment with their card issuer, who may give the money back."
        )
    in_doubt = (RefundState.SENDING, RefundState.UNKNOWN)
    if attempt and Refund.objects.filter(attempt=attempt, state__in=in_doubt).exists():
        return _(
            "Nobody knows yet whether another refund of this payment was made. "
            "It is being found out; wait for that."
        )
    if not any(left):
        return _("All of it has been refunded, moved, or is held for a refund under way.")
    return ""


def _why_not_card(attempt: Attempt | None, lines: list[Transaction], block: str) -> str:
    if attempt is None:
        return _("It was not paid by card through a provider.")
    if not gateway.can(attempt.account, Can.REFUND):
        return _("The provider of %(account)s can't refund.") % {"account": attempt.account}
    for line in lines:
        if not line.method.refundable:
            return _("Payments by “%(method)s” are not refunded to the card.") % {
                "method": line.method.name
            }
    return block_in_words(block) if block else ""


def _why_not_bank(why_not_card: str, block: str) -> str:
    if not why_not_card:
        return _("It can be refunded to the card, so the money goes back there.")
    return why_not_card if block == _PASSES else ""


def _block(attempt: Attempt | None, seen: Observation | None) -> str:
    if attempt is None:
        return ""
    if seen is not None:
        return seen.refund_block
    last = (
        ProviderEvent.objects.filter(attempt=attempt, detail__has_key="refund_block")
        .exclude(source=EventSource.CREATE)
        .order_by("-received_at", "-pk")
        .first()
    )
    block = str(last.detail["refund_block"]) if last else ""
    # What was pending when it was last looked at may not be any more.
    return "" if block == _PASSES else block
