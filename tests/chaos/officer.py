"""People at the council while payments come in: they refund some, and the schedule is hurried."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import connection
from django.utils import timezone

from ims_wagtail.ledger.holds import available
from ims_wagtail.payments.models import Attempt, Refund
from ims_wagtail.payments.refunds.exceptions import RefundRefused
from ims_wagtail.payments.refunds.schedule import LEASE as REFUND_LEASE
from ims_wagtail.payments.schedule import LEASE
from ims_wagtail.payments.transitions import MONEY_TAKEN
from tests.payments.refunding import approve_refund, ask_for_lines, lines_of


ROUND = 1.0
#: The schedule is hurried in every so many rounds.
HURRY = 10


class Officers:
    """Refund about one payment in seven, some of them in GOV.UK Pay's own console."""

    def __init__(self, *, desk: Any, asker: Any, approver: Any, dice: random.Random) -> None:
        self._desk, self._asker, self._approver, self._dice = desk, asker, approver, dice
        self._over = threading.Event()
        self._seen: set[int] = set()
        self._pool = ThreadPoolExecutor(1)
        self._done = self._pool.submit(self._live)

    def stop(self) -> None:
        """Go home. Raises whatever stopped them before."""
        self._over.set()
        self._pool.shutdown()
        self._done.result()

    def _live(self) -> None:
        try:
            for number in count():
                if self._over.wait(ROUND):
                    return
                if number % HURRY == 0:
                    hurry()
                for attempt in Attempt.objects.filter(state__in=MONEY_TAKEN).exclude(
                    pk__in=self._seen
                ):
                    self._seen.add(attempt.pk)
                    if self._dice.random() < 1 / 7:
                        self._refund(attempt)
        finally:
            connection.close()

    def _refund(self, attempt: Attempt) -> None:
        part = self._dice.choice([Decimal(1), Decimal(3)])
        if self._dice.random() < 0.25:
            self._desk.refund_in_console(attempt.provider_id, int(attempt.amount * 100 / part))
            return
        left = available(line.pk for line in lines_of(attempt))
        wanted = {pk: (some / part).quantize(Decimal("0.01")) for pk, some in left.items()}
        try:
            refund = ask_for_lines(
                attempt, {pk: some for pk, some in wanted.items() if some}, by=self._asker
            )
        except RefundRefused:
            return
        approve_refund(refund, by=self._approver)


def hurry() -> None:
    """Make due at once what would wait for hours, so that the schedule has much to do.

    What somebody has claimed for these minutes stays theirs.
    """
    now = timezone.now()
    for model, lease in ((Attempt, LEASE), (Refund, 2 * REFUND_LEASE)):
        model.objects.filter(next_check_at__gt=now + lease).update(next_check_at=now)
