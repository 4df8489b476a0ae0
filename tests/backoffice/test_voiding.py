"""Receipts entered by mistake: what cashier, supervisor, payer and book are told."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.backoffice.counter.sessions import taken_in
from ims_wagtail.backoffice.models import CashierSession, CounterReceipt, VoidedReceipt
from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.ledger.corrections import Give, Take, move
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.holds import hold
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.ledger.services import reverse as undo
from ims_wagtail.payments.enums import OrderState
from ims_wagtail.payments.models import Order
from tests.backoffice.test_counter import (  # noqa: F401 - fixtures
    RETURN,
    SESSIONS,
    TAKING,
    TILL,
    VIEW,
    cashier,
    cheque,
    council,
    hall,
    make_cashier,
    take_cheque,
    words,
)
from tests.factories import make_method
from tests.payments.making import breaches
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import read


pytestmark = pytest.mark.django_db(transaction=True)

VOID = "ims_backoffice.void_receipt"


def take_cash(till, hall, *, amount: str = "120.50") -> CounterReceipt:  # noqa: F811
    """Open a session, and take cash for council tax."""
    till.open(hall.office)
    till.gather(amount=amount)
    assert till.hand_over(cash=amount).status_code == 302
    return CounterReceipt.objects.get()


def url_of(receipt: CounterReceipt) -> str:
    return f"{TILL}void/{receipt.pk}/"


def make_supervisor(*permissions: str, funds=(ALL_FUNDS,)):
    return logged_in(
        make_person(VOID, VIEW, SESSIONS, "ims_ledger.view_transaction", *permissions, funds=funds)
    )


def test_a_cashier_voids_what_they_mistyped_and_it_comes_off_the_till(hall):  # noqa: F811
    till = make_cashier(hall, "ims_ledger.view_transaction", name="cashier")
    receipt = take_cash(till, hall, amount="1000.00")
    till.gather(amount="100.00")
    till.hand_over(cash="100.00", again="on")
    page = till.client.get(url_of(receipt))

    response = till.client.post(url_of(receipt), {"reason": "£1,000 instead of £100"})

    assert "Hand back: Cash: £1,000.00" in words(page)
    page = till.client.get(response.url)
    assert read(page).facts["Void"].startswith(f"{timezone.localdate():%-d %b %Y}")
    assert "£1,000 instead of £100" in words(page)
    assert "Void: entered by mistake" in words(page)
    assert taken_in(receipt.session) == {hall.cash.pk: Decimal("100.00")}
    assert "£100.00" in words(till.client.get(TILL))
    back = Posting.objects.get(kind=PostingKind.REVERSAL)
    assert (back.total, back.reverses) == (Decimal("-1000.00"), receipt.posting)
    story = words(till.client.get(reverse("ims_postings:inspect", args=[receipt.posting_id])))
    assert "Voided: entered by mistake" in story
    assert AuditEntry.objects.get(action="void receipt").after["reason"] == "£1,000 instead of £100"
    till.cash_up(receipt.session, "150.00")
    assert CashierSession.objects.get().closed_at, "what is counted is what is expected"
    assert breaches() == []


def test_the_receipt_of_a_void_payment_says_so_on_paper(cashier, hall):  # noqa: F811
    receipt = take_cash(cashier, hall)
    cashier.client.post(url_of(receipt), {"reason": "Wrong account"})

    paper = words(cashier.client.post(reverse("ims_counter:receipt", args=[receipt.pk])))

    assert "VOID" in paper
    assert "Nothing is paid by it." in paper
    assert "returned" not in paper


def test_a_void_payment_can_be_taken_again_without_a_word_of_paying_twice(
    cashier,  # noqa: F811
    hall,  # noqa: F811
):
    receipt = take_cash(cashier, hall)
    cashier.client.post(url_of(receipt), {"reason": "Wrong amount"})
    assert "£120.50" not in words(cashier.client.get(TAKING)), "the next payer's basket is empty"
    cashier.gather()

    assert cashier.hand_over(cash="120.50").status_code == 302

    assert Order.objects.filter(state=OrderState.PAID).count() == 1
    assert breaches() == []


def test_a_void_needs_its_reason(cashier, hall):  # noqa: F811
    receipt = take_cash(cashier, hall)

    response = cashier.client.post(url_of(receipt), {"reason": " "})

    assert response.status_code == 422
    assert not VoidedReceipt.objects.exists()


def test_after_the_cash_up_only_somebody_else_with_the_permission_voids(hall):  # noqa: F811
    till = make_cashier(hall, VOID)
    receipt = take_cash(till, hall)
    till.cash_up(receipt.session, "170.50")
    other = make_cashier(hall, name="other")
    supervisor = make_supervisor()

    for client in (till.client, other.client):
        refused = client.post(url_of(receipt), {"reason": "Wrong account"}, follow=True)
        assert "You can void your own receipts until you cash up." in words(refused)
    assert not VoidedReceipt.objects.exists()
    response = supervisor.post(url_of(receipt), {"reason": "Wrong account"}, follow=True)

    assert "The receipt is void." in words(response)
    session = CashierSession.objects.get()
    assert VoidedReceipt.objects.get().session is None
    assert session.totals.get().expected == Decimal("170.50"), "a cash-up is final"
    page = words(supervisor.get(reverse("ims_cashier_sessions:inspect", args=[session.pk])))
    assert "£120.50" in page
    assert "Void: entered by mistake" in page
    assert breaches() == []


def test_a_supervisor_of_another_fund_voids_nothing(cashier, hall):  # noqa: F811
    receipt = take_cash(cashier, hall)
    stranger = make_supervisor(funds=(hall.bin.fund,))

    assert stranger.get(url_of(receipt)).status_code == 404
    assert stranger.post(url_of(receipt), {"reason": "x"}).status_code == 404
    assert not VoidedReceipt.objects.exists()


def test_what_was_moved_or_is_held_for_a_refund_is_not_voided(cashier, hall):  # noqa: F811
    receipt = take_cash(cashier, hall)
    line = Transaction.objects.get()
    with transaction.atomic():
        hold(source="refund:1", amounts={line.pk: Decimal("1.00")})

    response = cashier.client.post(url_of(receipt), {"reason": "Wrong account"}, follow=True)

    assert "Some of it was moved or refunded since, or is held for that." in words(response)
    assert not VoidedReceipt.objects.exists()
    assert Order.objects.get().state == OrderState.PAID


def test_a_cheque_is_either_returned_or_void(hall):  # noqa: F811
    till = make_cashier(hall, RETURN)
    tender = take_cheque(till, hall)
    back = reverse("ims_counter:return_cheque", args=[tender.pk])
    make_method(MethodKind.JOURNAL)
    make_method(MethodKind.JOURNAL_REALLOCATION)
    line = Transaction.objects.get()
    # The line is empty when the cheque comes back, and whole again afterwards.
    with transaction.atomic():
        moved = move(
            kind=PostingKind.JOURNAL,
            source="journal:1",
            takes=[Take(line, line.amount)],
            gives=[Give(line.fund_id, "100000007", line.amount, line.vat_code_id, line.vat_rate)],
            narrative="Wrong account",
            by=till.person,
        ).posting
    till.client.post(back, {"reason": "Refer to drawer"})
    with transaction.atomic():
        undo(posting=moved, source="journal:2", narrative="Back", by=till.person)

    refused = till.client.post(url_of(tender.receipt), {"reason": "Wrong account"}, follow=True)

    assert "The bank returned a cheque of it" in words(refused)
    assert not VoidedReceipt.objects.exists()


def test_a_cheque_of_a_void_receipt_does_not_come_back(hall):  # noqa: F811
    till = make_cashier(hall, RETURN)
    tender = take_cheque(till, hall)
    till.client.post(url_of(tender.receipt), {"reason": "Wrong account"})
    back = reverse("ims_counter:return_cheque", args=[tender.pk])

    refused = till.client.post(back, {"reason": "Refer to drawer"}, follow=True)

    assert "This payment is void" in words(refused)
    assert Posting.objects.filter(kind=PostingKind.REVERSAL).count() == 1
    assert "The bank returned this cheque" not in words(refused)


def test_the_database_lets_no_void_be_changed_or_made_up(cashier, hall):  # noqa: F811
    receipt = take_cash(cashier, hall)

    for wrong in (
        {"posting": receipt.posting, "session": receipt.session},
        {"posting": receipt.posting, "session": None},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            VoidedReceipt.objects.create(
                receipt=receipt, reason="x", voided_by=cashier.person, **wrong
            )
    cashier.client.post(url_of(receipt), {"reason": "Wrong account"})
    for change in (
        lambda: VoidedReceipt.objects.update(reason="other"),
        lambda: VoidedReceipt.objects.all().delete(),
        lambda: Order.objects.update(state=OrderState.PAID),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
