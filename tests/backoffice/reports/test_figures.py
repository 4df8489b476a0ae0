"""What each report says, and that the book says the same."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ims_wagtail.backoffice.reports.asking import Period, days_of
from ims_wagtail.backoffice.reports.catalogue import REPORTS
from ims_wagtail.checkout.models import Basket, BasketLine
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.ledger.models import DailyTotal

from .book import APRIL, MARCH, at, made, values, write_anything, write_spring


def test_every_report_counts_what_it_says(book):
    write_spring(book)
    rows = {code: values(made(code)) for code in REPORTS}

    assert [(str(day), *rest) for day, *rest in rows["daily-takings"]] == [
        ("2025-03-03", 2, "112.00", "0.00", "0.00", "112.00", "2.00"),
        ("2025-03-04", 1, "50.00", "0.00", "0.00", "50.00", "0.00"),
        ("2025-03-10", 1, "0.00", "-20.00", "0.00", "-20.00", "0.00"),
        ("2025-03-20", 1, "0.00", "-5.00", "0.00", "-5.00", "-0.83"),
        ("2025-04-01", 1, "7.00", "0.00", "0.00", "7.00", "0.00"),
        ("2025-04-02", 1, "0.00", "0.00", "5.00", "5.00", "0.83"),
        ("2025-04-08", 1, "0.00", "0.00", "-50.00", "-50.00", "0.00"),
        ("2025-04-09", 1, "9.00", "0.00", "0.00", "9.00", "0.00"),
    ]
    assert rows["by-fund"] == [
        ("23", "Council tax", 6, "37.00", "10.00", "47.00", "0.00"),
        ("GW", "Garden waste", 4, "12.00", "30.00", "42.00", "7.00"),
        ("SP", "Suspense", 3, "59.00", "-40.00", "19.00", "0.00"),
    ]
    assert {row[1]: row[2:] for row in rows["by-method"]} == {
        "Card, online": (4, "37.00", "0.00", "37.00", "0.00"),
        "Cash": (3, "12.00", "0.00", "12.00", "2.00"),
        "Paid elsewhere and imported": (2, "59.00", "0.00", "59.00", "0.00"),
        "Journal": (2, "0.00", "-70.00", "-70.00", "0.00"),
        "Journal re-allocation": (2, "0.00", "70.00", "70.00", "5.00"),
    }
    assert rows["by-office"] == [
        ("CS", "Customer services", 1, "12.00", "2.00"),
        ("", "No office: online, or not told", 8, "96.00", "0.00"),
    ]
    assert rows["by-user"] == [
        ("kim", 5, "12.00", "0.00", "12.00"),
        ("Nobody: residents online, imports and the schedule", 8, "96.00", "0.00", "96.00"),
    ]
    assert rows["vat-summary"] == [
        ("11", "0.2000", 4, "35.00", "7.00", "42.00"),
        ("N0", "0.0000", 9, "66.00", "0.00", "66.00"),
    ]
    assert rows["refunds"] == [
        ("Council tax", "Card, online", 1, "-20.00", "0.00", "-20.00"),
        ("Garden waste", "Cash", 1, "-5.00", "5.00", "0.00"),
    ]
    assert rows["corrections"] == [
        ("Chargeback", "Council tax", 1, "0.00", "-50.00", "-50.00"),
        ("Journal", "Council tax", 1, "0.00", "-30.00", "-30.00"),
        ("Journal", "Garden waste", 1, "30.00", "0.00", "30.00"),
        ("Reversal", "Garden waste", 1, "5.00", "0.00", "5.00"),
        ("Suspense allocation", "Council tax", 1, "40.00", "0.00", "40.00"),
        ("Suspense allocation", "Suspense", 1, "0.00", "-40.00", "-40.00"),
    ]
    assert rows["suspense-ageing"] == [
        ("0 to 7 days", 0, "0"),
        ("8 to 30 days", 1, "9.00"),
        ("31 to 90 days", 1, "10.00"),
        ("Over 90 days", 0, "0"),
    ]
    assert [row[5:] for row in rows["unallocated"]] == [
        ("50.00", "-40.00", "10.00"),
        ("9.00", "0.00", "9.00"),
    ]
    assert rows["channel-shift"] == [
        ("2025-03", "Online", 1, "0.333", "100.00"),
        ("2025-03", "Over the counter", 1, "0.333", "12.00"),
        ("2025-03", "Paid elsewhere and imported", 1, "0.333", "50.00"),
        ("2025-04", "Online", 1, "0.500", "7.00"),
        ("2025-04", "Paid elsewhere and imported", 1, "0.500", "9.00"),
    ]


def test_suspense_is_told_as_it_stood_on_the_day(book):
    write_spring(book)
    # What was allocated in April was all there at the end of March.
    assert values(made("suspense-ageing", MARCH, date(2025, 3, 31)))[1] == (
        "8 to 30 days",
        1,
        "50.00",
    )
    assert not made("unallocated", MARCH, APRIL, book.tax).rows


def test_pages_are_told_by_what_was_begun_paid_and_failed(book):
    for state, amount in (
        ("paid", "10.00"),
        ("paid", "20.00"),
        ("failed", "5.00"),
        ("open", "1.00"),
    ):
        book.order(book.tax, amount, at(3, 5), state=state)
    book.order(book.waste, "3.00", at(3, 5), state="paid", page=8)
    book.order(book.tax, "99.00", at(5, 5), state="paid")  # of another month
    basket = Basket.objects.create(updated_at=at(3, 6))
    BasketLine.objects.create(
        basket=basket,
        position=1,
        payment_type=PaymentType.objects.get(fund=book.tax),
        account_reference="A1",
        amount=Decimal("4.00"),
        page_id=7,
        page_title="Page 7",
    )

    assert values(made("page-conversion")) == [
        ("Page 7", "Council tax online", 5, 4, 2, 1, "0.4", "30.00"),
        ("Page 8", "Garden waste online", 1, 1, 1, 0, "1", "3.00"),
    ]
    assert [row[0] for row in values(made("page-conversion", MARCH, APRIL, book.waste))] == [
        "Page 8"
    ]


@pytest.mark.parametrize("code", REPORTS)
def test_whatever_happened_the_report_reconciles_to_the_book(book, code):
    write_anything(book, seed=list(REPORTS).index(code))
    days = ((MARCH, APRIL), (date(2025, 3, 10), date(2025, 4, 10)), (APRIL, APRIL))

    for start, end in days:
        for funds in ((), (book.tax,), (book.waste, book.suspense), (book.suspense,)):
            outcome = made(code, start, end, *funds)
            wrong = [check for check in outcome.checks if not check.agrees]
            assert not wrong, (start, end, funds)
    whole = made(code)
    assert whole.rows
    # The sum that is proved is the one that people read below the table.
    totals = {total for total in REPORTS[code].totals(whole.rows) if isinstance(total, Decimal)}
    assert {check.reported for check in whole.checks} <= totals
    assert any(check.book for check in whole.checks)


def test_a_report_that_differs_from_the_book_is_noticed(book):
    write_spring(book)
    DailyTotal.objects.filter(
        fund=book.tax, kind="payment", accounting_date=date(2025, 3, 3)
    ).update(amount=Decimal("101.00"))

    for code in set(REPORTS) - {"refunds", "corrections", "suspense-ageing", "unallocated"}:
        if code != "page-conversion":
            assert not made(code).checks[0].agrees, code


def test_a_report_asks_the_database_as_often_for_many_lines_as_for_few(book):
    write_spring(book)
    asked = []
    for _round in range(2):
        for code in REPORTS:
            with CaptureQueriesContext(connection) as queries:
                made(code)
            asked.append(len(queries))
        for number in range(5):
            book.order(book.tax, "1.00", at(3, 7), state="paid", page=10 + number)

    few, many = asked[: len(REPORTS)], asked[len(REPORTS) :]
    assert few == many
    assert max(many) <= 4


def test_periods_are_told_from_the_day_they_are_asked_for():
    wednesday = date(2025, 4, 2)

    assert {period: days_of(period, wednesday) for period in Period if period != "between"} == {
        "today": (wednesday, wednesday),
        "yesterday": (date(2025, 4, 1), date(2025, 4, 1)),
        "last_week": (date(2025, 3, 24), date(2025, 3, 30)),
        "this_month": (date(2025, 4, 1), wednesday),
        "last_month": (date(2025, 3, 1), date(2025, 3, 31)),
        "this_year": (date(2025, 4, 1), wednesday),
        "last_year": (date(2024, 4, 1), date(2025, 3, 31)),
    }
    assert days_of(Period.THIS_YEAR, date(2025, 3, 31))[0] == date(2024, 4, 1)
