"""What the house relies on, asked of every provider by its real client."""

import hmac
import logging
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from ims_wagtail.payments.providers.contract import (
    Can,
    NotFound,
    OutcomeUnknown,
    ProviderState,
    RefundStatus,
    Refused,
    TooLate,
    Unreachable,
    Unsupported,
    WebhookInvalid,
)
from ims_wagtail.payments.providers.registry import PROVIDERS
from tests.providers.benches import EMAIL, NAME, NOBODY, SECRET
from tests.providers.fakes.serving import Fault


#: Two of the providers remember something, and their fixtures would ask too late for a database.
pytestmark = pytest.mark.django_db

UNCERTAIN = (Fault.ANSWER_LOST, Fault.BREAKS, Fault.GARBAGE)


def paid(bench, reference="P1-1", amount="20.00"):
    created = bench.create(reference, amount)
    bench.pay(created.provider_id)
    return created.provider_id


def need(bench, what):
    if what not in bench.provider.can:
        pytest.skip(f"{bench.key} can't {what}")


def need_fault(fault, faults):
    if fault not in faults:
        pytest.skip("this can't happen here")


def test_every_provider_is_on_a_bench(bench):
    assert bench.key in PROVIDERS
    assert type(bench.provider).__name__ == PROVIDERS[bench.key].rpartition(".")[2]


# Creating


def test_a_created_payment_is_open_and_has_a_page_for_the_payer(bench):
    created = bench.create()
    assert created.next_url.startswith("http")
    assert 0 < len(created.provider_id) <= 64
    seen = bench.provider.read(created.provider_id)
    assert seen.state == ProviderState.OPEN
    assert (seen.reference, seen.amount, seen.currency) == ("P1-1", Decimal("20.00"), "GBP")
    assert seen.provider_id == created.provider_id
    assert seen.next_url.startswith("http")
    assert not seen.captured


@pytest.mark.parametrize("amount", ["0.30", "19.99", "1000.10", "99999.99"])
def test_amounts_are_exact_to_the_penny(bench, amount):
    provider_id = paid(bench, amount=amount)
    assert bench.provider.read(provider_id).amount == Decimal(amount)


@pytest.mark.parametrize("fault", UNCERTAIN)
def test_an_uncertain_creation_is_unknown_and_not_repeated(bench, fault):
    need_fault(fault, bench.creating)
    with pytest.raises(OutcomeUnknown):
        bench.create_with(fault)
    assert bench.payments_there() <= 1


@pytest.mark.parametrize("fault", [Fault.REFUSES, Fault.LOCKED_OUT, Fault.BUSY])
def test_a_refusal_is_certain_and_nothing_was_created(bench, fault):
    need_fault(fault, bench.creating)
    with pytest.raises(Refused) as refused:
        bench.create_with(fault)
    assert refused.value.account_fault == (fault == Fault.LOCKED_OUT)
    assert bool(refused.value.busy_for) == (fault == Fault.BUSY)
    assert EMAIL not in refused.value.code
    assert bench.payments_there() == 0


def test_without_a_connection_nothing_was_created(bench):
    if not bench.creating:
        pytest.skip("it is told by the payer's browser, not by us")
    with pytest.raises(Refused):
        bench.cut_off().create(bench.request())
    assert bench.payments_there() == 0


# Finding and reading


def test_a_payment_whose_answer_was_lost_is_found_by_our_reference(bench):
    need_fault(Fault.ANSWER_LOST, bench.creating)
    if not bench.finds_unpaid:
        pytest.skip("what nobody has the address of can't be found, nor paid")
    with pytest.raises(OutcomeUnknown):
        bench.create_with(Fault.ANSWER_LOST)
    seen = bench.provider.find("P1-1")
    assert seen.reference == "P1-1"
    assert bench.payments_there() == 1


def test_a_paid_payment_is_found_by_exactly_our_reference(bench):
    provider_id = paid(bench, "P1-11")
    assert bench.provider.find("P1-11").provider_id == provider_id
    assert bench.provider.find("P1-11").state == ProviderState.PAID


@pytest.mark.parametrize(
    "other", ["P1-1", "P1-111", "p1-11", "P1-*", "P1", "' OR '1'='1", 'P1-11" OR x:"', "P1-11\\"]
)
def test_another_reference_finds_nothing(bench, other):
    paid(bench, "P1-11")
    assert bench.provider.find(other) is None


def test_an_unknown_payment_is_not_found(bench):
    with pytest.raises(NotFound):
        bench.provider.read("unknown")


