"""Smartpay Fuse: the form, the replies and what the search makes of them."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from ims_wagtail.payments.enums import AttemptState, EventSource, OrderState
from ims_wagtail.payments.models import Attempt, ProviderEvent
from ims_wagtail.payments.providers.contract import (
    NotFound,
    OutcomeUnknown,
    ProviderState,
    RefundStatus,
    Refused,
    TooLate,
    Unreachable,
    WebhookInvalid,
)
from ims_wagtail.payments.providers.smartpay_fuse.form import INDICATOR, SIGNED
from ims_wagtail.payments.providers.smartpay_fuse.models import FusePayment
from ims_wagtail.payments.providers.smartpay_fuse.replies import REQUIRED
from ims_wagtail.payments.providers.smartpay_fuse.signing import sign
from ims_wagtail.payments.settling import settle
from ims_wagtail.payments.starting import start_payment
from ims_wagtail.payments.tasks import handle_event
from ims_wagtail.probes import Looks, findings
from tests.factories import make_merchant_account
from tests.payments.making import TWO_LINES, breaches, make_council, make_order, posted
from tests.providers.benches import BASE, EMAIL, NAME, SECRET, encoded
from tests.providers.fakes import fuse
from tests.providers.fakes.serving import Fault


pytestmark = pytest.mark.django_db(transaction=True)

VECTORS = json.loads(Path(__file__).with_name("fuse_vectors.json").read_text("utf-8"))


@pytest.fixture
def bench(smartpay_fuse):
    return smartpay_fuse


def state(bench, reference="P1-1"):
    return bench.provider.read(reference).state


def come_back(bench, reply, reference="P1-1"):
    """Let the browser bring a reply to our address; return where it is sent on to."""
    payment = FusePayment.objects.get(reference=reference)
    response = Client(enforce_csrf_checks=True).post(
        f"/ims/smartpay-fuse/{payment.pk}/back/", reply
    )
    assert response.status_code == 303
    return response["Location"]


# The form


@pytest.mark.parametrize("vector", VECTORS)
def test_signatures_are_those_of_the_documentation(vector):
    fields = dict(pair.split("=", 1) for pair in vector["signing_string"].split(","))
    made = sign(secret=vector["secret_key"], fields=fields, names=list(fields))
    assert made == vector["signature"]


def test_the_form_has_the_documented_fields_in_their_order(bench):
    bench.create(amount="1020.50")
    form = bench.form("P1-1")
    payment = FusePayment.objects.get()
    back = f"{BASE}/ims/smartpay-fuse/{payment.pk}/back/"
    assert form["signed_field_names"] == ",".join(SIGNED)
    assert form["signature"] == fuse.signature(form, SECRET)
    assert {name: form[name] for name in form if name not in ("signature", "signed_date_time")} == {
        "access_key": fuse.ACCESS_KEY,
        "profile_id": fuse.PROFILE,
        "transaction_uuid": str(payment.pk),
        "signed_field_names": ",".join(SIGNED),
        "unsigned_field_names": "bill_to_address_country",
        "locale": "en",
        "transaction_type": "sale",
        "reference_number": "P1-1",
        "amount": "1020.50",
        "currency": "GBP",
        "override_backoffice_post_url": f"{BASE}/ims/webhooks/smartpay_fuse/",
        "override_custom_cancel_page": back,
        "override_custom_receipt_page": back,
        "bill_to_address_country": "GB",
    }


def test_a_telephone_payment_is_marked_as_one_under_the_signature(bench):
    bench.create(telephone=True)
    form = bench.form("P1-1")
    assert form[INDICATOR] == "moto"
    assert form["signed_field_names"].endswith(INDICATOR)
    assert form["signature"] == fuse.signature(form, SECRET)


def test_nobody_is_named_on_our_page_nor_in_what_we_keep(bench):
    created = bench.create()
    page = Client().get(created.next_url.removeprefix(BASE)).content.decode()
    kept = str(FusePayment.objects.values().get())
    for personal in (NAME, EMAIL, "High Street", "AB1 2CD"):
        assert personal not in page + kept + created.next_url


def test_the_page_is_private_and_browsers_may_send_its_form(bench, settings):
    settings.IMS = {**settings.IMS, "FORM_ACTION_HOSTS": [bench.fake.url]}
    response = Client().get(bench.create().next_url.removeprefix(BASE))
    assert f"form-action 'self' {bench.fake.url}" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert not BeautifulSoup(response.content, "html.parser").select("script:not([src])")


def test_the_page_is_in_the_language_of_the_order(bench):
    address = bench.create(language="cy").next_url.removeprefix(BASE)
    page = BeautifulSoup(Client().get(address).content, "html.parser")
    assert page.html["lang"] == "cy"
    assert page.h1.get_text() == "Parhau i’r taliad"


def test_nobody_guesses_the_address_of_a_form(bench):
    bench.create()
    response = Client().get("/ims/smartpay-fuse/00000000-0000-0000-0000-000000000000/")
    assert response.status_code == 404


def test_a_form_that_is_not_offered_any_more_leads_to_the_result(bench):
    address = bench.create().next_url.removeprefix(BASE)
    bench.provider.cancel("P1-1")
    response = Client().get(address)
    assert (response.status_code, response["Location"]) == (303, f"{BASE}/pay/return/a-token/")
    assert Client().post(address).status_code == 405


def test_a_form_is_offered_for_an_hour_and_a_payment_nobody_made_expires(bench):
    address = bench.create().next_url.removeprefix(BASE)
    with time_machine.travel(timezone.now() + timedelta(minutes=59)):
        assert Client().get(address).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert Client().get(address).status_code == 303
        assert state(bench) == ProviderState.OPEN
    with time_machine.travel(timezone.now() + timedelta(minutes=91)):
        assert state(bench) == ProviderState.EXPIRED


def test_what_is_kept_for_the_form_goes_once_the_service_itself_knows_no_more(bench):
    make_merchant_account("smartpay_fuse", provider="smartpay_fuse")
    bench.create("P1-1")
    bench.create("P2-1")
    FusePayment.objects.filter(reference="P1-1").update(
        created_at=timezone.now() - timedelta(days=181), decision="ACCEPT"
    )
    FusePayment.objects.filter(reference="P2-1").update(
        created_at=timezone.now() - timedelta(days=179)
    )

    call_command("ims_compare_payments")

    assert [payment.reference for payment in FusePayment.objects.all()] == ["P2-1"]


def test_a_form_sent_from_two_windows_carries_the_same_number(bench):
    bench.create()
    first, second = bench.form("P1-1"), bench.form("P1-1")
    assert first["transaction_uuid"] == second["transaction_uuid"]


def test_the_same_payment_asked_for_twice_is_one_and_another_amount_is_uncertain(bench):
    assert bench.create().next_url == bench.create().next_url
    with pytest.raises(OutcomeUnknown):
        bench.create(amount="21.00")
    assert FusePayment.objects.get().amount == Decimal("20.00")


# Replies


def test_our_own_form_is_never_taken_for_a_reply(bench):
    """Forms and replies are signed with one key, and a payer can read the form."""
    bench.create()
    form = bench.form("P1-1")
    forged = form | {
        "decision": "CANCEL",
        "transaction_id": "1",
        "req_reference_number": "P1-1",
        "req_amount": "20.00",
        "req_currency": "GBP",
    }
    with pytest.raises(WebhookInvalid):
        bench.provider.parse_webhook(body=encoded(forged), headers={})
    come_back(bench, forged)
    assert state(bench) == ProviderState.OPEN


@pytest.mark.parametrize("name", sorted(REQUIRED | {"transaction_id"}))
def test_a_reply_counts_only_when_what_makes_it_one_is_signed(bench, name):
    bench.create()
    reply = bench.visit("P1-1", "DECLINE")
    names = [signed for signed in reply["signed_field_names"].split(",") if signed != name]
    reply["signed_field_names"] = ",".join(names)
    reply["signature"] = fuse.signature(reply, SECRET)
    with pytest.raises(WebhookInvalid):
        bench.provider.parse_webhook(body=encoded(reply), headers={})
    come_back(bench, reply)
    assert state(bench) == ProviderState.OPEN


def test_a_decision_hidden_in_a_name_can_not_be_brought_out(bench):
    """Names and values are signed as one text, which may be cut into other fields."""
    bench.create("P1-1")
    hidden = ("head", "decision", "req_reference_number", "req_amount", "req_currency")
    names = ",".join([*hidden, "signed_date_time", "signed_field_names", "tail"])
    name = (
        "x,decision=CANCEL,req_reference_number=P1-1,req_amount=20.00,req_currency=GBP"
        f",signed_date_time=now,signed_field_names={names}"
    )
    real = fuse.reply(
        {
            "head": "h",
            "decision": "DECLINE",
            "transaction_id": "1",
            "req_reference_number": "THEIRS",
            "req_amount": "1.00",
            "req_currency": "GBP",
            "req_bill_to_forename": name,
            "tail": "t",
        },
        SECRET,
    )
    text = ",".join(f"{name}={real[name]}" for name in real["signed_field_names"].split(","))
    head, _, rest = text.partition(",decision=CANCEL")
    cut = {
        "head": head.removeprefix("head="),
        "decision": "CANCEL",
        "req_reference_number": "P1-1",
        "req_amount": "20.00",
        "req_currency": "GBP",
        "signed_date_time": "now",
        "signed_field_names": names,
        "tail": rest.partition(",tail,tail=")[2],
        "signature": real["signature"],
    }
    assert cut["signature"] == fuse.signature(cut, SECRET)
    for forged in (cut, real):
        with pytest.raises(WebhookInvalid):
            bench.provider.parse_webhook(body=encoded(forged), headers={})
    assert FusePayment.objects.get().decision == ""


def test_a_field_that_is_there_twice_is_refused(bench):
    bench.create()
    reply = bench.visit("P1-1", "DECLINE")
    body = encoded(reply) + b"&decision=ACCEPT"
    with pytest.raises(WebhookInvalid):
        bench.provider.parse_webhook(body=body, headers={})


def test_a_changed_reply_is_not_noted_but_leads_to_the_result_all_the_same(bench):
    bench.create()
    reply = bench.visit("P1-1", "DECLINE") | {"decision": "CANCEL"}
    assert come_back(bench, reply) == f"{BASE}/pay/return/a-token/"
    assert FusePayment.objects.get().decision == ""


def test_whatever_is_changed_in_a_reply_it_is_refused(bench):
    bench.create()
    reply = bench.visit("P1-1", "DECLINE")
    for name in reply:
        changed = reply | {name: reply[name] + "1"}
        lacking = {other: value for other, value in reply.items() if other != name}
        for forged in (changed, lacking):
            with pytest.raises(WebhookInvalid):
                bench.provider.parse_webhook(body=encoded(forged), headers={})
    assert bench.provider.parse_webhook(body=encoded(reply), headers={}).event == "DECLINE"


def test_a_reply_of_another_payment_is_not_noted_here(bench):
    bench.create("P1-1")
    bench.create("P2-1")
    come_back(bench, bench.visit("P2-1", "CANCEL"), "P1-1")
    assert not FusePayment.objects.exclude(decision="").exists()


@pytest.mark.parametrize(
    ("decision", "becomes"),
    [
        ("DECLINE", ProviderState.DECLINED),
        ("CANCEL", ProviderState.CANCELLED_BY_PAYER),
        ("ERROR", ProviderState.ERROR),
        ("REVIEW", ProviderState.SUBMITTED),
        ("ACCEPT", ProviderState.PAID),
        ("SOMETHING_NEW", ProviderState.ERROR),
    ],
)
@pytest.mark.parametrize("by", ["browser", "back office"])
def test_each_decision_ends_a_visit_in_its_way(bench, decision, becomes, by):
    bench.create()
    reply = bench.visit("P1-1", decision)
    if by == "browser":
        come_back(bench, reply)
    else:
        message = bench.provider.parse_webhook(body=encoded(reply), headers={})
        assert message.provider_id == "P1-1"
    seen = bench.provider.read("P1-1")
    assert seen.state == becomes
    assert seen.next_url == ""


def test_an_acceptance_that_the_search_can_not_see_yet_is_being_confirmed(bench):
    bench.create()
    bench.fake.search_lags = True
    come_back(bench, bench.visit("P1-1"))
    assert state(bench) == ProviderState.SUBMITTED
    with pytest.raises(TooLate):
        bench.provider.cancel("P1-1")
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert state(bench) == ProviderState.SUBMITTED
    bench.fake.search_lags = False
    assert state(bench) == ProviderState.PAID


def test_money_found_counts_whatever_was_replied(bench):
    bench.create()
    form = bench.form("P1-1")
    come_back(bench, bench.fake.take_form(form, "CANCEL"))
    assert state(bench) == ProviderState.CANCELLED_BY_PAYER
    bench.fake.sale("P1-1", "20.00")
    assert state(bench) == ProviderState.PAID


def test_an_acceptance_stands_against_a_cancellation_from_another_window(bench):
    bench.create()
    form = bench.form("P1-1")
    bench.fake.search_lags = True
    for decision in ("CANCEL", "ACCEPT", "CANCEL"):
        come_back(bench, bench.fake.take_form(form, decision))
    assert state(bench) == ProviderState.SUBMITTED


def test_declined_cards_do_not_end_a_visit(bench):
    bench.create()
    bench.fake.sale("P1-1", "20.00", flag="DCARDREFUSED")
    assert state(bench) == ProviderState.OPEN
    bench.fake.sale("P1-1", "20.00")
    assert state(bench) == ProviderState.PAID


# What the search shows


def test_a_payment_that_was_voided_was_not_captured(bench):
    bench.create()
    bench.pay("P1-1")
    bench.fake.void("P1-1", "20.00")
    seen = bench.provider.read("P1-1")
    assert (seen.state, seen.raw_state) == (ProviderState.ERROR, "VOIDED")


def test_a_card_that_was_let_go_after_a_check_failed_is_declined(bench):
    bench.create()
    bench.fake.sale("P1-1", "20.00")
    bench.fake.summaries[0]["applicationInformation"]["applications"] = [
        {"name": "ics_auth", "rFlag": "SOK"},
        {"name": "ics_auth_reversal", "rFlag": "SOK"},
    ]
    assert state(bench) == ProviderState.OPEN
    bench.fake.sale("P1-1", "20.00")
    assert state(bench) == ProviderState.PAID


def test_money_that_is_only_reserved_is_not_confirmed_as_ours(bench):
    bench.create()
    bench.fake.sale("P1-1", "20.00")
    bench.fake.summaries[0]["applicationInformation"]["applications"].pop()
    seen = bench.provider.read("P1-1")
    assert (seen.state, seen.captured) == (ProviderState.PAID, False)


def test_two_payments_of_one_reference_are_told_together(bench):
    bench.create()
    bench.fake.sale("P1-1", "20.00")
    bench.fake.sale("P1-1", "20.00")
    assert bench.provider.read("P1-1").amount == Decimal("40.00")


def test_a_payment_we_never_asked_for_is_listed_for_comparison(bench):
    bench.fake.sale("THEIRS", "3.00")
    now = timezone.now()
    day = timedelta(days=1)
    (seen,) = bench.provider.payments_between(now - day, now + day)
    assert (seen.reference, seen.state) == ("THEIRS", ProviderState.PAID)
    assert bench.provider.read("THEIRS").amount == Decimal("3.00")


def test_a_refund_of_a_payment_that_can_not_be_found_is_refused(bench):
    bench.create()
    with pytest.raises(Refused):
        bench.refund("P1-1")
    bench.pay("P1-1")
    with bench.look_failing(Fault.BREAKS), pytest.raises(Refused):
        bench.refund("P1-1")
    assert bench.refunded_there() == 0


def test_a_refund_that_the_search_can_not_see_yet_is_neither_made_nor_lost(bench):
    bench.create()
    bench.pay("P1-1")
    made = bench.refund("P1-1")
    bench.fake.search_lags = True
    with pytest.raises(Unreachable):
        bench.provider.read_refund(provider_id="P1-1", refund_id=made.refund_id)
    bench.fake.search_lags = False
    seen = bench.provider.read_refund(provider_id="P1-1", refund_id=made.refund_id)
    assert (seen.status, seen.reference) == (RefundStatus.SUCCEEDED, "F1")


def test_a_payment_that_was_refunded_in_full_says_so(bench):
    bench.create()
    bench.pay("P1-1")
    bench.refund("P1-1", "20.00")
    assert bench.provider.read("P1-1").refund_block == "full"


# What an account needs


@pytest.mark.parametrize(
    "missing", ["profile_id", "checkout_url", "merchant_id", "api_url", "api_key_id", "api_secret"]
)
def test_without_all_its_values_an_account_takes_nothing(bench, missing):
    extra = {name: value for name, value in bench.credential.extra.items() if name != missing}
    with pytest.raises(Refused) as refused:
        bench.provider_with(extra=extra).create(bench.request())
    assert refused.value.account_fault
    assert not FusePayment.objects.exists()


@pytest.mark.parametrize("name", ["checkout_url", "api_url"])
def test_nothing_is_sent_without_encryption(bench, name):
    extra = {**bench.credential.extra, name: "http://pay.example/"}
    with pytest.raises(Refused):
        bench.provider_with(extra=extra).create(bench.request())


def test_health_says_when_browsers_would_refuse_the_form(bench, settings):
    codes = {finding.code for finding in findings(Looks.SETTINGS)}
    assert "ims_smartpay_fuse.E001" in codes
    settings.IMS = {**settings.IMS, "FORM_ACTION_HOSTS": [bench.fake.url]}
    codes = {finding.code for finding in findings(Looks.SETTINGS)}
    assert "ims_smartpay_fuse.E001" not in codes


# With the house around it


@pytest.fixture
def order(bench):
    """An order to be paid through Smartpay Fuse."""
    council = make_council()
    council.account.routes.all().delete()
    make_merchant_account(bench.key, provider=bench.key)
    return make_order(council)


def work(bench, reply):
    """Let Smartpay Fuse send a reply itself, and a background worker act on it."""
    status = (
        Client()
        .post(
            f"/ims/webhooks/{bench.key}/",
            data=encoded(reply),
            content_type="application/x-www-form-urlencoded",
        )
        .status_code
    )
    event = ProviderEvent.objects.filter(source=EventSource.WEBHOOK, handled_at=None).last()
    if event is not None:
        handle_event.call(event_id=event.pk)
    return status


def test_a_payer_pays_comes_back_and_is_booked_once(bench, order):
    attempt = start_payment(order=order).attempt
    reply = bench.visit(attempt.reference)
    response = Client().get(come_back(bench, reply, attempt.reference).removeprefix(BASE))
    assert response.status_code == 303
    assert work(bench, reply) == 204
    assert work(bench, reply) == 204
    attempt.refresh_from_db()
    assert (attempt.state, attempt.captured) == (AttemptState.PAID, True)
    assert posted(order) == TWO_LINES
    assert not breaches()


def test_a_payer_who_never_comes_back_is_booked_by_the_back_office_post(bench, order):
    attempt = start_payment(order=order).attempt
    assert work(bench, bench.visit(attempt.reference)) == 204
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.PAID
    assert posted(order) == TWO_LINES


def test_a_payer_whose_acceptance_can_not_be_seen_yet_is_not_asked_to_pay_again(bench, order):
    attempt = start_payment(order=order).attempt
    bench.fake.search_lags = True
    come_back(bench, bench.visit(attempt.reference), attempt.reference)
    settle(attempt_id=attempt.pk, source=EventSource.RETURN)
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.SUBMITTED
    bench.fake.search_lags = False
    assert settle(attempt_id=attempt.pk, source=EventSource.SCHEDULE).state == AttemptState.PAID


def test_a_payer_goes_on_with_the_same_payment_after_going_back(bench, order):
    first = start_payment(order=order)
    again = start_payment(order=order)
    assert again.next_url == first.next_url
    assert Attempt.objects.count() == 1


def test_a_forged_reply_is_answered_with_a_refusal_and_changes_nothing(bench, order):
    attempt = start_payment(order=order).attempt
    forged = bench.form(attempt.reference) | {"decision": "ACCEPT", "transaction_id": "1"}
    assert work(bench, forged) == 403
    assert settle(attempt_id=attempt.pk, source=EventSource.RETURN).state == AttemptState.OPEN
    assert attempt.order.state == OrderState.UNPAID


def test_the_way_through_works_in_a_browser_without_scripts(
    bench, order, live_site, settings, new_page, axe
):
    settings.IMS = {**settings.IMS, "FORM_ACTION_HOSTS": [bench.fake.url]}
    start = start_payment(order=order)
    narrow = new_page(viewport={"width": 320, "height": 640})
    narrow.goto(start.next_url)
    assert axe(narrow) == []
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 320
    phone = new_page(java_script_enabled=False)
    phone.goto(start.next_url)
    phone.get_by_role("button", name="Continue to payment").focus()
    phone.keyboard.press("Enter")
    phone.wait_for_url(f"{bench.fake.url}/pay")
    (heard,) = bench.fake.visits
    assert heard["reference_number"] == start.attempt.reference
    assert heard["signature"] == fuse.signature(heard, SECRET)


def test_an_unknown_payment_is_not_there(bench):
    with pytest.raises(NotFound):
        bench.provider.read("P9-1")
