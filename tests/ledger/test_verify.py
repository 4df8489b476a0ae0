"""``ims_verify`` finds what somebody who switched the triggers off has broken."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.services import post

from .book import line


pytestmark = pytest.mark.django_db


@pytest.fixture
def book(fund, method):
    post(
        kind=PostingKind.PAYMENT,
        source="till:1",
        lines=[line(fund, method, "10.00"), line(fund, method, "2.50")],
    )


def tamper(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def run() -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("ims_verify", stdout=out, no_color=True)
    except SystemExit as stop:
        return stop.code, out.getvalue()
    return 0, out.getvalue()


def test_a_sound_book_holds(book):
    code, said = run()

    assert code == 0
    assert "BROKEN" not in said


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        (
            "UPDATE ims_ledger_transaction SET amount = 11, vat_amount = 1.83 WHERE amount = 10",
            "a posting's lines are as many and sum to what it says",
        ),
        (
            "DELETE FROM ims_ledger_transaction WHERE line_number = 2",
            "a posting's lines are as many and sum to what it says",
        ),
        (
            "UPDATE ims_ledger_transaction SET fund_id = 999999 WHERE line_number = 2",
            "a line belongs to a posting, a fund, a method of payment and a VAT code that exist",
        ),
        (
            "UPDATE ims_ledger_transaction SET accounting_date = accounting_date - 1",
            "a line has its posting's accounting date",
        ),
        (
            "UPDATE ims_ledger_transaction SET reference = 'T10000001Z' WHERE line_number = 1",
            "a transaction reference is well-formed and stands once",
        ),
        (
            "UPDATE ims_ledger_dailytotal SET amount = amount + 0.01",
            "daily totals are the sum of the lines",
        ),
        ("DELETE FROM ims_ledger_dailytotal", "daily totals are the sum of the lines"),
        (
            "ALTER TABLE ims_ledger_posting DISABLE TRIGGER ims_posting_insert_only",
            "the book's triggers are in force",
        ),
    ],
)
def test_a_broken_rule_is_named(book, statement, rule):
    tamper(statement)

    code, said = run()

    assert code == 1
    assert f"BROKEN  {rule}" in said