@pytest.mark.parametrize("fault", [Fault.BREAKS, Fault.GARBAGE, Fault.BUSY])
def test_when_the_service_fails_nothing_is_learnt(bench, fault):
    need_fault(fault, bench.looking)
    provider_id = paid(bench)
    with bench.look_failing(fault):
        for look in (
            lambda: bench.provider.read(provider_id),
            lambda: bench.provider.find("P1-1"),
            lambda: bench.provider.refunds_of(provider_id),
            lambda: list(bench.provider.refunds_between(*today())),
            lambda: list(bench.provider.payments_between(*today())),
        ):
            with pytest.raises(Unreachable) as nothing:
                look()
            assert bool(nothing.value.busy_for) == (fault == Fault.BUSY)


def test_without_a_connection_nothing_is_learnt(bench):
    provider_id = paid(bench)
    provider = bench.cut_off()
    with pytest.raises(Unreachable):
        provider.read(provider_id)
    with pytest.raises(Unreachable):
        provider.find("P1-1")


def test_a_paid_payment_says_what_was_taken_and_with_which_card(bench):
    before = timezone.now() - timedelta(seconds=2)
    seen = bench.provider.read(paid(bench))
    assert seen.state == ProviderState.PAID
    assert seen.captured
    assert (seen.reference, seen.amount, seen.currency) == ("P1-1", Decimal("20.00"), "GBP")
    assert seen.card_brand == "Visa"
    assert len(seen.card_last_four) == 4
    assert before <= seen.paid_at <= timezone.now() + timedelta(seconds=2)
    assert seen.next_url == ""


# Cancelling


def test_a_cancelled_payment_is_over_and_cancelling_again_does_no_harm(bench):
    created = bench.create()
    bench.provider.cancel(created.provider_id)
    for _time in range(2):
        seen = bench.provider.read(created.provider_id)
        assert seen.state == ProviderState.CANCELLED_BY_US
        assert seen.next_url == ""
        try:
            bench.provider.cancel(created.provider_id)
        except TooLate:
            pass


def test_a_paid_payment_is_too_late_to_cancel(bench):
    provider_id = paid(bench)
    with pytest.raises(TooLate):
        bench.provider.cancel(provider_id)
    assert bench.provider.read(provider_id).state == ProviderState.PAID


def test_an_unknown_payment_can_not_be_cancelled(bench):
    with pytest.raises((NotFound, TooLate)):
        bench.provider.cancel("00000000-0000-0000-0000-000000000000")


# Reserving and capturing


def test_reserved_money_is_taken_when_asked_for_and_only_once(bench):
    need(bench, Can.DELAYED_CAPTURE)
    created = bench.create(delayed_capture=True)
    with pytest.raises(TooLate):
        bench.provider.capture(created.provider_id)
    bench.reserve(created.provider_id)
    seen = bench.provider.read(created.provider_id)
    assert seen.state == ProviderState.CAPTURABLE
    assert not seen.captured
    bench.provider.capture(created.provider_id)
    try:
        bench.provider.capture(created.provider_id)
    except TooLate:
        pass
    seen = bench.provider.read(created.provider_id)
    assert seen.state in (ProviderState.PAID, ProviderState.SUBMITTED)
    assert seen.amount == Decimal("20.00")


def test_reserved_money_is_let_go_by_cancelling(bench):
    need(bench, Can.DELAYED_CAPTURE)
    created = bench.create(delayed_capture=True)
    bench.reserve(created.provider_id)
    bench.provider.cancel(created.provider_id)
    assert bench.provider.read(created.provider_id).state == ProviderState.CANCELLED_BY_US
    with pytest.raises(TooLate):
        bench.provider.capture(created.provider_id)


# Refunds


def test_a_refund_is_made_once_and_listed(bench):
    need(bench, Can.REFUND)
    provider_id = paid(bench)
    made = bench.refund(provider_id, "5.00")
    assert made.amount == Decimal("5.00")
    assert made.provider_id == provider_id
    assert made.status in (RefundStatus.SUBMITTED, RefundStatus.SUCCEEDED)
    assert bench.refunded_there() == Decimal("5.00")
    (listed,) = bench.provider.refunds_of(provider_id)
    assert (listed.refund_id, listed.amount) == (made.refund_id, Decimal("5.00"))
    assert listed.reference == ("F1" if bench.keeps_refund_reference else "")
    again = bench.provider.read_refund(provider_id=provider_id, refund_id=made.refund_id)
    assert again.amount == Decimal("5.00")
    left = Decimal("15.00") if bench.tells_what_is_left else None
    assert bench.provider.read(provider_id).refundable == left


def test_a_refund_made_elsewhere_is_listed_too(bench):
    need(bench, Can.REFUND)
    provider_id = paid(bench)
    bench.refund_elsewhere(provider_id, "3.00")
    bench.refund(provider_id, "5.00", available="17.00")
    amounts = sorted(refund.amount for refund in bench.provider.refunds_of(provider_id))
    assert amounts == [Decimal("3.00"), Decimal("5.00")]
    assert {refund.provider_id for refund in bench.provider.refunds_of(provider_id)} == {
        provider_id
    }


