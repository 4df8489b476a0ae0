"""Answers go when their days have gone by; the payment stays."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from ims_wagtail.checkout.forgetting import forget_old_answers
from ims_wagtail.checkout.models import BasketLine
from ims_wagtail.ledger.models import Transaction
from ims_wagtail.ledger.verification import verify
from ims_wagtail.payments.models import Order, OrderLine
from ims_wagtail.payments.providers.sandbox.cards import BY_NUMBER
from tests.checkout import test_entry
from tests.checkout.resident import Resident
from tests.checkout.test_entry import ANSWERS, answer


SUCCESS = BY_NUMBER["4242424242424242"]
#: What nobody else in the database says.
SECRET = "Ada of the secret garden"


@pytest.fixture
def paid(transactional_db, council, monkeypatch):
    """A page that keeps answers for 30 days, and what was paid on it."""
    monkeypatch.setattr(test_entry, "FACTS", replace(test_entry.FACTS, answer_days=30))
    _form, response = answer(**(ANSWERS | {"question-who": SECRET}))
    resident = Resident()
    resident.client.cookies = response.cookies
    details = {
        "email": "ada@example.com",
        "name": "A",
        "address_line_1": "1",
        "town": "T",
        "postcode": "AN1 2BC",
    }
    page = resident.pay(SUCCESS, resident.go_to_check(**details))
    return resident, page


def aged(days: int) -> None:
    """Let so many days go by since everything was paid."""
    Order.objects.update(paid_at=timezone.now() - timedelta(days=days))


def everywhere() -> list[str]:
    """The tables in which the secret stands."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT 1 FROM "{table}" AS t WHERE t::text LIKE %s', [f"%{SECRET}%"])
            found += [table] if cursor.fetchone() else []
    return found


def test_answers_stay_until_their_day(paid):
    aged(29)

    assert forget_old_answers() == 0
    assert OrderLine.objects.get().answers[0]["value"] == SECRET


def test_answers_are_gone_everywhere_and_the_payment_stays(paid, capsys):
    resident, result = paid
    book = list(Transaction.objects.values())
    assert set(everywhere()) == {"ims_checkout_basketline", "ims_payments_orderline"}
    aged(31)

    call_command("ims_purge_answers")

    assert capsys.readouterr().out == "Answers of 1 payments and applications erased\n"
    assert everywhere() == []
    assert list(Transaction.objects.values()) == book
    assert [breach for _proof, breach in verify() if breach] == []
    receipt = resident.visit(result.link("View, print or save"))
    assert "£45.00" in receipt.text and "Who lives there?" not in receipt.text
    assert forget_old_answers() == 0


def test_the_site_says_how_long_at_most(paid, settings):
    settings.IMS = {**settings.IMS, "ANSWER_DAYS": 10}
    aged(11)

    assert forget_old_answers() == 1


def test_answers_that_found_a_price_in_a_table_of_rules_go_as_well(paid, council):
    line = OrderLine.objects.get()
    basis = {"layout": {"kind": "rules"}, "chosen": {"who": SECRET}, "pieces": [{"label": "Bin"}]}
    ordered = OrderLine.objects.bulk_create(
        [
            OrderLine(
                **{
                    field.attname: getattr(line, field.attname)
                    for field in OrderLine._meta.concrete_fields
                    if field.attname not in ("id", "number", "amount_basis")
                },
                number=2,
                amount_basis=basis,
            )
        ]
    )[0]
    aged(31)

    assert forget_old_answers() == 2
    ordered.refresh_from_db()
    assert json.dumps(ordered.amount_basis) == json.dumps(
        {"chosen": {}, "layout": {"kind": "rules"}, "pieces": [{"label": "Bin"}]}
    )
    assert everywhere() == []


def test_a_basket_that_is_not_paid_keeps_its_answers(council):
    _form, _response = answer(**ANSWERS)

    assert forget_old_answers() == 0
    assert BasketLine.objects.get().answers
