"""Refunding all payments of a payment type or a page at once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ims_wagtail.approvals.selectors import for_subject
from ims_wagtail.approvals.services import approve, reject
from ims_wagtail.clock import accounting_date
from ims_wagtail.payments.checking import check_payments
from ims_wagtail.payments.enums import BatchState, RefundState
from ims_wagtail.payments.models import Dispute, Refund, RefundBatch
from ims_wagtail.payments.refunds.batch_starting import start_batch
from ims_wagtail.payments.refunds.batches import BatchWish, preview
from ims_wagtail.payments.refunds.exceptions import RefundRefused
from ims_wagtail.payments.refunds.preparing import prepare_batch
from tests.payments.killing import killed_while
from tests.payments.making import breaches
from tests.payments.refunding import ask_for, given_back, held, make_paid, net
from tests.payments.test_refund_races import at_once
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import read, table


def wish_of(council, **values):
    today = accounting_date()
    return BatchWish(
        fund=council.garden_waste.fund,
        what="Garden waste",
        **{"since": today, "until": today, "payment_type_id": council.garden_waste.pk} | values,
    )


def start(council, asker):
    return start_batch(wish=wish_of(council), reason="No collection", by=asker)


def approved(batch, approver):
    prepare_batch(batch_id=batch.pk)
    approval = for_subject(f"refund_batch:{batch.pk}")
    approve(approval_id=approval.pk, by=approver)
    return approval


def test_the_preview_counts_adds_up_and_says_what_is_left_out(council, asker):
    paid = [make_paid(council) for _number in range(4)]
    ask_for(paid[0], "0", "45.50", by=asker)
    ask_for(paid[1], "0", "5.50", by=asker)
    Dispute.objects.create(
        account=paid[2].account,
        provider_id="d1",
        attempt=paid[2],
        payment_provider_id=paid[2].provider_id,
        status="under_review",
        amount=paid[2].amount,
        opened_at=paid[2].created_at,
    )
    found = preview(wish_of(council))
    assert [sum(lines.values()) for _posting, lines in found.wanted] == [
        Decimal("40.00"),
        Decimal("45.50"),
    ]
    assert found.total == Decimal("85.50")
    assert found.left_out == [
        (paid[0].order.reference, "Nothing is left of it."),
        (paid[2].order.reference, "It is disputed."),
    ]
    yesterday = accounting_date() - timedelta(days=1)
    assert not preview(wish_of(council, since=yesterday, until=yesterday)).wanted
    other = preview(wish_of(council, payment_type_id=council.council_tax.pk))
    assert not other.wanted, "another fund's line of the same payment"


def test_the_preview_asks_no_more_for_many_payments_than_for_few(council):
    asked = []
    for _round in range(2):
        for _number in range(3):
            make_paid(council)
        with CaptureQueriesContext(connection) as queries:
            preview(wish_of(council))
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_all_are_refunded_on_one_approval_of_their_total(council, asker, approver, later):
    paid = [make_paid(council) for _number in range(3)]
    batch = start(council, asker)
    assert not Refund.objects.exists()
    approval = approved(batch, approver)
    assert approval.amount == Decimal("136.50")
    assert Refund.objects.filter(batch=batch, state=RefundState.APPROVED).count() == 3
    check_payments()
    later(minutes=6)
    check_payments()
    assert set(Refund.objects.values_list("state", flat=True)) == {RefundState.SUCCEEDED}
    for attempt in paid:
        assert given_back(attempt) == Decimal("45.50")
        assert net(attempt) == [Decimal("100.00"), Decimal("0.00")]
    assert not breaches()


def test_a_batch_that_is_rejected_holds_nothing(council, asker, approver):
    make_paid(council)
    batch = start(council, asker)
    prepare_batch(batch_id=batch.pk)
    assert held() == Decimal("45.50")
    approval = for_subject(f"refund_batch:{batch.pk}")
    reject(approval_id=approval.pk, by=approver, note="They were collected")
    batch.refresh_from_db()
    assert (batch.state, held()) == (BatchState.CLOSED, Decimal("0.00"))
    assert Refund.objects.get().state == RefundState.REJECTED
    assert not breaches()


def test_what_somebody_refunds_meanwhile_is_left_out_with_the_reason(council, asker):
    first, second = make_paid(council), make_paid(council)
    batch = start(council, asker)
    ask_for(first, "0", "45.50", by=asker)
    prepare_batch(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.WAITING
    assert [receipt for receipt, _why in batch.left_out] == [first.order.reference]
    assert batch.refunds.get().attempt == second
    assert not breaches()


@pytest.mark.slow
def test_a_worker_that_is_killed_is_gone_on_for_by_the_schedule(council, asker):
    for _number in range(3):
        make_paid(council)
    batch = start(council, asker)
    killed_while(
        lambda: prepare_batch(batch_id=batch.pk),
        at="ims_wagtail.payments.refunds.preparing.reserve",
        after=True,
    )
    check_payments()
    batch.refresh_from_db()
    assert (batch.state, batch.refunds.count()) == (BatchState.WAITING, 3)
    assert held() == Decimal("136.50")
    assert not breaches()


def test_workers_at_once_prepare_each_payment_once(council, asker):
    for _number in range(4):
        make_paid(council)
    batch = start(council, asker)
    at_once(lambda _place: prepare_batch(batch_id=batch.pk), 8)
    assert batch.refunds.count() == 4
    assert held() == Decimal("182.00")
    assert not breaches()


def test_nobody_starts_one_without_the_right_a_reason_or_a_payment(council, asker):
    with pytest.raises(RefundRefused, match="no payment"):
        start(council, asker)
    make_paid(council)
    with pytest.raises(RefundRefused, match="Say why"):
        start_batch(wish=wish_of(council), reason=" ", by=asker)
    elsewhere = make_person("ims_payments.request_refund", funds=(council.council_tax.fund,))
    with pytest.raises(RefundRefused, match="right to refund"):
        start(council, elsewhere)


def test_the_screens_lead_from_a_preview_to_a_batch(council):
    permissions = ("request_refund", "view_refund", "view_refundbatch")
    person = make_person(*(f"ims_payments.{p}" for p in permissions), funds=(ALL_FUNDS,))
    client = logged_in(person)
    attempt = make_paid(council)
    today = accounting_date().isoformat()
    typed = {
        "what": f"type:{council.garden_waste.pk}",
        "since": today,
        "until": today,
        "reason": "No collection",
    }
    address = "/admin/income/refund-batches/start/"
    assert client.get(address).status_code == 200
    page = client.post(address, typed | {"preview": "1"})
    assert read(page).facts["Total"] == "£45.50"
    assert not RefundBatch.objects.exists()
    started = client.post(address, typed | {"confirm": "1"})
    batch = RefundBatch.objects.get()
    prepare_batch(batch_id=batch.pk)
    page = client.get(started.url)
    assert read(page).facts["State"] == "Waiting for approval"
    assert read(page).facts["Prepared"] == "1 of 1"
    assert table(page)[0] == {"State": "Waiting for approval", "Number": "1", "Amount": "£45.50"}
    assert batch.refunds.get().attempt == attempt
    wrong = client.post(address, typed | {"until": "2020-01-01"})
    assert wrong.status_code == 422
    assert "last day is before the first" in wrong.content.decode()
