"""Weighs what a provider holds against the book, payment by payment.

The provider holds every payment that succeeded and was not lost again, less the refunds it has
made, less lost disputes with their fees. The book holds its postings. What one has and the other
has not is waiting only when something will look again, and staff can see so: an attempt or refund
that is due for a check or has a problem, and what was done at the provider since it was last asked
for its lists.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from ims_wagtail.clock import accounting_date
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.money import from_pence
from ims_wagtail.payments.enums import REFUND_IN_FLIGHT, AttemptState, RefundState
from ims_wagtail.payments.models import Attempt, Dispute, Refund
from tests.providers.govukpay import records
from tests.providers.govukpay.stub import Stub


NOTHING = Decimal("0.00")
#: How long the newest may be missing from the provider's lists; the clock moves in whole minutes.
LAG = timedelta(minutes=1)


@dataclass(frozen=True)
class Item:
    """One thing on which provider and book may differ, and why they may for now."""

    what: str
    provider: Decimal
    book: Decimal
    awaited: str

    @property
    def waiting(self) -> Decimal:
        return self.provider - self.book


class Scales:
    """Both sides as they are at this moment; ``heard`` says when each was last asked in full."""

    def __init__(self, stub: Stub, heard: "Heard") -> None:
        self.heard = heard
        self.stub = stub
        self.book = dict(Posting.objects.values_list("source", "total"))
        self.attempts = {
            key: attempt
            for attempt in Attempt.objects.all()
            for key in (attempt.provider_id, attempt.reference)
            if key
        }
        self.refunds = list(Refund.objects.all())
        self.by_number = {refund.provider_id: refund for refund in self.refunds}
        self.disputes = {dispute.provider_id: dispute for dispute in Dispute.objects.all()}
        self._left = set(self.book)
        self.items = list(self._items())

    def problems(self) -> list[str]:
        """Return what nothing explains: money lost, invented or posted twice."""
        found = [
            f"{item.what}: provider {item.provider}, book {item.book}, and nobody is told"
            for item in self.items
            if item.waiting and not item.awaited
        ]
        found += [f"the book has {source}, which nobody paid" for source in self._left]
        taken = sum((item.provider for item in self.items), NOTHING)
        waiting = sum((item.waiting for item in self.items), NOTHING)
        if taken != sum(self.book.values(), NOTHING) + waiting:
            found.append("the sums differ")
        found += [f"{number} was posted {times} times" for number, times in self.posted_twice()]
        return found

    def waiting(self) -> list[str]:
        """Return what the two sides still differ on."""
        return [
            f"{item.what}: {item.waiting}, {item.awaited}" for item in self.items if item.waiting
        ]

    def _items(self) -> Iterator[Item]:
        for payment in self.stub.payments.values():
            yield self._payment(payment)
            for refund in payment.refunds:
                yield self._refund(payment, refund)
            for dispute in payment.disputes:
                yield self._dispute(dispute)

    def _payment(self, payment: records.Payment) -> Item:
        attempt = self.attempts.get(payment.payment_id) or self.attempts.get(payment.reference)
        held = from_pence(payment.total) if payment.status == "success" else NOTHING
        if attempt is None:
            return Item(f"payment {payment.reference}", held, NOTHING, "")
        source = f"attempt:{attempt.pk}"
        booked = self._take(source) + self._take(f"{source}:capture_failed")
        awaited = "due for a check" if attempt.next_check_at else attempt.problem
        if (held and booked) or attempt.state == AttemptState.CAPTURE_FAILED:
            awaited = ""  # what is booked or taken back has the right amount at once
        what = f"payment {payment.reference} ({payment.status}, ours {attempt.state})"
        return Item(what, held, booked, awaited)

    def _refund(self, payment: records.Payment, theirs: records.Refund) -> Item:
        ours = self.by_number.get(theirs.refund_id)
        made = -from_pence(theirs.amount) if theirs.status == "success" else NOTHING
        what = f"refund {theirs.refund_id} ({theirs.status}, ours {ours and ours.state})"
        if ours is None:
            return Item(what, made, NOTHING, self._refund_awaited(payment, theirs))
        source = f"refund:{ours.pk}"
        booked = self._take(source) + self._take(f"{source}:returned")
        return Item(what, made, booked, _under_way(ours))

    def _refund_awaited(self, payment: records.Payment, theirs: records.Refund) -> str:
        if not self.heard.of_refunds(theirs.created):
            return "made elsewhere, and its day has not been compared since"
        attempt = self.attempts.get(payment.payment_id)
        in_doubt = (RefundState.SENDING, RefundState.UNKNOWN)
        for refund in self.refunds:
            if attempt and refund.attempt_id == attempt.pk and refund.state in in_doubt:
                return _under_way(refund)
        return ""

    def _dispute(self, theirs: records.Dispute) -> Item:
        lost = (
            -from_pence(theirs.amount + (theirs.fee or 0)) if theirs.status == "lost" else NOTHING
        )
        ours = self.disputes.get(theirs.dispute_id)
        source = f"dispute:{ours.pk}" if ours else ""
        booked = self._take(source) + self._take(f"{source}:won") if ours else NOTHING
        awaited = ours.problem if ours else ""
        if not self.heard.of_dispute(theirs):
            awaited = "not asked since"
        return Item(f"dispute {theirs.dispute_id} ({theirs.status})", lost, booked, awaited)

    def _take(self, source: str) -> Decimal:
        self._left.discard(source)
        return self.book.get(source, NOTHING)

    def posted_twice(self) -> list[tuple[str, int]]:
        lines = Transaction.objects.filter(posting__kind=PostingKind.PAYMENT)
        pairs = lines.values_list("psp_reference", "posting").distinct()
        times = Counter(number for number, _posting in pairs)
        return [(number, count) for number, count in times.items() if count > 1]


class Heard:
    """When the provider was last asked for its lists, and answered every question."""

    def __init__(self) -> None:
        self._days: dict[date, datetime] = {}
        self._disputes: dict[str, str] = {}

    def note_day(self, day: date, at: datetime) -> None:
        """Remember that a day was compared."""
        self._days[day] = at

    def note_disputes(self, disputes: list[records.Dispute], at: datetime) -> None:
        """Remember how every dispute stood when they were asked for, as far as it was listed."""
        self._disputes = {
            dispute.dispute_id: dispute.status
            for dispute in disputes
            if at >= dispute.created + LAG
        }

    def of_refunds(self, made_at: datetime) -> bool:
        """Return whether the day of a refund was compared after it was made."""
        at = self._days.get(accounting_date(made_at))
        return at is not None and at >= made_at + LAG

    def of_dispute(self, dispute: records.Dispute) -> bool:
        """Return whether a dispute stood as it does when disputes were asked for."""
        return self._disputes.get(dispute.dispute_id) == dispute.status


def _under_way(refund: Refund) -> str:
    if refund.state in REFUND_IN_FLIGHT and refund.next_check_at:
        return f"refund {refund.state}, due for a check"
    return refund.problem
