"""Finding all payments of a payment type or a page, to refund them at once."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ims_wagtail.clock import LONDON
from ims_wagtail.funds.models import Fund
from ims_wagtail.ledger.holds import available
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.money import ZERO
from ims_wagtail.payments import gateway
from ims_wagtail.payments.enums import AttemptState, RefundState
from ims_wagtail.payments.models import Attempt, Dispute, OrderLine, Refund
from ims_wagtail.payments.posting import source_of as source_of_attempt
from ims_wagtail.payments.providers.contract import Can

from .refundable import BLOCKED_IN_DISPUTES


@dataclass(frozen=True, slots=True)
class BatchWish:
    """Which payments are to be refunded: what was paid for in one fund, on London days."""

    fund: Fund
    what: str
    since: date
    until: date
    payment_type_id: int | None = None
    page_id: int | None = None


@dataclass(slots=True)
class Preview:
    """What a batch would refund, and which payments it leaves out and why."""

    wanted: list[tuple[int, dict[int, Decimal]]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """What would go back."""
        return sum((sum(lines.values(), ZERO) for _posting, lines in self.wanted), ZERO)


def preview(wish: BatchWish) -> Preview:
    """Find the payments of a batch, in a constant number of queries."""
    attempts = _attempts(wish)
    postings = {
        posting.source: posting.pk
        for posting in Posting.objects.filter(
            source__in=[source_of_attempt(attempt) for attempt in attempts]
        )
    }
    numbers = _line_numbers(wish, attempts)
    lines: dict[int, dict[int, Transaction]] = defaultdict(dict)
    for line in Transaction.objects.filter(
        posting__in=postings.values(), fund=wish.fund
    ).select_related("method"):
        lines[line.posting_id][line.line_number] = line
    left = available(line.pk for of_one in lines.values() for line in of_one.values())
    blocked = _blocked(attempts)
    found = Preview()
    for attempt in attempts:
        posting_id = postings.get(source_of_attempt(attempt), 0)
        wanted = [
            lines[posting_id][number]
            for number in numbers[attempt.order_id]
            if number in lines[posting_id]
        ]
        amounts = {line.pk: left[line.pk] for line in wanted if left[line.pk] > 0}
        if why := _why_left_out(attempt, wanted, amounts, blocked):
            found.left_out.append((attempt.order.reference, why))
        else:
            found.wanted.append((posting_id, amounts))
    return found


def _attempts(wish: BatchWish) -> list[Attempt]:
    orders = _order_lines(wish).values("order")
    attempts = Attempt.objects.filter(order__in=orders, state=AttemptState.PAID, problem="")
    return list(attempts.select_related("account", "order").order_by("pk"))


def _order_lines(wish: BatchWish) -> QuerySet[OrderLine]:
    begins = datetime.combine(wish.since, time(), tzinfo=LONDON)
    ends = datetime.combine(wish.until + timedelta(days=1), time(), tzinfo=LONDON)
    lines = OrderLine.objects.filter(
        fund=wish.fund, order__paid_at__gte=begins, order__paid_at__lt=ends
    )
    if wish.payment_type_id is not None:
        return lines.filter(payment_type=wish.payment_type_id)
    return lines.filter(page_id=wish.page_id)


def _line_numbers(wish: BatchWish, attempts: list[Attempt]) -> Mapping[int, list[int]]:
    """Return which lines of each order are wanted: a posting has them in the same order."""
    wanted = set(_order_lines(wish).values_list("pk", flat=True))
    every = OrderLine.objects.filter(order__in=[attempt.order_id for attempt in attempts])
    places: dict[int, int] = defaultdict(int)
    numbers: dict[int, list[int]] = defaultdict(list)
    for pk, order_id in every.order_by("order_id", "number").values_list("pk", "order_id"):
        places[order_id] += 1
        if pk in wanted:
            numbers[order_id].append(places[order_id])
    return numbers


def _blocked(attempts: list[Attempt]) -> Mapping[int, str]:
    ids = [attempt.pk for attempt in attempts]
    in_doubt = Refund.objects.filter(
        attempt__in=ids, state__in=(RefundState.SENDING, RefundState.UNKNOWN)
    )
    disputed = Dispute.objects.filter(attempt__in=ids, status__in=BLOCKED_IN_DISPUTES)
    words = dict.fromkeys(
        in_doubt.values_list("attempt_id", flat=True), _("Another refund of it is in doubt.")
    )
    words |= dict.fromkeys(disputed.values_list("attempt_id", flat=True), _("It is disputed."))
    return {pk: why for pk, why in words.items() if pk is not None}


def _why_left_out(
    attempt: Attempt,
    lines: list[Transaction],
    amounts: Mapping[int, Decimal],
    blocked: Mapping[int, str],
) -> str:
    if attempt.pk in blocked:
        return blocked[attempt.pk]
    if not amounts:
        return _("Nothing is left of it.")
    if not gateway.can(attempt.account, Can.REFUND):
        return _("Its provider can't refund.")
    if not all(line.method.refundable for line in lines):
        return _("Its method of payment is not refunded to the card.")
    return ""