def test_more_than_is_left_is_refused_with_certainty(bench):
    need(bench, Can.REFUND)
    provider_id = paid(bench)
    bench.refund_elsewhere(provider_id, "18.00")
    with pytest.raises(Refused) as refused:
        bench.refund(provider_id, "5.00", available="20.00")
    assert EMAIL not in refused.value.code
    assert bench.refunded_there() == Decimal("18.00")


@pytest.mark.parametrize("fault", UNCERTAIN)
def test_an_uncertain_refund_is_unknown_and_never_failed(bench, fault):
    need(bench, Can.REFUND)
    need_fault(fault, bench.refunding)
    provider_id = paid(bench)
    with pytest.raises(OutcomeUnknown):
        bench.refund_with(fault, provider_id)
    made = bench.provider.refunds_of(provider_id)
    assert sum(refund.amount for refund in made) == bench.refunded_there()
    assert len(made) <= 1
    if fault == Fault.ANSWER_LOST:
        assert [refund.reference for refund in made] == [
            "F1" if bench.keeps_refund_reference else ""
        ]


@pytest.mark.parametrize("fault", [Fault.REFUSES, Fault.LOCKED_OUT, Fault.BUSY])
def test_a_refused_refund_gave_nothing_back(bench, fault):
    need(bench, Can.REFUND)
    need_fault(fault, bench.refunding)
    provider_id = paid(bench)
    with pytest.raises(Refused) as refused:
        bench.refund_with(fault, provider_id)
    assert refused.value.account_fault == (fault == Fault.LOCKED_OUT)
    assert bool(refused.value.busy_for) == (fault == Fault.BUSY)
    assert bench.refunded_there() == 0


def test_without_a_connection_nothing_is_refunded(bench):
    need(bench, Can.REFUND)
    provider_id = paid(bench)
    request = bench._refund_request(provider_id, "5.00", "20.00", "1")
    provider = bench.cut_off()
    with pytest.raises(Refused):
        provider.refund(request)
    assert bench.refunded_there() == 0


def test_an_unknown_refund_is_not_found(bench):
    need(bench, Can.REFUND)
    provider_id = paid(bench)
    with pytest.raises(NotFound if bench.tells_what_is_left else Unreachable):
        bench.provider.read_refund(provider_id=provider_id, refund_id="unknown")


# Lists


def today():
    return timezone.now() - timedelta(hours=1), timezone.now() + timedelta(hours=1)


def test_lists_go_on_to_the_last_page_and_tell_nothing_twice(bench):
    need(bench, Can.LIST)
    ids = [paid(bench, f"P{number}-1") for number in range(5)]
    for number, provider_id in enumerate(ids):
        bench.refund(provider_id, number=str(number))
    listed = [
        seen.provider_id
        for seen in bench.provider.payments_between(*today())
        if seen.state == ProviderState.PAID
    ]
    assert sorted(listed) == sorted(ids)
    refunds = [refund.provider_id for refund in bench.provider.refunds_between(*today())]
    assert sorted(refunds) == sorted(ids)


def test_lists_hold_only_what_was_made_in_their_time(bench):
    need(bench, Can.LIST)
    provider_id = paid(bench)
    bench.refund(provider_id)
    since, until = today()
    for window in ((until, until + timedelta(hours=1)), (since - timedelta(hours=1), since)):
        assert list(bench.provider.payments_between(*window)) == []
        assert list(bench.provider.refunds_between(*window)) == []


# Messages


def test_a_signed_message_says_which_payment_it_is_about(bench):
    provider_id = bench.create().provider_id
    body, headers = bench.message(provider_id)
    message = bench.provider.parse_webhook(body=body, headers=headers)
    assert message.provider_id == provider_id
    assert message.reference in ("P1-1", "")
    assert 0 < len(message.message_id) <= 80
    assert message.secret_number == 1


def test_messages_have_numbers_of_their_own_and_keep_them_when_repeated(bench):
    provider_id = bench.create().provider_id
    body, headers = bench.message(provider_id)
    again = [bench.provider.parse_webhook(body=body, headers=headers) for _time in range(2)]
    assert again[0].message_id == again[1].message_id


def test_while_secrets_are_changed_each_of_them_counts(bench):
    provider_id = bench.create().provider_id
    provider = bench.provider_with(webhook_secrets=("new", "old"))
    for number, secret in ((1, "new"), (2, "old")):
        body, headers = bench.message(provider_id, secret)
        assert provider.parse_webhook(body=body, headers=headers).secret_number == number


