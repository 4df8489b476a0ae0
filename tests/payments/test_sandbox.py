"""The sandbox's own page, its cards, and its webhooks over real HTTP."""

from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from ims_wagtail.payments.enums import AttemptState, EventSource
from ims_wagtail.payments.models import Attempt, ProviderEvent
from ims_wagtail.payments.providers.sandbox.cards import AMOUNTS, CARDS
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment
from ims_wagtail.payments.providers.sandbox.tasks import RETRIES, send_webhook
from ims_wagtail.payments.services import settle, start_payment
from ims_wagtail.payments.tasks import handle_event
from tests.payments.making import card, make_order


@pytest.fixture
def payment(council):
    """A payment that waits for its payer."""
    start_payment(order=make_order(council))
    return SandboxPayment.objects.get()


def address(payment):
    return f"/sandbox/pay/{payment.pk}/"


def pay(client, payment, number):
    return client.post(address(payment), {"action": "pay", "card_number": number})


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, response):
        super().__init__()
        self.tags = []
        self.words = ""
        self.feed(response.content.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data

    def first(self, tag):
        return next(attributes for name, attributes in self.tags if name == tag)


def is_luhn(number):
    digits = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(digit - 9 * (digit > 9) for digit in digits) % 10 == 0


def test_every_card_is_a_card_number_and_said_once():
    assert all(is_luhn(card.number) and len(card.number) == 16 for card in CARDS)
    assert len({card.number for card in CARDS}) == len({card.name for card in CARDS}) == len(CARDS)
    assert len({amount.amount for amount in AMOUNTS}) == len(AMOUNTS)


def test_the_page_says_that_no_money_moves_and_asks_for_a_card(client, payment):
    response = client.get(address(payment))
    page = Page(response)
    assert page.first("html")["lang"] == "en-gb"
    assert "no money moves" in page.words
    assert "£145.50" in page.words
    assert page.first("input")["name"] == "csrfmiddlewaretoken"
    label = page.first("label")
    assert ("input", "card_number") in [(tag, a.get("id")) for tag, a in page.tags]
    assert label["for"] == "card_number"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert "no-store" in response.headers["Cache-Control"]


def test_the_page_carries_no_script_and_no_style_of_its_own(client, payment):
    page = Page(client.get(address(payment)))
    assert not [tag for tag, attrs in page.tags if tag in ("script", "style") or "style" in attrs]
    assert not [name for _tag, attrs in page.tags for name in attrs if name.startswith("on")]
    assert page.first("link")["href"].endswith("sandbox.css")


@pytest.mark.parametrize("number", ["4242 4242 4242 4242", "4242-4242-4242-4242"])
def test_a_test_card_pays_and_leads_back(client, payment, number):
    response = pay(client, payment, number)
    assert response.status_code == 302
    assert response.url == payment.return_url
    payment.refresh_from_db()
    assert (payment.state, payment.taken) == ("captured", Decimal("145.50"))


@pytest.mark.parametrize(
    ("number", "words"),
    [("", "Enter a card number"), ("4111111111111111", "listed on this page")],
)
def test_another_number_is_refused_and_not_shown_again(client, payment, number, words):
    page = Page(pay(client, payment, number))
    assert words in page.words
    assert page.words.strip().startswith("Error:")
    assert ("a", "#card_number") in [(tag, attrs.get("href")) for tag, attrs in page.tags]
    assert not number or number not in page.words
    assert not any(number and number in str(attrs) for _tag, attrs in page.tags)
    payment.refresh_from_db()
    assert payment.state == "created"


def test_paying_and_showing_the_page_take_few_queries(client, payment):
    with CaptureQueriesContext(connection) as queries:
        client.get(address(payment))
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        pay(client, payment, "4242424242424242")
    assert len(queries) <= 3


def test_a_finished_payment_can_not_be_paid_again(client, payment):
    pay(client, payment, "4000000000000002")
    again = pay(client, payment, "4242424242424242")
    assert again.url == payment.return_url, "whoever presses twice sees what came of it"
    page = Page(client.get(address(payment)))
    assert "finished" in page.words
    assert ("a", payment.return_url) in [(tag, attrs.get("href")) for tag, attrs in page.tags]
    payment.refresh_from_db()
    assert payment.state == "declined"


def test_fs001_a_payer_may_be_left_without_a_way_back(client, payment):
    page = Page(pay(client, payment, card("Never returns").number))
    assert "close this window" in page.words
    assert not [tag for tag, _attrs in page.tags if tag == "a"]
    payment.refresh_from_db()
    assert payment.state == "captured"


def test_a_payment_of_ninety_minutes_ago_has_expired(client, payment, later):
    later(minutes=91)
    assert "finished" in Page(client.get(address(payment))).words
    pay(client, payment, "4242424242424242")
    payment.refresh_from_db()
    assert payment.state == "expired"


def test_the_page_is_not_there_without_a_key(client, payment, settings):
    settings.IMS = {**settings.IMS, "CREDENTIALS": {"sandbox": {"api_key": ""}}}
    assert client.get(address(payment)).status_code == 404
    settings.IMS = {**settings.IMS, "CREDENTIALS": {}}
    assert client.get(address(payment)).status_code == 404


def planned():
    """Return the webhooks still to be sent: event and message of each."""
    tasks = DBTaskResult.objects.filter(task_path=send_webhook.module_path).order_by("enqueued_at")
    return [task.args_kwargs["kwargs"] for task in tasks]


def test_fs032_one_card_repeats_its_webhook(client, payment):
    pay(client, payment, card("Webhook repeated").number)
    assert len(planned()) == 3
    assert len({webhook["message_id"] for webhook in planned()}) == 1


def test_fs033_one_card_sends_its_webhooks_out_of_order(client, payment):
    pay(client, payment, card("Webhooks out of order").number)
    tasks = DBTaskResult.objects.filter(task_path=send_webhook.module_path)
    ordered = sorted(tasks, key=lambda task: (task.run_after.year < 9999, task.run_after))
    events = [task.args_kwargs["kwargs"]["event"] for task in ordered]
    assert events == ["card_payment_captured", "card_payment_succeeded"]


def test_fs030_a_webhook_arrives_over_http_and_settles(client, council, live_site):
    attempt = start_payment(order=make_order(council)).attempt
    payment = SandboxPayment.objects.get()
    pay(client, payment, "4242424242424242")
    send_webhook.call(**planned()[0])
    event = ProviderEvent.objects.get(source=EventSource.WEBHOOK)
    handle_event.call(event_id=event.pk)
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.PAID


def test_a_webhook_nobody_takes_is_tried_again_a_few_times(client, council, settings):
    settings.IMS = {**settings.IMS, "BASE_URL": "http://127.0.0.1:9"}
    start_payment(order=make_order(council))
    pay(client, SandboxPayment.objects.get(), "4242424242424242")
    for _time in range(10):
        if len(planned()) > len(RETRIES):
            break
        send_webhook.call(**planned()[-1])
    send_webhook.call(**planned()[-1])
    assert [webhook.get("tries", 0) for webhook in planned()] == [0, 1, 2, 3]


def test_settling_reads_the_sandbox_as_its_clock_stands(council, later):
    attempt = start_payment(order=make_order(council)).attempt
    later(minutes=91)
    assert settle(attempt_id=attempt.pk, source=EventSource.RETURN).state == AttemptState.EXPIRED
    assert Attempt.objects.get().next_check_at is None


@pytest.mark.django_db
def test_going_live_with_the_sandbox_is_warned_of(settings):
    settings.DEBUG = False
    warned = {message.id for message in run_checks(include_deployment_checks=True)}
    assert "ims_sandbox.W001" in warned
