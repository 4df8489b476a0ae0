"""``settle()``: money is posted once, to the right place, whatever the provider says and when."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.ledger import services as ledger
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.notifications.models import Message
from ims_wagtail.payments.enums import AttemptState, EventSource, OrderState
from ims_wagtail.payments.models import ProviderEvent
from ims_wagtail.payments.providers.contract import NotFound, ProviderState
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment
from ims_wagtail.payments.providers.sandbox.provider import SandboxProvider
from ims_wagtail.payments.selectors import attempt_by_return_token, attempts_needing_attention
from ims_wagtail.payments.services import PaymentUnknown, settle, start_payment
from tests.factories import make_account_holder, make_stop_message
from tests.payments.making import (
    TWO_LINES,
    Basket,
    breaches,
    in_suspense,
    make_line,
    make_order,
    money_posted,
    posted,
    use_card,
)


def begin(council, amount="", **values):
    """Return an attempt that waits for its payer."""
    return start_payment(order=make_order(council, amount, **values)).attempt


def back(attempt):
    """The payer comes back."""
    return settle(attempt_id=attempt.pk, source=EventSource.RETURN)


def provider_says(monkeypatch, **facts):
    """Make the provider say something else from now on."""
    read = SandboxProvider.read
    monkeypatch.setattr(
        SandboxProvider, "read", lambda self, pid: replace(read(self, pid), **facts)
    )


def test_a_successful_payment_is_posted_and_its_receipt_queued(council):
    attempt = begin(council)
    use_card(attempt)
    settled = back(attempt)

    assert settled.state == AttemptState.PAID
    assert settled.captured
    assert settled.next_check_at is None
    assert settled.order.state == OrderState.PAID
    assert posted(attempt.order) == TWO_LINES
    posting = Posting.objects.get()
    assert posting.source == f"attempt:{attempt.pk}"
    assert (posting.payer.card_brand, posting.payer.card_last_four) == ("Visa", "4242")
    assert posting.payer.email == "ada@example.org"
    assert {t.psp_reference for t in Transaction.objects.all()} == {attempt.provider_id}
    message = Message.objects.get()
    assert (message.kind, message.recipient) == ("payment_receipt", "ada@example.org")
    assert message.parameters == {"order_id": attempt.order.pk}
    assert not breaches()


def test_no_receipt_is_queued_for_a_payer_without_an_address(council):
    attempt = begin(council, email="")
    use_card(attempt)
    assert back(attempt).state == AttemptState.PAID
    assert not Message.objects.exists()


def test_settling_a_success_takes_at_most_fourteen_queries_of_ours(council):
    lines = tuple(make_line(council.council_tax, "1.00") for _number in range(20))
    attempt = begin(council, lines=lines)
    use_card(attempt)
    with CaptureQueriesContext(connection) as queries:
        back(attempt)
    # What the pretend provider asks its own tables is its own business.
    ours = [query["sql"] for query in queries if "ims_sandbox" not in query["sql"]]
    assert len(ours) <= 14, "\n".join(ours)


def test_settling_again_and_again_changes_nothing(council):
    attempt = begin(council)
    use_card(attempt)
    for source in EventSource:
        settle(attempt_id=attempt.pk, source=source)
    assert posted(attempt.order) == TWO_LINES
    assert Message.objects.count() == 1


def test_a_payer_who_comes_back_to_a_finished_payment_is_only_shown_it(council, monkeypatch):
    attempt = begin(council)
    use_card(attempt)
    back(attempt)

    def never(self, provider_id):
        raise AssertionError("the provider was asked again")

    monkeypatch.setattr(SandboxProvider, "read", never)
    assert back(attempt).state == AttemptState.PAID


@pytest.mark.parametrize(
    ("name", "state"),
    [
        pytest.param("Declined", AttemptState.DECLINED, id="fs012 declined"),
        pytest.param("Expired", AttemptState.EXPIRED, id="fs013 expired"),
        pytest.param("Error", AttemptState.ERROR, id="provider error"),
    ],
)
def test_a_payment_that_ends_without_money_posts_nothing_and_may_be_tried_again(
    council, name, state
):
    attempt = begin(council)
    use_card(attempt, name)
    settled = back(attempt)
    assert settled.state == state
    assert settled.order.state == OrderState.UNPAID
    assert not Posting.objects.exists()
    assert start_payment(order=attempt.order).attempt.number == 2


def test_fs011_a_payer_s_cancellation_is_not_a_decline(council, client):
    attempt = begin(council)
    payment = SandboxPayment.objects.get()
    client.post(f"/sandbox/pay/{payment.pk}/", {"action": "cancel"})
    settled = back(attempt)
    assert settled.state == AttemptState.CANCELLED_BY_PAYER
    assert not Posting.objects.exists()


def test_fs014_a_payment_nobody_has_made_yet_stays_open(council):
    attempt = begin(council)
    assert back(attempt).state == AttemptState.OPEN
    assert not Posting.objects.exists()


def test_fs015_income_waits_until_the_provider_is_certain(council, later):
    attempt = begin(council)
    use_card(attempt, "Submitted, then success")
    assert back(attempt).state == AttemptState.SUBMITTED
    assert not Posting.objects.exists()
    later(seconds=15)
    assert back(attempt).state == AttemptState.PAID
    assert posted(attempt.order) == TWO_LINES


def test_a_provider_that_does_not_answer_changes_nothing(council, later):
    attempt = begin(council)
    use_card(attempt, "Slow")
    assert back(attempt).state == AttemptState.OPEN
    later(seconds=25)
    assert back(attempt).state == AttemptState.PAID


def test_a_payment_the_provider_has_forgotten_needs_a_person(council, monkeypatch):
    attempt = begin(council)

    def forgotten(self, provider_id):
        raise NotFound

    monkeypatch.setattr(SandboxProvider, "read", forgotten)
    back(attempt)
    assert [a.pk for a in attempts_needing_attention()] == [attempt.pk]


def test_fs052_another_amount_than_asked_for_goes_to_suspense(council):
    attempt = begin(council)
    use_card(attempt, "Wrong amount")
    settled = back(attempt)

    assert settled.state == AttemptState.MISMATCH
    assert settled.order.state == OrderState.UNPAID
    assert posted(attempt.order) == []
    assert in_suspense(council) == [(attempt.reference, Decimal("146.50"))]
    assert "£146.50 instead of £145.50" in Transaction.objects.get().narrative
    assert attempts_needing_attention().get().pk == attempt.pk
    assert not Message.objects.exists()
    with pytest.raises(PaymentUnknown):
        start_payment(order=attempt.order)
    assert not breaches()


def test_fs052_a_payment_with_another_reference_goes_to_suspense(council, monkeypatch):
    attempt = begin(council)
    use_card(attempt)
    provider_says(monkeypatch, reference="SOMEBODY-ELSE")
    assert back(attempt).state == AttemptState.MISMATCH
    assert in_suspense(council) == [(attempt.reference, Decimal("145.50"))]
    assert not breaches()


def test_fs052_money_in_another_currency_is_not_booked_as_pounds(council, monkeypatch):
    attempt = begin(council)
    use_card(attempt)
    provider_says(monkeypatch, currency="EUR")
    settled = back(attempt)
    assert settled.state == AttemptState.MISMATCH
    assert "currency EUR" in settled.problem
    assert not Posting.objects.exists()
    assert not breaches()


def test_fs060_money_for_an_account_stopped_or_deleted_meanwhile_is_still_posted(council):
    fund = council.council_tax.fund
    holder = make_account_holder(fund=fund, reference="301122331")
    attempt = begin(council)
    use_card(attempt)
    fund.account_must_exist = True
    fund.enabled = False
    fund.save()
    council.council_tax.enabled = False
    council.council_tax.save()
    holder.stop_message = make_stop_message(fund=fund)
    holder.save()
    AccountHolder.objects.all().delete()

    assert back(attempt).state == AttemptState.PAID
    assert posted(attempt.order) == TWO_LINES


def test_fs065_nothing_remains_of_a_settlement_that_could_not_be_committed(council, monkeypatch):
    attempt = begin(council)
    use_card(attempt)

    with monkeypatch.context() as patch:
        patch.setattr("ims_wagtail.payments.settling.ProviderEvent.objects.create", _broken)
        settled = back(attempt)
    assert settled.order.state == OrderState.UNPAID
    assert not Posting.objects.exists()
    assert not Message.objects.exists()
    assert settled.state == AttemptState.SUBMITTED  # the payer reads that it is being confirmed
    assert back(attempt).state == AttemptState.PAID
    assert posted(attempt.order) == TWO_LINES


def _broken(**values):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")


def test_fs067_a_line_the_book_refuses_rolls_all_back_and_is_posted_after_repair(
    council, monkeypatch
):
    attempt = begin(council)
    use_card(attempt)
    post = ledger.post

    def with_a_bad_line(*, lines, **values):
        return post(lines=[*lines[:-1], replace(lines[-1], vat_amount=Decimal("99.00"))], **values)

    with monkeypatch.context() as patch:
        patch.setattr("ims_wagtail.payments.posting.post", with_a_bad_line)
        back(attempt)
    assert not Transaction.objects.exists()
    problem = attempts_needing_attention().get()
    assert problem.pk == attempt.pk
    assert "ims_line_vat_is_of_its_amount" in problem.problem
    assert "Ada" not in problem.problem
    assert problem.next_check_at is not None
    with pytest.raises(PaymentUnknown), monkeypatch.context() as patch:
        patch.setattr("ims_wagtail.payments.posting.post", with_a_bad_line)
        start_payment(order=attempt.order)

    assert back(attempt).problem == ""
    assert posted(attempt.order) == TWO_LINES
    assert not breaches()


def test_fs070_a_failure_told_after_success_is_flagged_and_changes_nothing(council, monkeypatch):
    attempt = begin(council)
    use_card(attempt)
    back(attempt)
    provider_says(monkeypatch, state=ProviderState.DECLINED, raw_state="declined")
    settled = settle(attempt_id=attempt.pk, source=EventSource.WEBHOOK)
    assert settled.state == AttemptState.PAID
    assert "declined" in settled.problem
    assert posted(attempt.order) == TWO_LINES


def test_a_capture_that_fails_after_success_is_taken_back(council, later):
    attempt = begin(council)
    use_card(attempt, "Success, then capture error")
    assert back(attempt).state == AttemptState.PAID
    later(seconds=40)
    settled = settle(attempt_id=attempt.pk, source=EventSource.SCHEDULE)

    assert settled.state == AttemptState.CAPTURE_FAILED
    assert settled.order.state == OrderState.REVERSED
    assert "taken back" in settled.problem
    assert money_posted() == 0
    assert Posting.objects.get(source=f"attempt:{attempt.pk}:capture_failed").reverses
    assert not breaches()


def test_money_that_turns_up_for_an_expired_payment_is_posted(council):
    attempt = begin(council)
    use_card(attempt, "Expired")
    assert back(attempt).state == AttemptState.EXPIRED
    SandboxPayment.objects.update(state="captured")
    settled = settle(attempt_id=attempt.pk, source=EventSource.WEBHOOK)
    assert settled.state == AttemptState.PAID
    assert posted(attempt.order) == TWO_LINES


def test_an_order_paid_twice_keeps_the_second_payment_in_suspense(council):
    order = make_order(council)
    first = start_payment(order=order).attempt
    use_card(first, "Expired")
    second = start_payment(order=order).attempt
    use_card(second)
    assert back(second).state == AttemptState.PAID

    SandboxPayment.objects.filter(reference=first.reference).update(state="captured")
    settled = settle(attempt_id=first.pk, source=EventSource.WEBHOOK)
    assert settled.state == AttemptState.PAID
    assert settled.problem.startswith("Paid twice")
    assert posted(order) == TWO_LINES
    assert in_suspense(council) == [(first.reference, Decimal("145.50"))]
    assert Message.objects.count() == 1
    assert not breaches()


def test_a_second_payment_that_is_not_captured_leaves_the_first_as_it_is(council, monkeypatch):
    order = make_order(council)
    first = start_payment(order=order).attempt
    use_card(first, "Expired")
    second = start_payment(order=order).attempt
    use_card(second)
    back(second)
    SandboxPayment.objects.filter(reference=first.reference).update(state="success")
    settle(attempt_id=first.pk, source=EventSource.WEBHOOK)
    SandboxPayment.objects.filter(reference=first.reference).update(state="error")
    settled = settle(attempt_id=first.pk, source=EventSource.SCHEDULE)

    assert settled.state == AttemptState.CAPTURE_FAILED
    assert settled.order.state == OrderState.PAID
    assert money_posted() == Decimal("145.50")
    assert not breaches()


def test_fs073_the_accounting_date_is_the_london_day_on_which_the_payment_succeeded(council):
    with time_machine.travel(datetime(2026, 3, 31, 22, 50, tzinfo=UTC), tick=True):
        before_midnight = begin(council, "1.00")
        use_card(before_midnight)  # 23:50 in London, the last of the financial year
    with time_machine.travel(datetime(2026, 3, 31, 23, 10, tzinfo=UTC), tick=True):
        after_midnight = begin(council, "2.00")
        use_card(after_midnight)  # ten past midnight in London
        back(before_midnight)
        back(after_midnight)
    dates = dict(Posting.objects.values_list("total", "accounting_date"))
    assert dates == {Decimal("1.00"): date(2026, 3, 31), Decimal("2.00"): date(2026, 4, 1)}


def test_a_provider_s_impossible_time_is_not_believed(council, monkeypatch):
    attempt = begin(council)
    use_card(attempt)
    provider_says(monkeypatch, paid_at=datetime(1999, 1, 1, tzinfo=UTC))
    back(attempt)
    assert Posting.objects.get().accounting_date.year > 2000


def test_what_the_provider_said_is_kept_without_personal_data(council):
    attempt = begin(council)
    use_card(attempt)
    back(attempt)
    event = ProviderEvent.objects.get()
    assert (event.source, event.raw_state) == (EventSource.RETURN, "captured")
    assert event.detail == {
        "state": "paid",
        "amount": "145.50",
        "surcharge": "0.00",
        "currency": "GBP",
        "captured": True,
        "refund_block": "",
    }


def test_fs093_logs_hold_references_but_no_keys_tokens_or_names(council, caplog):
    caplog.set_level("DEBUG", logger="ims_wagtail")
    attempt = begin(council)
    use_card(attempt)
    back(attempt)
    assert attempt.reference in caplog.text
    token = SandboxPayment.objects.get().return_url.rstrip("/").rpartition("/")[2]
    for secret in ("demo-key", "demo-secret", token, "ada@example.org", "Ada Brook", "4242"):
        assert secret not in caplog.text.replace(attempt.reference, "")


def test_an_older_answer_never_overtakes_a_newer_one(council, monkeypatch):
    attempt = begin(council)
    read = SandboxProvider.read
    calls = []

    def read_while_another_settles(self, provider_id):
        answer = read(self, provider_id)
        calls.append(answer.raw_state)
        if len(calls) == 1:  # between our answer and our lock, another process settles
            use_card(attempt)
            settle(attempt_id=attempt.pk, source=EventSource.WEBHOOK)
        return answer

    monkeypatch.setattr(SandboxProvider, "read", read_while_another_settles)
    assert back(attempt).state == AttemptState.PAID
    assert calls == ["created", "captured"]
    assert ProviderEvent.objects.count() == 1


def test_a_resumed_payment_that_is_not_ours_is_not_shown_to_the_payer(council, monkeypatch):
    basket = Basket(council)
    first = start_payment(order=basket.order()).attempt
    provider_says(monkeypatch, amount=Decimal("1.00"))
    second = start_payment(order=basket.order()).attempt
    first.refresh_from_db()
    assert first.state == AttemptState.CANCELLED_BY_US
    assert second.number == 2


def test_an_attempt_is_reached_by_its_token_only(council):
    attempt = begin(council)
    token = SandboxPayment.objects.get().return_url.rstrip("/").rpartition("/")[2]
    with CaptureQueriesContext(connection) as queries:
        found = attempt_by_return_token(token)
        assert found == attempt
        assert [line.fund.code for line in found.order.lines.all()] == ["23", "GW"]
        assert found.order.contact.name == "Ada Brook"
    assert len(queries) == 2
    assert attempt_by_return_token(attempt.token_hash) is None
    assert attempt_by_return_token("") is None