@pytest.mark.parametrize("secrets", [(), ("",), ("another",)])
def test_a_message_that_none_of_our_secrets_signed_is_refused(bench, secrets):
    body, headers = bench.message(bench.create().provider_id)
    with pytest.raises(WebhookInvalid):
        bench.provider_with(webhook_secrets=secrets).parse_webhook(body=body, headers=headers)


def test_without_a_secret_a_message_signed_with_nothing_is_refused(bench):
    body, headers = bench.message(bench.create().provider_id, "")
    for secrets in ((), ("",)):
        with pytest.raises(WebhookInvalid):
            bench.provider_with(webhook_secrets=secrets).parse_webhook(body=body, headers=headers)


def test_a_changed_message_is_refused(bench):
    body, headers = bench.message(bench.create().provider_id)
    assert bench.changed(body) != body
    with pytest.raises(WebhookInvalid):
        bench.provider.parse_webhook(body=bench.changed(body), headers=headers)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff\xfe", b"a=1", b'"text"', b"a" * 60_000])
def test_what_is_no_message_is_refused(bench, body):
    _body, headers = bench.message(bench.create().provider_id)
    for said in (headers, {}, dict.fromkeys(headers, "t=1,v1=é")):
        with pytest.raises(WebhookInvalid):
            bench.provider.parse_webhook(body=body, headers=said)


def test_signatures_are_compared_in_constant_time_with_every_secret(bench, monkeypatch):
    provider_id = bench.create().provider_id
    compared = []
    compare = hmac.compare_digest

    def counted(one, other):
        compared.append(one)
        return compare(one, other)

    provider = bench.provider_with(webhook_secrets=("one", "two", "three"))
    body, headers = bench.message(provider_id, "one")
    monkeypatch.setattr(hmac, "compare_digest", counted)
    provider.parse_webhook(body=body, headers=headers)
    assert len(compared) == 3


# What not every provider can


def test_what_a_provider_can_not_do_it_says_beforehand(bench):
    provider = bench.provider
    verbs = {
        Can.DELAYED_CAPTURE: [lambda: provider.capture("any")],
        Can.REFUND: [
            lambda: provider.refund(bench._refund_request("any", "1.00", "1.00", "1")),
            lambda: provider.read_refund(provider_id="any", refund_id="any"),
            lambda: provider.refunds_of("any"),
        ],
        Can.LIST: [
            lambda: list(provider.payments_between(*today())),
            lambda: list(provider.refunds_between(*today())),
        ],
        Can.DISPUTES: [lambda: list(provider.disputes_between(*today()))],
    }
    for what, calls in verbs.items():
        for call in calls:
            if what in provider.can:
                try:
                    call()
                except Unsupported:
                    pytest.fail(f"{bench.key} says it can {what}")
                except Exception:  # noqa: BLE001 - it tried: what came of it is not asked
                    pass
            else:
                with pytest.raises(Unsupported):
                    call()


# Secrets and people


def test_keys_of_the_machine_are_not_sent(bench, monkeypatch, tmp_path):
    """Without care, a .netrc takes the place of our own key."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert bench.provider.read(paid(bench)).state == ProviderState.PAID
    for heard in getattr(getattr(bench, "fake", None), "heard", ()):
        assert "Basic" not in heard.headers.get("authorization", "")


def test_nothing_secret_and_nobody_is_logged(bench, caplog):
    caplog.set_level(logging.DEBUG)
    provider_id = paid(bench)
    bench.provider.find("P1-1")
    if Can.REFUND in bench.provider.can:
        bench.refund(provider_id)
        with pytest.raises(Refused):
            bench.refund(provider_id, "19.00", available="15.00", number="2")
        list(bench.provider.refunds_between(*today()))
    body, headers = bench.message(provider_id)
    bench.provider.parse_webhook(body=body, headers=headers)
    for fault in (Fault.REFUSES, Fault.BREAKS, Fault.LOCKED_OUT):
        if fault in bench.creating:
            with pytest.raises((Refused, OutcomeUnknown)):
                bench.create_with(fault, f"P{fault.value}-2")
    with pytest.raises(Unreachable):
        bench.cut_off().read(provider_id)
    logged = "\n".join(record.getMessage() + str(record.exc_info) for record in caplog.records)
    secrets = [bench.credential.api_key, SECRET, *bench.credential.extra.values()]
    public = {NOBODY, *(value for value in secrets if value.startswith("http"))}
    for secret in (*secrets, EMAIL, NAME, "payer@example.org", "High Street", "AB1 2CD"):
        assert secret in public or secret not in logged
    assert SECRET not in repr(bench.credential)
    assert bench.credential.api_key not in repr(bench.credential)
