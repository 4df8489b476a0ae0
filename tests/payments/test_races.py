"""Fifty at once: one payment, one posting, one receipt."""

from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from threading import Barrier

from django.db import connection

from ims_wagtail.ledger.models import Posting
from ims_wagtail.notifications.models import Message
from ims_wagtail.payments.enums import AttemptState, EventSource
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment
from ims_wagtail.payments.services import settle, start_payment
from tests.payments.making import TWO_LINES, breaches, make_order, posted, use_card


def test_fs031_fifty_who_settle_one_payment_at_once_post_it_once(council):
    attempt = start_payment(order=make_order(council)).attempt
    use_card(attempt)
    together = Barrier(50)

    def look(source):
        try:
            connection.ensure_connection()
            together.wait(timeout=60)
            return settle(attempt_id=attempt.pk, source=source).state
        finally:
            connection.close()

    sources = cycle([EventSource.RETURN, EventSource.WEBHOOK, EventSource.SCHEDULE])
    with ThreadPoolExecutor(50) as pool:
        states = list(pool.map(look, [next(sources) for _number in range(50)]))

    assert set(states) == {AttemptState.PAID}
    assert posted(attempt.order) == TWO_LINES
    assert Posting.objects.count() == 1
    assert Message.objects.count() == 1
    assert not breaches()


def test_two_payments_of_one_order_that_succeed_at_once_are_both_kept(council):
    order = make_order(council)
    first = start_payment(order=order).attempt
    use_card(first, "Expired")
    second = start_payment(order=order).attempt
    use_card(second)
    SandboxPayment.objects.filter(reference=first.reference).update(state="captured")
    together = Barrier(2)

    def look(pk):
        try:
            together.wait(timeout=60)
            return settle(attempt_id=pk, source=EventSource.WEBHOOK)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        settled = list(pool.map(look, [first.pk, second.pk]))
    assert {attempt.state for attempt in settled} == {AttemptState.PAID}
    assert posted(order) == TWO_LINES
    assert Posting.objects.count() == 2
    assert sum(bool(attempt.problem) for attempt in settled) == 1
    assert not breaches()
