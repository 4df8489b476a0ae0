"""The list of what payers answered, and the file of it."""

import csv

import pytest
from django.urls import reverse
from django.utils import timezone

from ims_wagtail.access.models import AuditEntry, ReadEntry
from ims_wagtail.payments.models import Order
from tests.pages.making import words
from tests.staff.council import make_order
from tests.staff.people import logged_in, make_person


LIST = "ims_payments.view_orderline"
FILE = "ims_payments.export_orderline"


@pytest.fixture
def address(council):
    """The list, once two people have paid in Alpha and one in Bravo, and one has not paid."""
    for department, given in (
        (council.alpha, [("Who lives there?", "Ada"), ("Which bin?", "=1+1")]),
        (council.alpha, [("Which bin?", "Green")]),
        (council.bravo, [("Secret of Bravo", "bravo secret")]),
    ):
        answers = [{"key": label, "label": label, "value": value} for label, value in given]
        order = make_order(department.payment_type, word=department.word, answers=answers)
        Order.objects.filter(pk=order.pk).update(state="paid", paid_at=timezone.now())
    waiting = [{"key": "w", "label": "Not paid", "value": "not paid"}]
    make_order(council.alpha.payment_type, word="alpha", answers=waiting)
    return reverse("ims_answers:index")


def clerk(council, *permissions):
    """Somebody who may do this in Alpha."""
    return logged_in(make_person(*permissions, funds=(council.alpha.fund,)))


def test_staff_read_the_answers_of_their_funds_and_it_is_noted(address, council):
    page = words(clerk(council, LIST).get(address))

    assert "Who lives there?: Ada; Which bin?: =1+1" in page
    assert "Which bin?: Green" in page
    assert "Bravo" not in page and "Not paid" not in page
    assert ReadEntry.objects.filter(object_type="ims_payments.OrderLine", what="page").exists()


def test_the_list_is_narrowed_by_payment_type(address, council):
    client = clerk(council, LIST)

    assert "Ada" in words(client.get(address, {"payment_type": council.alpha.payment_type.pk}))
    other = client.get(address, {"payment_type": council.bravo.payment_type.pk})
    assert "Ada" not in words(other) and "secret" not in words(other)


def test_the_file_has_a_column_for_each_question_and_cells_that_are_no_formulas(address, council):
    response = clerk(council, LIST, FILE).get(address, {"export": "csv"})

    rows = list(csv.DictReader(response.getvalue().decode("utf-8-sig").splitlines()))
    assert [(row["Which bin?"], row["Who lives there?"]) for row in rows] == [
        ("Green", ""),
        ("'=1+1", "Ada"),
    ]
    assert "Secret of Bravo" not in rows[0] and "Answers" not in rows[0]
    assert AuditEntry.objects.filter(action="export", object_type="ims_payments.OrderLine").exists()


def test_seeing_answers_is_no_leave_to_take_them_away(address, council):
    assert clerk(council, LIST).get(address, {"export": "csv"}).status_code in (302, 403)
    assert clerk(council, "ims_payments.view_order").get(address).status_code in (302, 403)
