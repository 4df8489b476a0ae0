"""Closed months: nothing is dated in them any more, whoever posts; they open in one way only."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.access.policy import EVERYWHERE
from ims_wagtail.clock import accounting_date
from ims_wagtail.ledger.entries import NewPosting
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.exceptions import PeriodRefused
from ims_wagtail.ledger.models import ClosedPeriod, DailyTotal, Posting, Transaction
from ims_wagtail.ledger.periods import close_period, next_to_close, reopen_period
from ims_wagtail.ledger.services import post, post_many, reverse
from ims_wagtail.ledger.totals import rolled_up
from ims_wagtail.ledger.verification import verify
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import read, table

from .book import line


CLOSE, REOPEN = "ims_ledger.close_period", "ims_ledger.reopen_period"
VIEW = "ims_ledger.view_closedperiod"
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
IN_MARCH = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)  # half past eleven in London
IN_APRIL = datetime(2026, 4, 15, 12, tzinfo=UTC)


@pytest.fixture
def manager(db):
    return make_person(CLOSE, VIEW, "ims_ledger.view_transaction", funds=(ALL_FUNDS,), name="mary")


@pytest.fixture
def approver(db):
    return make_person(REOPEN, VIEW, funds=(ALL_FUNDS,), name="ann")


def pay(fund, method, source: str, at: datetime, amount: str = "10.00") -> Posting:
    with transaction.atomic():
        return post(
            kind=PostingKind.PAYMENT, source=source, lines=[line(fund, method, amount)], at=at
        ).posting


def broken() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return [breach.rule for _proof, breach in verify() if breach]


@pytest.fixture
def book(fund, method):
    """A payment in March and one in April; March began the book."""
    return pay(fund, method, "till:1", IN_MARCH), pay(fund, method, "till:2", IN_APRIL, "5.00")


@pytest.mark.django_db
class TestClosing:
    def test_months_are_closed_in_order_from_the_first_of_the_book(self, book, manager):
        assert next_to_close() == MARCH
        with pytest.raises(PeriodRefused, match="turn"):
            close_period(month=APRIL, by=manager)

        close_period(month=MARCH, by=manager)
        close_period(month=APRIL, by=manager)

        assert next_to_close() == MAY
        assert broken() == []

    def test_a_month_that_is_not_over_can_not_be_closed(self, fund, method, manager):
        pay(fund, method, "till:1", timezone.now())
        month = accounting_date().replace(day=1)

        with pytest.raises(PeriodRefused, match="not over"):
            close_period(month=month, by=manager)
        with pytest.raises(IntegrityError, match="not over"), transaction.atomic():
            ClosedPeriod.objects.create(month=month, closed_by=manager)

    def test_it_takes_the_right_in_all_funds(self, book, fund, approver):
        clerk = make_person(CLOSE, funds=(fund,))
        for person in (clerk, approver):
            with pytest.raises(PeriodRefused, match="all funds"):
                close_period(month=MARCH, by=person)

    def test_what_moved_in_a_closed_month_counts_on_the_first_open_day(
        self, book, fund, method, manager
    ):
        close_period(month=MARCH, by=manager)

        late = pay(fund, method, "late message", IN_MARCH, "7.00")
        with transaction.atomic():
            back = reverse(posting=book[0], source="undo", narrative="Oops").posting
            many = [NewPosting(PostingKind.IMPORT, "file:1", [line(fund, method)], at=IN_MARCH)]
            post_many(postings=many)

        filed = Posting.objects.get(source="file:1")
        for posting in (late, filed):
            posting.refresh_from_db()
            assert (posting.accounting_date, posting.asked_date) == (APRIL, date(2026, 3, 31))
            assert posting.entered_at == IN_MARCH
            assert posting.lines.get().accounting_date == APRIL
        assert (back.accounting_date, back.asked_date) == (accounting_date(), None)
        assert broken() == []

    def test_the_database_refuses_a_date_in_a_closed_month_whoever_writes(self, book, manager):
        close_period(month=MARCH, by=manager)

        with pytest.raises(IntegrityError, match="is closed"), transaction.atomic():
            Posting.objects.create(
                kind=PostingKind.PAYMENT,
                source="by hand",
                total=Decimal(1),
                line_count=1,
                accounting_date=date(2026, 3, 31),
                entered_at=IN_MARCH,
            )

    def test_totals_by_day_follow_the_money_and_not_the_month_it_counts_in(
        self, book, fund, method, manager
    ):
        close_period(month=MARCH, by=manager)
        pay(fund, method, "late message", IN_MARCH, "7.00")

        def totals(first: date, last: date):
            found = rolled_up(asked={"entered_at": slice(first, last)}, scope=EVERYWHERE)
            return found.count, found.amount

        assert totals(MARCH, date(2026, 3, 31)) == (2, Decimal("17.00"))
        assert totals(APRIL, date(2026, 4, 30)) == (1, Decimal("5.00"))
        assert totals(MARCH, date(2026, 4, 30)) == (3, Decimal("22.00"))
        assert DailyTotal.objects.get(accounting_date=APRIL).amount == Decimal("7.00")


@pytest.mark.django_db
class TestOpeningAgain:
    def test_another_person_opens_the_latest_and_says_why(self, book, manager, approver):
        close_period(month=MARCH, by=manager)
        april = close_period(month=APRIL, by=manager)

        reopen_period(period_id=april.pk, by=approver, reason="A file was left out")

        assert next_to_close() == APRIL
        entry = AuditEntry.objects.latest("pk")
        assert (entry.action, entry.user_name) == ("reopen period", "ann")
        assert entry.after["reason"] == "A file was left out"
        assert broken() == []

        close_period(month=APRIL, by=manager)
        assert ClosedPeriod.objects.count() == 3

    def test_not_the_person_who_closed_it_nor_an_earlier_month_nor_without_a_reason(
        self, book, manager, approver
    ):
        both = make_person(CLOSE, REOPEN, funds=(ALL_FUNDS,))
        march = close_period(month=MARCH, by=both)

        for by, reason, told in (
            (both, "Mine", "somebody else"),
            (manager, "No right", "all funds"),
            (approver, "  ", "Say why"),
        ):
            with pytest.raises(PeriodRefused, match=told):
                reopen_period(period_id=march.pk, by=by, reason=reason)
        close_period(month=APRIL, by=manager)
        with pytest.raises(PeriodRefused, match="latest"):
            reopen_period(period_id=march.pk, by=approver, reason="Too late")

    def test_nor_past_the_code(self, book, manager):
        period = close_period(month=MARCH, by=manager)
        now = timezone.now()
        rows = ClosedPeriod.objects.filter(pk=period.pk)

        for spoil in (
            lambda: rows.update(reopened_at=now, reopened_by=manager, reason="Me again"),
            lambda: rows.update(month=date(2026, 2, 1)),
            lambda: rows.update(closed_at=now),
            rows.delete,
            period.totals.all().delete,
            lambda: period.totals.update(amount=1),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                spoil()


@pytest.mark.django_db
def test_verify_names_figures_that_changed_in_a_closed_month(book, manager):
    close_period(month=MARCH, by=manager)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE ims_ledger_dailytotal SET amount = 99 WHERE amount = 10")
        cursor.execute("SET LOCAL session_replication_role = origin")

    assert "the figures of a closed month are those it was closed with" in broken()


@pytest.mark.django_db(transaction=True)
def test_no_posting_slips_into_a_month_while_it_is_being_closed(fund, method, manager):
    pay(fund, method, "first", IN_MARCH)
    together = Barrier(21)

    def work(number: int) -> None:
        try:
            together.wait()
            for turn in range(5):
                source = f"{number}:{turn}"
                if number % 2:
                    pay(fund, method, source, IN_MARCH, "1.00")
                else:
                    new = NewPosting(PostingKind.IMPORT, source, [line(fund, method)], at=IN_MARCH)
                    with transaction.atomic():
                        post_many(postings=[new])
        finally:
            connection.close()

    def close() -> None:
        try:
            together.wait()
            close_period(month=MARCH, by=manager)
        finally:
            connection.close()

    with ThreadPoolExecutor(21) as pool:
        done = [pool.submit(work, number) for number in range(20)] + [pool.submit(close)]
        for one in done:
            one.result()

    kept = sum(total.line_count for total in ClosedPeriod.objects.get().totals.all())
    in_march = Transaction.objects.filter(accounting_date__lt=APRIL).count()
    assert kept == in_march
    assert Transaction.objects.filter(accounting_date=APRIL).count() == 101 - in_march
    assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_closing_gives_up_when_a_long_file_is_being_posted(fund, method, manager, monkeypatch):
    monkeypatch.setattr("ims_wagtail.ledger.periods._PATIENCE", "50ms")
    pay(fund, method, "first", IN_MARCH)

    def close() -> str:
        try:
            close_period(month=MARCH, by=manager)
        except PeriodRefused as refused:
            return str(refused)
        finally:
            connection.close()
        return "closed"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            post(kind=PostingKind.PAYMENT, source="long", lines=[line(fund, method)])
            assert "long posting" in pool.submit(close).result()
        assert pool.submit(close).result() == "closed"


@pytest.mark.django_db
def test_the_screens_show_what_is_open_close_and_open_again(book, fund, method, manager, approver):
    mary, ann = logged_in(manager), logged_in(approver)
    assert "Close a month" in read(mary.get("/admin/income/closed-months/")).links
    assert "March 2026" in mary.get("/admin/income/closed-months/close/").content.decode()

    stale = mary.post("/admin/income/closed-months/close/", {"month": "2026-04-01"})
    assert stale.status_code == 422
    closed = mary.post("/admin/income/closed-months/close/", {"month": "2026-03-01"})
    [row] = table(mary.get(closed.url))
    assert (row["Transactions"], row["Amount"]) == ("1", "£10.00")
    assert ann.get("/admin/income/closed-months/close/").status_code == 302

    assert ann.post(closed.url, {"reason": ""}).status_code == 422
    ann.post(closed.url, {"reason": "A file was left out"})
    facts = read(mary.get(closed.url)).facts
    assert (facts["Opened again by"], facts["Why"]) == ("ann", "A file was left out")
    assert mary.post(closed.url, {"reason": "Me too"}).status_code == 302
    assert ClosedPeriod.objects.count() == 1


@pytest.mark.django_db
def test_a_posting_that_counts_later_says_when_its_money_moved(book, fund, method, manager):
    close_period(month=MARCH, by=manager)
    late = pay(fund, method, "late message", IN_MARCH)

    facts = read(logged_in(manager).get(f"/admin/income/postings/inspect/{late.pk}/")).facts

    assert facts["Accounting date"] == "1 April 2026"
    assert facts["Money moved on"].startswith("31 March 2026, a day of a month that was closed")


def test_months_follow_each_other_over_the_year():
    from ims_wagtail.ledger.periods import last_day_of

    assert last_day_of(date(2026, 12, 1)) == date(2026, 12, 31)
    assert last_day_of(date(2028, 2, 1)) + timedelta(days=1) == date(2028, 3, 1)
