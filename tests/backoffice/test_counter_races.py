"""Two clicks, and a session that is closed while something is taken in it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connections, transaction
from django.db.models import Sum

from ims_wagtail.backoffice.counter import sessions
from ims_wagtail.backoffice.models import (
    CashierSession,
    CounterReceipt,
    ReturnedCheque,
    SessionTotal,
    VoidedReceipt,
)
from ims_wagtail.ledger.exceptions import NotAvailable
from ims_wagtail.ledger.holds import hold
from ims_wagtail.ledger.models import Hold, Posting, Transaction
from tests.backoffice.test_counter import (  # noqa: F401 - fixtures
    TAKING,
    TILL,
    cashier,
    council,
    counted,
    hall,
    make_cashier,
    take_cheque,
)
from tests.payments.making import breaches


pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """Do jobs at the same moment, each on a connection of its own."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        try:
            start.wait(timeout=30)
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_ten_clicks_at_once_take_the_money_once(cashier, hall):  # noqa: F811
    cashier.open(hall.office)
    cashier.gather()
    typed = cashier.form(cash="150.00")

    answers = at_once(*[lambda: cashier.client.post(f"{TILL}hand-over/", typed)] * 10)

    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url for answer in answers}) == 1
    assert Posting.objects.count() == CounterReceipt.objects.count() == 1
    assert breaches() == []


def test_a_session_counts_or_refuses_what_is_taken_as_it_closes(cashier, hall):  # noqa: F811
    for _round in range(3):
        session = cashier.open(hall.office, opening_float="0.00")
        cashier.client.post(TAKING, {"action": "discard"})  # what the round before refused
        cashier.gather(amount="10.00")
        taking = cashier.form(cash="10.00", again="on")
        closing = counted(Decimal("0.00")) | {f"reason_{hall.cash.pk}": "Not looked"}

        at_once(
            lambda typed=taking: cashier.client.post(f"{TILL}hand-over/", typed),
            lambda typed=closing, pk=session.pk: cashier.client.post(
                f"{TILL}cash-up/?session={pk}", typed
            ),
        )

        session.refresh_from_db()
        assert session.closed_at is not None
        in_book = sum(sessions.taken_in(session).values())
        expected = SessionTotal.objects.filter(session=session).aggregate(sum=Sum("expected"))
        assert in_book == (expected["sum"] or 0)
    assert breaches() == []


def test_two_sessions_opened_at_once_are_one(cashier, hall):  # noqa: F811
    typed = {"office": hall.office.pk, "opening_float": "5.00"}

    at_once(*[lambda: cashier.client.post(TILL, typed)] * 4)

    assert CashierSession.objects.count() == 1


def test_a_cheque_returned_by_two_people_at_once_is_taken_back_once(hall):  # noqa: F811
    till = make_cashier(hall, "ims_backoffice.return_cheque")
    tender = take_cheque(till, hall)
    url = f"{TILL}returned-cheque/{tender.pk}/"

    at_once(*[lambda: till.client.post(url, {"reason": "Refer to drawer"})] * 4)

    assert Posting.objects.filter(kind="reversal").count() == 1
    assert Posting.objects.aggregate(sum=Sum("total"))["sum"] == 0
    assert breaches() == []


def test_a_receipt_voided_by_four_clicks_at_once_is_void_once(cashier, hall):  # noqa: F811
    cashier.open(hall.office)
    cashier.gather()
    cashier.hand_over(cash="120.50")
    url = f"{TILL}void/{CounterReceipt.objects.get().pk}/"

    at_once(*[lambda: cashier.client.post(url, {"reason": "Wrong account"})] * 4)

    assert VoidedReceipt.objects.count() == 1
    assert Posting.objects.aggregate(sum=Sum("total"))["sum"] == 0
    assert breaches() == []


def test_a_cheque_is_void_or_returned_or_moved_whoever_is_first(hall):  # noqa: F811
    till = make_cashier(hall, "ims_backoffice.return_cheque")
    tender = take_cheque(till, hall)
    line = Transaction.objects.get()

    def keep_back() -> None:
        with suppress(NotAvailable), transaction.atomic():
            hold(source="correction:0", amounts={line.pk: line.amount})

    at_once(
        lambda: till.client.post(f"{TILL}void/{tender.receipt_id}/", {"reason": "Wrong account"}),
        lambda: till.client.post(f"{TILL}returned-cheque/{tender.pk}/", {"reason": "No money"}),
        keep_back,
    )

    voided, returned = VoidedReceipt.objects.exists(), ReturnedCheque.objects.exists()
    assert not (voided and returned)
    assert not (voided and Hold.objects.exists())
    taken_back = Posting.objects.filter(kind="reversal").aggregate(sum=Sum("total"))["sum"] or 0
    assert taken_back == (-line.amount if voided or returned else 0)


def test_a_till_counts_what_is_voided_as_it_closes_or_the_void_is_refused(
    cashier,  # noqa: F811
    hall,  # noqa: F811
):
    session = cashier.open(hall.office, opening_float="0.00")
    cashier.gather(amount="10.00")
    cashier.hand_over(cash="10.00")
    url = f"{TILL}void/{CounterReceipt.objects.get().pk}/"
    closing = counted(Decimal("0.00")) | {f"reason_{hall.cash.pk}": "Not looked"}

    at_once(
        lambda: cashier.client.post(url, {"reason": "Wrong account"}),
        lambda: cashier.client.post(f"{TILL}cash-up/?session={session.pk}", closing),
    )

    expected = SessionTotal.objects.aggregate(sum=Sum("expected"))["sum"] or 0
    assert expected == (0 if VoidedReceipt.objects.exists() else 10)
    assert breaches() == []
