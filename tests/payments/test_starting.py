"""Sending a payer to the provider: one payment for an order, whatever is clicked or lost."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ims_wagtail.payments import gateway
from ims_wagtail.payments.enums import AttemptState, EventSource, OrderState
from ims_wagtail.payments.models import Attempt, MerchantAccount, Order, OrderContact
from ims_wagtail.payments.providers.contract import CardHolder
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment
from ims_wagtail.payments.providers.sandbox.provider import SandboxProvider
from ims_wagtail.payments.services import (
    AccountClosed,
    AlreadyPaid,
    AmountNotAccepted,
    OrderReplaced,
    PaymentUnknown,
    ProviderUnavailable,
    cancel_payment,
    settle,
    start_payment,
)
from tests.factories import make_payment_type
from tests.payments.making import (
    TWO_LINES,
    Basket,
    make_line,
    make_order,
    posted,
    use_card,
)


def test_the_payer_is_sent_to_a_payment_of_the_order_s_total(council):
    order = make_order(council)
    start = start_payment(order=order)

    payment = SandboxPayment.objects.get()
    assert payment.amount == Decimal("145.50")
    assert payment.reference == start.attempt.reference == f"{order.reference}-1"
    assert payment.description == "Council tax + 1"
    assert start.attempt.state == AttemptState.OPEN
    assert start.next_url.endswith(f"/sandbox/pay/{payment.pk}/")


def test_ordering_and_starting_take_the_same_few_queries_for_one_line_or_twenty(council):
    counts = []
    for number in (1, 20):
        lines = tuple(make_line(council.council_tax, "1.00") for _number in range(number))
        with CaptureQueriesContext(connection) as queries:
            start_payment(order=make_order(council, lines=lines))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


def test_the_attempt_is_committed_before_the_provider_is_called(council, monkeypatch):
    seen = []

    def create(self, request):
        assert not connection.in_atomic_block
        seen.append(Attempt.objects.get().state)
        raise gateway.OutcomeUnknown

    monkeypatch.setattr(SandboxProvider, "create", create)
    with pytest.raises(PaymentUnknown):
        start_payment(order=make_order(council))
    assert seen == [AttemptState.CREATING]


def test_a_provider_is_never_called_inside_a_transaction(council):
    order = make_order(council)
    with pytest.raises(gateway.CalledInTransaction), transaction.atomic():
        start_payment(order=order)
    assert not SandboxPayment.objects.exists()


def test_fs003_two_clicks_at_once_lead_to_one_payment(council, monkeypatch):
    order = make_order(council)
    create = SandboxProvider.create

    def slowly(self, request):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
        return create(self, request)

    monkeypatch.setattr(SandboxProvider, "create", slowly)

    def click(_number):
        try:
            return start_payment(order=order).next_url
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        addresses = set(pool.map(click, range(4)))
    assert len(addresses) == 1
    assert SandboxPayment.objects.count() == Attempt.objects.count() == 1


def test_fs003_a_basket_ordered_twice_at_once_is_one_order(council):
    basket = Basket(council)

    def click(_number):
        try:
            return basket.order().pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(click, range(4)))) == 1
    assert Order.objects.count() == 1


def test_fs004_going_back_and_paying_again_goes_on_with_the_same_payment(council):
    basket = Basket(council)
    first = start_payment(order=basket.order())
    second = start_payment(order=basket.order())
    assert second.attempt == first.attempt
    assert second.next_url == first.next_url
    assert SandboxPayment.objects.count() == 1


def test_fs004_a_changed_basket_cancels_the_payment_begun_before(council):
    basket = Basket(council)
    first = start_payment(order=basket.order())
    basket.lines = (make_line(council.council_tax, "60.00"),)
    second = start_payment(order=basket.order())

    first.attempt.refresh_from_db()
    assert first.attempt.state == AttemptState.CANCELLED_BY_US
    assert SandboxPayment.objects.get(reference=first.attempt.reference).state == "withdrawn"
    assert second.attempt.amount == Decimal("60.00")


def test_fs004_a_changed_basket_whose_first_payment_was_made_is_not_charged_again(council):
    basket = Basket(council)
    first = start_payment(order=basket.order())
    use_card(first.attempt)
    basket.lines = (make_line(council.council_tax, "60.00"),)
    with pytest.raises(AlreadyPaid):
        basket.order()
    assert posted(first.attempt.order) == TWO_LINES
    assert Order.objects.get().state == OrderState.PAID


def test_an_order_replaced_in_another_window_can_not_be_paid(council):
    basket = Basket(council)
    earlier = basket.order()
    basket.lines = (make_line(council.council_tax, "60.00"),)
    basket.order()
    with pytest.raises(OrderReplaced):
        start_payment(order=earlier)
    assert not SandboxPayment.objects.exists()


def test_the_payer_s_details_may_be_corrected_between_two_tries(council):
    basket = Basket(council)
    order = basket.order()
    basket.email = "grace@example.org"
    assert basket.order() == order
    order.contact.refresh_from_db()
    assert order.contact.email == "grace@example.org"


def test_fs006_the_address_of_the_payment_page_is_stored_nowhere(council):
    start = start_payment(order=make_order(council))
    path = urlsplit(start.next_url).path
    stored = Attempt.objects.values().get()
    assert not any(path in str(value) for value in stored.values())
    assert start.attempt.token_hash not in SandboxPayment.objects.get().return_url


def test_fs012_after_a_decline_another_payment_with_another_token_is_made(council):
    order = make_order(council)
    first = start_payment(order=order).attempt
    use_card(first, "Declined")
    second = start_payment(order=order).attempt

    first.refresh_from_db()
    assert first.state == AttemptState.DECLINED
    assert second.reference == f"{order.reference}-2"
    assert second.token_hash != first.token_hash
    addresses = set(SandboxPayment.objects.values_list("return_url", flat=True))
    assert len(addresses) == 2


def test_paying_a_paid_order_again_is_refused(council):
    order = make_order(council)
    use_card(start_payment(order=order).attempt)
    with pytest.raises(AlreadyPaid):
        start_payment(order=order)
    with pytest.raises(AlreadyPaid):
        start_payment(order=order)
    assert posted(order) == TWO_LINES


def test_fs015_a_payment_being_confirmed_can_not_be_started_again(council):
    order = make_order(council)
    use_card(start_payment(order=order).attempt, "Submitted, then success")
    with pytest.raises(PaymentUnknown):
        start_payment(order=order)
    assert SandboxPayment.objects.count() == 1


def test_fs017_a_payment_whose_answer_was_lost_is_found_and_goes_on(council):
    order = make_order(council, "77.77")
    with pytest.raises(PaymentUnknown):
        start_payment(order=order)
    assert Attempt.objects.get().state == AttemptState.UNKNOWN

    start = start_payment(order=order)
    payment = SandboxPayment.objects.get()
    assert start.attempt.provider_id == str(payment.pk)
    assert start.next_url.endswith(f"/sandbox/pay/{payment.pk}/")


def test_fs018_a_payment_that_was_never_created_is_given_up_and_made_anew(
    council, monkeypatch, later
):
    order = make_order(council)

    def lost(self, request):
        raise gateway.OutcomeUnknown

    with monkeypatch.context() as patch:
        patch.setattr(SandboxProvider, "create", lost)
        with pytest.raises(PaymentUnknown):
            start_payment(order=order)
        with pytest.raises(PaymentUnknown):  # too early to tell
            start_payment(order=order)
    later(minutes=1)
    start = start_payment(order=order)
    assert [a.state for a in order.attempts.order_by("number")] == [
        AttemptState.ABANDONED,
        AttemptState.OPEN,
    ]
    assert start.attempt.reference.endswith("-2")


def test_fs020_a_revoked_key_is_a_certain_refusal_that_operators_see(council, monkeypatch):
    def refuse(self, request):
        raise gateway.Refused("401", account_fault=True)

    monkeypatch.setattr(SandboxProvider, "create", refuse)
    order = make_order(council)
    with pytest.raises(AccountClosed):
        start_payment(order=order)
    attempt = Attempt.objects.get()
    assert attempt.state == AttemptState.ERROR
    assert "401" in attempt.problem
    assert attempt.next_check_at is None
    assert MerchantAccount.objects.get().unavailable_why == "401"


def test_an_account_without_a_key_is_not_even_tried(council, settings):
    settings.IMS = {**settings.IMS, "CREDENTIALS": {"sandbox": {"api_key": ""}}}
    with pytest.raises(AccountClosed):
        make_order(council)
    assert not Attempt.objects.exists()


def test_fs022_a_refused_payment_may_be_tried_again(council):
    order = make_order(council, "77.78")
    with pytest.raises(ProviderUnavailable):
        start_payment(order=order)
    with pytest.raises(ProviderUnavailable):
        start_payment(order=order)
    assert {a.state for a in Attempt.objects.all()} == {AttemptState.ERROR}


def test_fs022_characters_that_providers_refuse_are_taken_out_of_the_description(council):
    line = make_line(council.council_tax, "5.00", description='<b>Tax</b> | "A\\B"')
    start_payment(order=make_order(council, lines=(line,)))
    assert not set('<>|"\\') & set(SandboxPayment.objects.get().description)


def test_a_defect_of_a_provider_leaves_the_outcome_unknown_not_failed(council, monkeypatch):
    def broken(self, request):
        raise KeyError("payment_id")

    monkeypatch.setattr(SandboxProvider, "create", broken)
    with pytest.raises(PaymentUnknown):
        start_payment(order=make_order(council))
    assert Attempt.objects.get().state == AttemptState.UNKNOWN


@pytest.mark.parametrize("amount", ["0.29", "10000.01"])
def test_fs025_an_amount_the_account_does_not_take_is_refused_before_the_provider(council, amount):
    council.account.minimum_amount = Decimal("0.30")
    council.account.save()
    with pytest.raises(AmountNotAccepted) as refusal:
        start_payment(order=make_order(council, amount))
    assert refusal.value.minimum == Decimal("0.30")
    assert not Attempt.objects.exists()


def test_fs045_addresses_given_to_the_provider_start_with_the_configured_one(council, settings):
    settings.IMS = {**settings.IMS, "BASE_URL": "https://pay.anyborough.example"}
    start_payment(order=make_order(council))
    payment = SandboxPayment.objects.get()
    assert payment.return_url.startswith("https://pay.anyborough.example/pay/return/")
    assert payment.webhook_url == "https://pay.anyborough.example/ims/webhooks/sandbox/"


def test_fs058_an_order_without_lines_is_refused(council):
    basket = Basket(council)
    basket.lines = ()
    with pytest.raises(ValueError, match="at least one line"):
        basket.order()
    assert not Order.objects.exists()


def test_a_payer_who_gives_up_cancels_the_payment(council):
    order = make_order(council)
    attempt = cancel_payment(attempt=start_payment(order=order).attempt)
    assert attempt.state == AttemptState.CANCELLED_BY_US
    assert SandboxPayment.objects.get().state == "withdrawn"


def test_fs071_cancelling_too_late_finds_the_payment_paid(council):
    order = make_order(council)
    attempt = start_payment(order=order).attempt
    use_card(attempt)
    attempt = cancel_payment(attempt=attempt)
    assert attempt.state == AttemptState.PAID
    assert attempt.order.state == OrderState.PAID
    assert posted(order) == TWO_LINES


def test_fs072_references_come_from_a_sequence_and_carry_a_check_letter(council):
    first, second = make_order(council), make_order(council)
    assert first.reference != second.reference
    assert int(second.reference[1:-1]) > int(first.reference[1:-1])
    assert second.reference[-1].isalpha()


@pytest.fixture
def asked(monkeypatch):
    """What the provider is asked to create."""
    requests = []
    create = SandboxProvider.create

    def remember(self, request):
        requests.append(request)
        return create(self, request)

    monkeypatch.setattr(SandboxProvider, "create", remember)
    return requests


def test_what_the_payer_typed_already_is_handed_on(council, asked):
    order = make_order(council)
    OrderContact.objects.filter(order=order).update(
        address_line_1="1 High Street", town="Anyborough"
    )
    start_payment(order=order)

    (request,) = asked
    assert request.email == "ada@example.org"
    assert request.card_holder == CardHolder(
        name="Ada Brook", line_1="1 High Street", town="Anyborough", postcode="AB1 2CD"
    )


def test_metadata_says_what_is_paid_for_and_never_who_pays(council, asked):
    order = make_order(council)
    start_payment(order=order)

    (request,) = asked
    assert request.metadata == {
        "order": order.reference,
        "funds": "23,GW",
        "payment_types": "council-tax,garden-waste",
    }


def test_metadata_keeps_to_what_providers_take(council, asked):
    types = [
        make_payment_type(f"a-service-with-a-rather-long-name-{number}", fund=council.suspense)
        for number in range(12)
    ]
    lines = tuple(make_line(payment_type, "1.00") for payment_type in types)
    start_payment(order=make_order(council, lines=lines))

    (request,) = asked
    assert len(request.metadata) <= 15
    assert all(0 < len(value) <= 100 for value in request.metadata.values())
    slugs = {payment_type.slug for payment_type in types}
    assert set(request.metadata["payment_types"].split(",")) < slugs


def test_money_is_reserved_first_only_where_account_and_provider_agree(council, asked, monkeypatch):
    MerchantAccount.objects.update(delayed_capture=True)
    start_payment(order=make_order(council))
    monkeypatch.setattr(SandboxProvider, "can", frozenset())
    start_payment(order=make_order(council))

    assert [request.delayed_capture for request in asked] == [True, False]


def test_an_account_that_reserves_first_is_paid_once_it_was_compared(council):
    MerchantAccount.objects.update(delayed_capture=True)
    start = start_payment(order=make_order(council))
    use_card(start.attempt)
    assert SandboxPayment.objects.get().state == "capturable"

    settled = settle(attempt_id=start.attempt.pk, source=EventSource.RETURN)

    assert settled.state == AttemptState.PAID
    assert SandboxPayment.objects.get().state == "captured"
    assert posted(start.attempt.order) == TWO_LINES


def test_reserved_money_that_is_not_what_was_asked_for_is_let_go(council):
    MerchantAccount.objects.update(delayed_capture=True)
    start = start_payment(order=make_order(council))
    use_card(start.attempt, "Wrong amount")

    settled = settle(attempt_id=start.attempt.pk, source=EventSource.RETURN)

    assert settled.state == AttemptState.CANCELLED_BY_US
    assert SandboxPayment.objects.get().state == "withdrawn"
    assert posted(start.attempt.order) == []


def test_the_sandbox_never_counts_as_taking_real_money(council):
    MerchantAccount.objects.update(is_live=True)
    with pytest.raises(AccountClosed):
        make_order(council)
    assert not Order.objects.exists()
