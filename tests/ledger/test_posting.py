"""Writing the book."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from ims_wagtail.ledger.entries import NewPosting, Payer
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.exceptions import EmptyPosting, OutsideTransaction
from ims_wagtail.ledger.models import DailyTotal, PayerDetails, Posting, Transaction
from ims_wagtail.ledger.references import is_well_formed, next_receipt_numbers, reference_of
from ims_wagtail.ledger.services import post, post_many, reverse
from ims_wagtail.ledger.verification import verify

from .book import line


pytestmark = pytest.mark.django_db


def check_now() -> None:
    """Let the deferred rules speak as they would at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def pay(fund, method, *amounts: str, source: str = "till:1", **changes):
    lines = [line(fund, method, amount) for amount in amounts or ("10.00",)]
    return post(kind=PostingKind.PAYMENT, source=source, lines=lines, **changes)


def breaches() -> list[str]:
    return [breach.rule for _, breach in verify() if breach]


def test_a_payment_of_two_lines_stands_in_the_book_with_its_total(fund, method):
    posted = pay(fund, method, "10.00", "2.50")

    check_now()
    posting = Posting.objects.get(pk=posted.posting.pk)
    assert posted.created
    assert (posting.total, posting.line_count) == (Decimal("12.50"), 2)
    assert [t.amount for t in posting.lines.order_by("line_number")] == [
        Decimal("10.00"),
        Decimal("2.50"),
    ]
    assert not breaches()


def test_the_same_source_posts_once(fund, method):
    first = pay(fund, method, "10.00")
    again = pay(fund, method, "10.00")

    assert again.posting.pk == first.posting.pk
    assert not again.created
    assert Transaction.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_posting_outside_a_transaction_is_refused():
    with pytest.raises(OutsideTransaction):
        post(kind=PostingKind.PAYMENT, source="till:1", lines=[])


def test_a_posting_without_lines_is_refused():
    with pytest.raises(EmptyPosting):
        post(kind=PostingKind.PAYMENT, source="till:1", lines=[])


def test_the_accounting_date_is_the_london_day_not_the_utc_one(fund, method):
    late_summer_evening = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)

    posted = pay(fund, method, at=late_summer_evening)

    assert posted.posting.accounting_date == date(2026, 7, 1)
    assert posted.posting.lines.get().accounting_date == date(2026, 7, 1)


