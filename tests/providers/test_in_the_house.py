"""Each provider with the house around it: paid, told, refunded, and in the book once."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from ims_wagtail.ledger.models import Posting
from ims_wagtail.payments.checking import check_payments
from ims_wagtail.payments.enums import AttemptState, EventSource, OrderState, RefundState
from ims_wagtail.payments.exceptions import PaymentUnknown
from ims_wagtail.payments.models import Attempt, ProviderEvent
from ims_wagtail.payments.providers.contract import Can
from ims_wagtail.payments.refunds.settling import settle_refund
from ims_wagtail.payments.services import settle, start_payment
from ims_wagtail.payments.tasks import handle_event
from tests.factories import make_merchant_account
from tests.payments.making import TWO_LINES, breaches, make_council, make_order, posted
from tests.payments.refunding import make_approver, make_asker, refunded
from tests.providers.fakes.serving import Fault


pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def council(bench, settings):
    """A council whose only account is at the provider on the bench."""
    credential = bench.credential
    said = {
        "api_key": credential.api_key,
        "webhook_secrets": list(credential.webhook_secrets),
        "extra": dict(credential.extra),
    }
    settings.IMS = {
        **settings.IMS,
        "BASE_URL": "http://testserver",
        "CREDENTIALS": {bench.key: said},
    }
    council = make_council()
    council.account.delete()
    make_merchant_account(bench.key, provider=bench.key)
    return council


@pytest.fixture
def attempt(council):
    return start_payment(order=make_order(council)).attempt


def test_the_schedule_books_what_nobody_told_of(bench, attempt):
    bench.pay(attempt.provider_id)
    Attempt.objects.update(next_check_at=timezone.now())
    assert check_payments().paid == 1
    assert posted(attempt.order) == TWO_LINES
    assert not breaches()


def test_return_message_and_schedule_together_book_once(bench, attempt):
    bench.pay(attempt.provider_id)
    body, headers = bench.message(attempt.provider_id)
    sent = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    for _time in range(2):
        answer = Client().post(
            f"/ims/webhooks/{bench.key}/", body, content_type="text/plain", **sent
        )
        assert answer.status_code == 204
    (event,) = ProviderEvent.objects.filter(source=EventSource.WEBHOOK, attempt=None)
    handle_event.call(event_id=event.pk)
    for source in (EventSource.RETURN, EventSource.OFFICER, EventSource.SCHEDULE):
        settled = settle(attempt_id=attempt.pk, source=source)
    assert (settled.state, settled.order.state) == (AttemptState.PAID, OrderState.PAID)
    assert posted(attempt.order) == TWO_LINES
    assert Posting.objects.count() == 1
    assert not breaches()


def test_an_unfinished_payment_goes_on_instead_of_a_second_one(bench, attempt):
    again = start_payment(order=attempt.order)
    assert again.attempt.pk == attempt.pk
    assert bench.payments_there() == 1


def test_a_creation_whose_answer_was_lost_never_leads_to_two_payments(bench, council):
    if Fault.ANSWER_LOST not in bench.creating or bench.key == "sandbox":
        pytest.skip("asked of the sandbox elsewhere")
    order = make_order(council)
    with bench.create_failing(Fault.ANSWER_LOST), pytest.raises(PaymentUnknown):
        start_payment(order=order)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        settle(attempt_id=order.attempts.get().pk, source=EventSource.SCHEDULE)
        started = start_payment(order=order)
        bench.pay(started.attempt.provider_id)
        settle(attempt_id=started.attempt.pk, source=EventSource.RETURN)
    assert posted(order) == TWO_LINES
    assert Posting.objects.count() == 1


def test_a_refund_goes_back_and_is_in_the_book_once(bench, attempt):
    if Can.REFUND not in bench.provider.can:
        pytest.skip("it gives nothing back")
    bench.pay(attempt.provider_id)
    attempt = settle(attempt_id=attempt.pk, source=EventSource.RETURN)
    refund = refunded(attempt, "10.00", asker=make_asker(), approver=make_approver())
    assert refund.state in (RefundState.SUBMITTED, RefundState.SUCCEEDED)
    assert bench.refunded_there() == Decimal("10.00")
    bench.finish_refunds()
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        for _time in range(2):
            refund = settle_refund(refund_id=refund.pk)
    assert refund.state == RefundState.SUCCEEDED
    assert Posting.objects.count() == 2
    assert not breaches()


def test_a_refund_whose_answer_was_lost_is_found_and_not_made_again(bench, attempt):
    if Fault.ANSWER_LOST not in bench.refunding or bench.key == "sandbox":
        pytest.skip("asked of the sandbox elsewhere")
    bench.pay(attempt.provider_id)
    attempt = settle(attempt_id=attempt.pk, source=EventSource.RETURN)
    with bench.refund_failing(Fault.ANSWER_LOST):
        refund = refunded(attempt, "10.00", asker=make_asker(), approver=make_approver())
    assert refund.state == RefundState.UNKNOWN
    bench.finish_refunds()
    with time_machine.travel(timezone.now() + timedelta(minutes=40)):
        refund = settle_refund(refund_id=refund.pk)
    assert refund.state == RefundState.SUCCEEDED
    assert bench.refunded_there() == Decimal("10.00")
    assert not breaches()
