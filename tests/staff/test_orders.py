"""Orders, and payments that need a person."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.payments.enums import AttemptState, EventSource, OrderState
from ims_wagtail.payments.models import Attempt, Order

from .council import make_attempt, make_order
from .people import ALL_FUNDS, logged_in, make_person
from .screens import column, read, table


pytestmark = pytest.mark.django_db

ORDERS, ATTEMPTS = "ims_payments.view_order", "ims_payments.view_attempt"
CHECK, PAYERS = "ims_payments.check_attempt", "ims_ledger.view_payerdetails"


def orders(client, **asked):
    return client.get(reverse("ims_orders:index"), asked)


def test_orders_are_found_by_receipt_number_account_and_payer(council):
    officer = logged_in(make_person(ORDERS, PAYERS, funds=(ALL_FUNDS,)))
    order = council.alpha.order

    for asked in (
        {"reference": order.reference.lower()},
        {"account_reference": "alpha1"},
        {"email": "ALPHA@example.org"},
        {"fund": council.alpha.fund.pk},
    ):
        assert column(orders(officer, **asked), "Receipt number") == [order.reference], asked


def test_a_payment_names_the_others_of_its_basket_as_far_as_they_may_be_seen(council, monkeypatch):
    clerk = logged_in(make_person(ORDERS, funds=(council.alpha.fund,)))
    alone = make_order(council.alpha.payment_type)
    basket = uuid4()
    monkeypatch.setattr("tests.staff.council.uuid4", lambda: basket)
    here, seen = make_order(council.alpha.payment_type), make_order(council.alpha.payment_type)
    hidden = make_order(council.bravo.payment_type)
    Order.objects.filter(basket_token=basket).update(state=OrderState.PAID, paid_at=timezone.now())

    shown = clerk.get(reverse("ims_orders:inspect", args=[here.pk]))
    links = {words for words in read(shown).links if words.startswith("Payment R")}
    assert links == {f"Payment {seen.reference}"}, hidden.reference
    assert "of the same basket" in shown.content.decode()
    shown = clerk.get(reverse("ims_orders:inspect", args=[alone.pk]))
    assert "of the same basket" not in shown.content.decode()


def test_a_payer_cannot_be_looked_up_without_leave_to_know_payers(council):
    clerk = logged_in(make_person(ORDERS, funds=(ALL_FUNDS,)))

    assert table(orders(clerk, email="alpha@example.org")) == []


def test_an_account_of_another_fund_cannot_be_felt_for_through_a_shared_order(council):
    shared = make_order(council.alpha.payment_type, council.bravo.payment_type)
    clerk = logged_in(make_person(ORDERS, funds=(council.alpha.fund,)))

    (row,) = table(orders(clerk, reference=shared.reference))
    assert row["Total"] == "£12.50", "of an order of £25.00, half of it in another fund"
    assert table(orders(clerk, total="25.00")) == []
    assert read(orders(clerk, reference=shared.reference)).facts["Total"] == "£12.50"
    assert table(orders(clerk, account_reference="BRAVO1")) == []
    text = clerk.get(reverse("ims_orders:inspect", args=[shared.pk])).content.decode()
    assert "ALPHA1" in text
    assert "BRAVO1" not in text


def test_the_list_of_payments_needing_attention_says_why_oldest_first(council):
    officer = logged_in(make_person(ATTEMPTS, funds=(ALL_FUNDS,)))
    old = make_order(council.bravo.payment_type, word="old")
    ago = timezone.now() - timedelta(days=3)
    make_attempt(old, council.account, problem="old problem", created_at=ago)

    rows = table(officer.get(reverse("ims_attention:index")))

    assert [row["Why"] for row in rows] == ["old problem", "alpha problem", "bravo problem"]
    assert rows[0]["Age"].replace("\xa0", " ") == "3 days"
    assert "Check" not in rows[0], "no button without the permission"


def test_a_payment_left_unfinished_is_listed_even_when_no_schedule_ran(council):
    officer = logged_in(make_person(ATTEMPTS, funds=(ALL_FUNDS,)))
    stuck, young = (make_order(council.alpha.payment_type, word=word) for word in ("s", "y"))
    for order, hours in ((stuck, 7), (young, 1)):
        make_attempt(
            order,
            council.account,
            state=AttemptState.OPEN,
            finished_at=None,
            created_at=timezone.now() - timedelta(hours=hours),
        )

    listed = column(officer.get("/admin/income/attention/"), "Receipt number")
    assert stuck.reference in listed
    assert young.reference not in listed


@pytest.fixture
def asked_of_provider(monkeypatch):
    asked = []

    def settle(*, attempt_id, source):
        asked.append((attempt_id, source))
        Attempt.objects.filter(pk=attempt_id).update(state=AttemptState.PAID, problem="")
        return Attempt.objects.select_related("order").get(pk=attempt_id)

    monkeypatch.setattr("ims_wagtail.payments.attempt_screens.settle", settle)
    return asked


def test_check_now_asks_the_provider_once_and_writes_down_who_did(council, asked_of_provider):
    officer = logged_in(make_person(ATTEMPTS, CHECK, funds=(ALL_FUNDS,), name="olive"))
    attempt = council.alpha.attempt
    assert "Check" in table(officer.get("/admin/income/attention/"))[0]

    response = officer.post(reverse("ims_attention:check", args=[attempt.pk]), follow=True)

    assert asked_of_provider == [(attempt.pk, EventSource.OFFICER)]
    assert f"{attempt.order.reference}: Paid." in response.content.decode()
    entry = AuditEntry.objects.get(action="check payment")
    assert (entry.user_name, entry.fund) == ("olive", council.alpha.fund)
    assert (entry.before["state"], entry.after["state"]) == ("declined", "paid")


def test_the_button_sends_its_token(council, asked_of_provider):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_person(ATTEMPTS, CHECK, funds=(ALL_FUNDS,)))
    page = strict.get("/admin/income/attention/")
    url = reverse("ims_attention:check", args=[council.alpha.attempt.pk])

    assert strict.post(url).status_code == 403
    token = page.content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert strict.post(url, {"csrfmiddlewaretoken": token}).status_code == 302


def test_looking_does_not_ask(council, asked_of_provider):
    officer = logged_in(make_person(ATTEMPTS, CHECK, funds=(ALL_FUNDS,)))

    response = officer.get(reverse("ims_attention:check", args=[council.alpha.attempt.pk]))

    assert response.status_code == 405
    assert asked_of_provider == []


def test_seeing_attempts_is_not_leave_to_check_them(council, asked_of_provider):
    clerk = logged_in(make_person(ATTEMPTS, funds=(ALL_FUNDS,)))

    response = clerk.post(reverse("ims_attention:check", args=[council.alpha.attempt.pk]))

    assert (response.status_code, response.url) == (302, "/admin/")
    assert asked_of_provider == []