def test_payer_stands_beside_the_book_and_can_be_erased(fund, method):
    posted = pay(fund, method, payer=Payer(name="Ann Other", card_last_four="4242"))

    PayerDetails.objects.filter(posting=posted.posting).delete()

    assert Transaction.objects.filter(posting=posted.posting).exists()
    assert not breaches()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ims_ledger_transaction SET amount = 1",
        "DELETE FROM ims_ledger_transaction",
        "TRUNCATE ims_ledger_transaction CASCADE",
        "UPDATE ims_ledger_posting SET total = 1",
        "DELETE FROM ims_ledger_posting",
    ],
)
def test_the_database_refuses_to_change_the_book(fund, method, statement):
    pay(fund, method)

    with (
        pytest.raises(DatabaseError, match="insert-only|pending trigger"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def insert_posting(**changes) -> int:
    values = {
        "kind": "payment",
        "source": "by hand",
        "total": Decimal("10.00"),
        "line_count": 1,
        "accounting_date": date(2026, 11, 2),
        "entered_at": datetime(2026, 11, 2, 12, tzinfo=UTC),
        **changes,
    }
    return Posting.objects.create(**values).pk


def test_the_database_refuses_a_posting_whose_lines_do_not_sum(fund, method):
    with pytest.raises(IntegrityError, match="its lines are"), transaction.atomic():
        insert_posting()
        check_now()


def test_the_database_refuses_a_journal_that_does_not_sum_to_zero(fund, method):
    with pytest.raises(IntegrityError, match="ims_moves_inside_sum_to_zero"):
        insert_posting(kind="journal")


def copy_of(transaction_row: Transaction, **changes) -> Transaction:
    names = [f.attname for f in Transaction._meta.fields if f.attname not in ("id", "reference")]
    return Transaction(**{name: getattr(transaction_row, name) for name in names} | changes)


def test_the_database_refuses_a_further_line_on_a_finished_posting(fund, method):
    first = pay(fund, method).posting.lines.get()

    with pytest.raises(IntegrityError, match="has its 1 lines already"), transaction.atomic():
        copy_of(first, line_number=2).save()


@pytest.mark.parametrize("column", ["fund_id", "method_id", "vat_code_id", "posting_id"])
def test_the_database_refuses_a_line_that_names_something_unknown(fund, method, column):
    first = pay(fund, method).posting.lines.get()

    with pytest.raises(IntegrityError, match="does not exist"), transaction.atomic():
        copy_of(first, **{"line_number": 2, column: 999_999}).save()


def test_the_database_refuses_to_delete_a_fund_that_the_book_names(fund, method):
    pay(fund, method)

    with pytest.raises(IntegrityError, match="is named by ledger lines"), transaction.atomic():
        fund._meta.model.objects.filter(pk=fund.pk)._raw_delete("default")


def test_vat_that_is_not_of_the_amount_is_refused(fund, method):
    wrong = line(fund, method, vat_amount=Decimal("2.00"))

    with pytest.raises(IntegrityError, match="ims_line_vat_is_of_its_amount"), transaction.atomic():
        post(kind=PostingKind.PAYMENT, source="till:1", lines=[wrong])


def test_taking_a_posting_back_leaves_nothing_of_it(fund, method):
    posted = pay(fund, method, "10.00", "2.50")

    back = reverse(posting=posted.posting, source="till:1:back", narrative="Not captured")

    check_now()
    assert back.posting.reverses == posted.posting
    assert sum(t.amount for t in Transaction.objects.all()) == 0
    assert sum(t.vat_amount for t in Transaction.objects.all()) == 0
    assert not breaches()


def test_a_posting_is_taken_back_once(fund, method):
    posted = pay(fund, method)
    reverse(posting=posted.posting, source="back", narrative="Once")

    with pytest.raises(IntegrityError), transaction.atomic():
        reverse(posting=posted.posting, source="back again", narrative="Twice")


def test_corrections_of_a_line_never_exceed_it(fund, method):
    original = pay(fund, method, "10.00").posting.lines.get()
    part = line(fund, method, "-6.00", corrects_id=original.pk)
    post(kind=PostingKind.REFUND, source="refund:1", lines=[part])

    with pytest.raises(IntegrityError, match="exceed its amount"), transaction.atomic():
        post(kind=PostingKind.REFUND, source="refund:2", lines=[part])


def test_a_correction_that_adds_to_its_line_is_refused(fund, method):
    original = pay(fund, method, "10.00").posting.lines.get()
    more = line(fund, method, "1.00", corrects_id=original.pk)

    with pytest.raises(IntegrityError, match="exceed its amount"), transaction.atomic():
        post(kind=PostingKind.REFUND, source="refund:1", lines=[more])


def test_daily_totals_follow_the_lines(fund, method):
    pay(fund, method, "10.00", "2.50", source="till:1")
    pay(fund, method, "1.00", source="till:2")

    total = DailyTotal.objects.get(fund=fund, method=method, kind=PostingKind.PAYMENT)
    assert (total.line_count, total.amount) == (3, Decimal("13.50"))


def test_many_postings_are_written_like_one(fund, method):
    at = datetime(2026, 11, 2, 12, tzinfo=UTC)
    count = post_many(
        postings=(
            NewPosting(
                kind=PostingKind.IMPORT,
                source=f"import:1:{n}",
                lines=[line(fund, method, "10.00"), line(fund, method, "0.05")],
                at=at,
                payer=Payer(name=f"Payer {n}") if n % 2 else None,
            )
            for n in range(6000)
        )
    )

    check_now()
    assert count == Posting.objects.count() == 6000
    assert Transaction.objects.count() == 12_000
    assert PayerDetails.objects.count() == 3000
    assert not breaches()


def test_many_postings_with_a_source_that_stands_are_refused(fund, method):
    pay(fund, method, source="import:1")
    again = NewPosting(
        kind=PostingKind.IMPORT,
        source="import:1",
        lines=[line(fund, method)],
        at=datetime(2026, 11, 2, tzinfo=UTC),
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        post_many(postings=[again])


def test_references_are_unique_and_catch_one_wrong_digit(fund, method):
    numbers = next_receipt_numbers(50)

    assert len(set(numbers)) == 50
    assert all(is_well_formed(number) for number in numbers)
    assert [reference_of("R", int(number[1:-1])) for number in numbers] == numbers
    reference = pay(fund, method).posting.lines.get().reference
    assert is_well_formed(reference)
    for place in range(1, len(reference) - 1):
        for digit in "0123456789".replace(reference[place], ""):
            assert not is_well_formed(reference[:place] + digit + reference[place + 1 :])


def test_references_catch_two_swapped_neighbours():
    reference = next_receipt_numbers(1)[0]
    for place in range(1, len(reference) - 2):
        one, two = reference[place], reference[place + 1]
        swapped = reference[:place] + two + one + reference[place + 2 :]
        assert one == two or not is_well_formed(swapped)


def test_posting_three_lines_takes_two_queries(fund, method, django_assert_num_queries):
    lines = [line(fund, method, "1.00") for _ in range(3)]

    with django_assert_num_queries(2):
        post(kind=PostingKind.PAYMENT, source="till:1", lines=lines)
